<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Command;

use OCA\IntegrationExchange\Cycle\Result;

/**
 * What a dry run found, as rows.
 */
final class Plan
{
    public const COLUMNS = [
        'Would' => 'do', 'In' => 'side', 'Title' => 'title', 'Object' => 'uri', 'Properties' => 'properties', 'Reason' => 'reason',
    ];
    private const SIDES = ['local' => 'nextcloud', 'remote' => 'exchange'];

    /**
     * @return list<array{do: string, side: string, title: ?string, uri: ?string, properties: string, reason: ?string}>
     */
    public static function rows(Result $result): array
    {
        return array_map(static fn (array $step): array => [
            'do' => (string)$step['do'],
            'side' => self::SIDES[$step['side']] ?? (string)$step['side'],
            'title' => $step['title'] ?? null,
            'uri' => $step['uri'] ?? null,
            'properties' => implode(', ', $step['properties'] ?? []),
            'reason' => $step['reason'] ?? null,
        ], $result->plan);
    }
}
