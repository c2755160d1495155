<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Cycle;

/**
 * What a dry run came to, as a link's row keeps it: how many items of each step, and the first of them.
 */
final class Rehearsal
{
    /** Steps that are kept one by one. */
    private const STEPS = 100;
    private const SIDES = ['local' => 'nextcloud', 'remote' => 'exchange'];

    public static function of(int $now, Result $result): string
    {
        $counts = [];
        foreach ($result->plan as $step) {
            $name = self::side($step) . '_' . $step['do'];
            $counts[$name] = ($counts[$name] ?? 0) + 1;
        }
        return json_encode([
            'at' => $now,
            'error' => $result->error,
            'message' => $result->message,
            'counts' => (object)$counts,
            'steps' => array_map(static fn (array $step): array => [
                'do' => (string)$step['do'],
                'side' => self::side($step),
                'title' => $step['title'] ?? null,
                'properties' => array_values($step['properties'] ?? []),
                'reason' => $step['reason'] ?? null,
            ], array_slice($result->plan, 0, self::STEPS)),
        ], JSON_THROW_ON_ERROR | JSON_INVALID_UTF8_SUBSTITUTE);
    }

    /**
     * @param array<string, mixed> $step
     */
    private static function side(array $step): string
    {
        return self::SIDES[$step['side']] ?? (string)$step['side'];
    }
}
