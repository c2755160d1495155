<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Native;

use OCA\IntegrationExchange\AppInfo\Application;
use Psr\Log\LoggerInterface;

/**
 * Brings what the engine has to say into Nextcloud's log.
 */
final class Log
{
    public function __construct(private readonly LoggerInterface $logger)
    {
    }

    public function drain(\Exchange\Engine $engine): void
    {
        foreach ($engine->drainLog() as $entry) {
            $this->logger->log($entry['level'], $entry['message'], ['app' => Application::APP_ID]);
        }
    }
}
