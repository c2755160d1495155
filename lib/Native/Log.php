<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Native;

use Closure;
use OCA\IntegrationExchange\AppInfo\Application;
use OCA\IntegrationExchange\Setting\Organisation;
use Psr\Log\LoggerInterface;

/**
 * Brings what the engine has to say into Nextcloud's log.
 */
final class Log
{
    /** @var Closure(string): void|null */
    private ?Closure $listener = null;

    public function __construct(private readonly LoggerInterface $logger, private readonly Organisation $organisation)
    {
    }

    /**
     * Tells the conversation with servers to somebody from now on. It never goes to Nextcloud's log.
     *
     * @param Closure(string): void $listener
     */
    public function trace(Closure $listener): void
    {
        $this->listener = $listener;
        // Without the extension another PHP tells it, or there is none and whoever wants one is told so.
        if (class_exists(\Exchange\Engine::class)) {
            \Exchange\Engine::trace(true);
        }
    }

    public function isTraced(): bool
    {
        return $this->listener !== null;
    }

    /**
     * A part of the conversation.
     */
    public function tell(string $message): void
    {
        if ($this->listener !== null) {
            ($this->listener)($message);
        }
    }

    public function drain(): void
    {
        foreach (\Exchange\Engine::drainLog() as ['level' => $level, 'message' => $message]) {
            if ($level === 'trace') {
                $this->tell($message);
            } elseif ($this->isWanted($level)) {
                $this->logger->log($level, $message, ['app' => Application::APP_ID]);
            }
        }
    }

    private function isWanted(string $level): bool
    {
        $severity = array_flip(Organisation::LEVELS);
        return $severity[$level] >= $severity[$this->organisation->get('log_level')];
    }
}
