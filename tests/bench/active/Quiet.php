<?php

// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace Exchange\Tests\Active;

use OCP\IDBConnection;
use OCP\Server;

/** Whether anything is under way or due. */
final class Quiet
{
    /** Seconds in which nothing may begin any more: longer than notifications are gathered and workers look for what is due. */
    private const CALM = 6.0;

    /** Waits until all links have had a cycle and nothing is due or runs any more. */
    public static function await(float $seconds): void
    {
        $end = self::now() + $seconds;
        $since = null;
        while ($since === null || self::now() - $since < self::CALM) {
            if (self::now() > $end) {
                throw new \RuntimeException("After $seconds seconds there was still work: " . json_encode(self::work()));
            }
            $since = array_sum(self::work()) === 0 ? $since ?? self::now() : null;
            usleep(100_000);
        }
    }

    /** @return array{held: int, due: int, new: int} links that are worked on, due, or have never had a cycle */
    public static function work(): array
    {
        $links = "FROM *PREFIX*exchange_links WHERE state = 'active'";
        return [
            'held' => self::count('FROM *PREFIX*exchange_leases'),
            'due' => self::count("$links AND next_run <= ?", [time() + 1]),
            'new' => self::count("$links AND last_success IS NULL"),
        ];
    }

    private static function count(string $from, array $parameters = []): int
    {
        return (int) Server::get(IDBConnection::class)->executeQuery("SELECT COUNT(*) $from", $parameters)->fetchOne();
    }

    private static function now(): float
    {
        return hrtime(true) / 1e9;
    }
}
