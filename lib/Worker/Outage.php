<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Worker;

use OCP\IDBConnection;
use Psr\Log\LoggerInterface;
use Throwable;

/**
 * Times in which the database cannot be reached. Mailboxes are watched on meanwhile; what becomes known is done afterwards.
 */
final class Outage
{
    /** The longest pause between two attempts, in seconds. */
    private const LONGEST = 15;

    private bool $down = false;
    private float $next = 0;
    private int $attempts = 0;

    public function __construct(private readonly IDBConnection $db, private readonly LoggerInterface $logger)
    {
    }

    public function lasts(): bool
    {
        return $this->down;
    }

    /**
     * Something failed: was it because of the connection?
     */
    public function notice(Throwable $error): bool
    {
        if ($this->down) {
            return true;
        }
        if (!$this->db->inTransaction() && $this->answers()) {
            return false;
        }
        // A transaction that is open here was not ended by whoever began it, because the connection was gone.
        $this->logger->warning('The worker lost its connection to the database: ' . $error->getMessage());
        $this->close();
        $this->down = true;
        $this->attempts = 0;
        $this->next = 0;
        return true;
    }

    /**
     * Tries to end it, when it is time for that.
     */
    public function isOver(): bool
    {
        if (self::now() < $this->next) {
            return false;
        }
        if (!$this->answers()) {
            $this->close();
            $this->next = self::now() + min(self::LONGEST, 0.5 * 2 ** $this->attempts++);
            return false;
        }
        $this->logger->info('The worker has its connection to the database again.');
        $this->down = false;
        return true;
    }

    private function answers(): bool
    {
        try {
            return $this->db->executeQuery('SELECT COUNT(*) FROM *PREFIX*exchange_workers')->fetchOne() !== false;
        } catch (Throwable) {
            return false;
        }
    }

    private function close(): void
    {
        try {
            $this->db->close();
        } catch (Throwable) {
            return;
        }
    }

    private static function now(): float
    {
        return hrtime(true) / 1e9;
    }
}
