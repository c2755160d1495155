<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Service;

use OCA\IntegrationExchange\Db\Inventory;
use OCA\IntegrationExchange\Failure;
use OCA\IntegrationExchange\Journal\Journals;

/**
 * How all accounts and links stand, for who looks after them: in pages, and as a table for a spreadsheet.
 *
 * @phpstan-type Row array{account: int, user: string, address: string, server: string, link: ?int, kind: ?string, folder: ?string,
 *     collection: ?string, state: string, last_success: ?string, last_run: ?string, next_run: ?string, in_step: int, set_aside: int,
 *     losses: int, failures: int, calls: int, error: ?string, message: ?string, watch: ?string}
 */
final class Register
{
    public const MOST = 500;
    private const COLUMNS = ['account', 'user', 'address', 'server', 'link', 'kind', 'folder', 'collection', 'state', 'last_success',
        'last_run', 'next_run', 'in_step', 'set_aside', 'losses', 'failures', 'calls', 'error', 'message', 'watch'];

    public function __construct(
        private readonly Inventory $inventory,
        private readonly Journals $journals,
        private readonly Staff $staff,
    ) {
    }

    /**
     * @param string $state one of Inventory::STATES; '' for all
     * @return array{total: int, states: array<string, int>, rows: list<Row>} `states` counts what the text finds, whatever its state;
     *     times are like 2026-11-26T02:30:42Z
     */
    public function page(string $text, string $state, int $offset, int $limit): array
    {
        if ($state !== '' && !in_array($state, Inventory::STATES, true)) {
            throw new Failure('configuration', "There is no state “{$state}”; there are " . implode(', ', Inventory::STATES) . '.');
        }
        $states = $this->inventory->count($text);
        return [
            'total' => $state === '' ? array_sum($states) : $states[$state],
            'states' => $states,
            'rows' => $this->rows($text, $state, max(0, $offset), max(1, min(self::MOST, $limit))),
        ];
    }

    /**
     * @return iterable<string> lines of a file (RFC 4180), the first with the names of the columns
     */
    public function csv(string $text, string $state): iterable
    {
        yield Csv::line(self::COLUMNS);
        for ($offset = 0; $offset === 0 || $rows !== []; $offset += self::MOST) {
            $rows = $this->page($text, $state, $offset, self::MOST)['rows'];
            foreach ($rows as $row) {
                yield Csv::line(array_values($row));
            }
        }
    }

    /**
     * @return list<Row>
     */
    private function rows(string $text, string $state, int $offset, int $limit): array
    {
        $found = $this->inventory->rows($text, $state, $offset, $limit);
        $ids = array_map(intval(...), array_filter(array_column($found, 'link_id')));
        $counts = $this->journals->counts($ids);
        $lossy = $this->journals->lossy($ids);
        return array_map(fn (array $row): array => $this->row($row, $counts, $lossy), $found);
    }

    /**
     * @param array<string, mixed> $row
     * @param array<int, array<string, int>> $counts
     * @param array<int, int> $lossy
     * @return Row
     */
    private function row(array $row, array $counts, array $lossy): array
    {
        $link = $row['link_id'] === null ? null : (int)$row['link_id'];
        return [
            'account' => (int)$row['id'],
            'user' => $row['user_id'],
            'address' => $row['address'],
            'server' => $row['server'],
            'link' => $link,
            'kind' => $row['link_kind'],
            'folder' => $row['link_folder_name'],
            'collection' => $row['link_collection_name'],
            'state' => $row['standing'],
            'last_success' => self::time($row['link_last_success']),
            'last_run' => self::time($row['link_last_run']),
            'next_run' => self::time($row['link_next_run']),
            'in_step' => $counts[$link]['linked'] ?? 0,
            'set_aside' => $counts[$link]['set_aside'] ?? 0,
            'losses' => $lossy[$link] ?? 0,
            'failures' => (int)$row['link_failures'],
            'calls' => (int)$row['link_calls'],
            'error' => $row['link_error'],
            'message' => $row['standing'] === 'refused' ? $row['account_message'] : $row['link_message'],
            'watch' => $this->staff->state((bool)$row['passive'], $row['worker'], $row['watch']),
        ];
    }

    private static function time(mixed $seconds): ?string
    {
        return (int)$seconds === 0 ? null : gmdate('Y-m-d\TH:i:s\Z', (int)$seconds);
    }
}
