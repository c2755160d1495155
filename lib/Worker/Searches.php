<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Worker;

use OCA\IntegrationExchange\AppInfo\Application;
use OCA\IntegrationExchange\Failure;
use OCA\IntegrationExchange\Service\Accounts;
use Psr\Log\LoggerInterface;

/**
 * Mailboxes that have moved to another server: which is looked for by the engine, because that takes its time and the other accounts
 * are not to wait for it. (Where no worker runs, Cycle\Removal does it at the end.)
 */
final class Searches
{
    /** @var array<int, true> accounts to look for */
    private array $queue = [];
    /** @var array<int, true> accounts that are looked for */
    private array $running = [];

    public function __construct(private readonly Accounts $accounts, private readonly LoggerInterface $logger)
    {
    }

    public function add(int $account): void
    {
        if (!isset($this->running[$account])) {
            $this->queue[$account] = true;
        }
    }

    /**
     * @param callable(int): bool $isOurs
     * @return array{id: int, mailbox: array<string, mixed>}|null as Native\Watching::search() says
     */
    public function next(callable $isOurs): ?array
    {
        while (($id = array_key_first($this->queue)) !== null) {
            unset($this->queue[$id]);
            try {
                $mailbox = $isOurs($id) ? $this->accounts->lost($this->accounts->get($id)) : null;
            } catch (Failure $failure) {
                $this->found($id, null, $failure->getMessage());
                continue;
            }
            if ($mailbox !== null) {
                $this->running[$id] = true;
                return ['id' => $id, 'mailbox' => $mailbox];
            }
        }
        return null;
    }

    /**
     * @param string|null $url null where it was not found, for the reason that the message gives
     */
    public function found(int $id, ?string $url, ?string $message): void
    {
        unset($this->running[$id]);
        try {
            if ($url !== null) {
                $this->accounts->relocate($this->accounts->get($id), $url);
                return;
            }
        } catch (Failure $failure) {
            $message = $failure->getMessage();
        }
        $this->logger->warning("The server of account $id is not found again: $message", ['app' => Application::APP_ID]);
    }
}
