<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Cycle;

/**
 * How far a cycle is, as a link's row keeps it.
 */
final class Progress
{
    /**
     * @param array<string, mixed> $report of the engine; empty: it is about to start
     */
    public static function of(int $now, array $report = []): string
    {
        $seen = (int)($report['seen'] ?? 0);
        return json_encode(['at' => $now, 'seen' => $seen, 'total' => max($seen, (int)($report['total'] ?? 0))], JSON_THROW_ON_ERROR);
    }
}
