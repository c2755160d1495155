<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Journal;

use OCA\IntegrationExchange\Local\Title;
use OCP\DB\IPreparedStatement;
use OCP\DB\QueryBuilder\IQueryBuilder;
use OCP\IDBConnection;

/**
 * The pairs of one link, as the arrays that cross to the engine (docs/architecture.md). Whoever calls a method that writes
 * holds the transaction.
 *
 * Rows are written with prepared statements because an import writes one row beside each object: the query builder would
 * cost more than the database.
 *
 * @phpstan-type Pair array{key: string, state: string, uri: ?string, etag: ?string, remote_id: ?string, version: ?string,
 *     base?: array<string, string>, reason: ?string, losses: list<array{property: string, reason: string}>, starts: ?int,
 *     ends: ?int}
 */
final class Journal
{
    private const COLUMNS = 'pair_key, state, uri, etag, remote_hash, remote_id, version, base, reason, losses, starts, ends';
    /** How many values one statement takes; databases set limits. */
    private const CHUNK = 500;

    /** Rows read so far, for the benchmark: an idle cycle reads none. */
    public int $rowsRead = 0;
    private ?IPreparedStatement $insert = null;
    private ?IPreparedStatement $delete = null;

    public function __construct(private readonly IDBConnection $db, private readonly int $link)
    {
    }

    /**
     * @return array<string, string|null> etag by uri of all rows that have a local object
     */
    public function etags(): array
    {
        $result = $this->db->executeQuery('SELECT uri, etag FROM *PREFIX*exchange_pairs WHERE link_id = ?', [$this->link]);
        $etags = [];
        while (($row = $result->fetch()) !== false) {
            $this->rowsRead++;
            if ($row['uri'] !== null) {
                $etags[(string)$row['uri']] = $row['etag'];
            }
        }
        $result->closeCursor();
        return $etags;
    }

    /**
     * @return array<string, string|null> etag by uri of the objects that were in step at the last cycle
     */
    public function inStep(): array
    {
        $sql = 'SELECT uri, etag FROM *PREFIX*exchange_pairs WHERE link_id = ? AND state = ? AND uri IS NOT NULL';
        $etags = [];
        foreach ($this->db->executeQuery($sql, [$this->link, 'linked'])->fetchAll() as $row) {
            $etags[(string)$row['uri']] = $row['etag'];
        }
        return $etags;
    }

    public function isEmpty(): bool
    {
        $sql = 'SELECT id FROM *PREFIX*exchange_pairs WHERE link_id = ? LIMIT 1';
        return $this->db->executeQuery($sql, [$this->link])->fetchOne() === false;
    }

    public function count(): int
    {
        $sql = 'SELECT COUNT(*) FROM *PREFIX*exchange_pairs WHERE link_id = ? AND state <> ?';
        return (int)$this->db->executeQuery($sql, [$this->link, 'outside'])->fetchOne();
    }

    /**
     * @return list<Pair> intents that a cycle which did not end left behind
     */
    public function intents(): array
    {
        return $this->select('AND state = ? ORDER BY pair_key', ['creating']);
    }

    /**
     * @param list<string> $remoteIds
     * @param list<string> $uris
     * @return list<Pair> each row once
     */
    public function of(array $remoteIds, array $uris, array $keys = []): array
    {
        $hashes = array_map(static fn (string $id): string => hash('sha256', $id), $remoteIds);
        $pairs = [];
        foreach (['remote_hash' => $hashes, 'uri' => $uris, 'pair_key' => $keys] as $column => $values) {
            foreach (array_chunk($values, self::CHUNK) as $chunk) {
                $marks = implode(',', array_fill(0, count($chunk), '?'));
                foreach ($this->select("AND $column IN ($marks)", $chunk) as $pair) {
                    $pairs[$pair['key']] = $pair;
                }
            }
        }
        return array_values($pairs);
    }

    /**
     * @return list<Pair> the next rows in the order of their keys
     */
    public function after(string $key, int $limit): array
    {
        return $this->select('AND pair_key > ? ORDER BY pair_key LIMIT ' . max(1, $limit), [$key]);
    }

    /**
     * Rows that a window which is now [from, until] lets go of or takes in. Each condition has its index, so that what stays
     * where it is costs nothing.
     *
     * @return list<Pair> in the order of their keys
     */
    public function rolling(int $from, int $until, string $after, int $limit): array
    {
        $conditions = [
            ['linked', 'ends < ?', [$from]],
            ['linked', 'starts > ?', [$until]],
            ['outside', 'ends >= ? AND starts <= ?', [$from, $until]],
            ['outside', 'ends IS NULL AND starts <= ?', [$until]],
        ];
        $limit = max(1, $limit);
        $pairs = [];
        foreach ($conditions as [$state, $condition, $values]) {
            $condition = "AND state = ? AND $condition AND pair_key > ? ORDER BY pair_key LIMIT $limit";
            foreach ($this->select($condition, [$state, ...$values, $after]) as $pair) {
                $pairs[$pair['key']] = $pair;
            }
        }
        ksort($pairs, SORT_STRING);
        return array_slice(array_values($pairs), 0, $limit);
    }

    /**
     * Inserts or replaces rows.
     *
     * @param list<Pair> $pairs
     */
    public function put(array $pairs): void
    {
        $this->forget(array_column($pairs, 'key'));
        foreach ($pairs as $pair) {
            $this->insert($pair);
        }
    }

    /**
     * Inserts a row whose key is known to be free.
     *
     * @param Pair $pair
     */
    public function insert(array $pair): void
    {
        $this->insert ??= $this->db->prepare(
            'INSERT INTO *PREFIX*exchange_pairs (link_id, ' . self::COLUMNS . ') VALUES (?' . str_repeat(', ?', 12) . ')'
        );
        $this->insert->execute([
            $this->link,
            $pair['key'],
            $pair['state'],
            $pair['uri'] ?? null,
            $pair['etag'] ?? null,
            isset($pair['remote_id']) ? hash('sha256', $pair['remote_id']) : null,
            $pair['remote_id'] ?? null,
            $pair['version'] ?? null,
            self::encode($pair['base'] ?? []),
            $pair['reason'] ?? null,
            self::encode($pair['losses'] ?? []),
            $pair['starts'] ?? null,
            $pair['ends'] ?? null,
        ]);
    }

    /**
     * @param list<string> $keys
     */
    public function forget(array $keys): void
    {
        $this->delete ??= $this->db->prepare('DELETE FROM *PREFIX*exchange_pairs WHERE link_id = ? AND pair_key = ?');
        foreach ($keys as $key) {
            $this->delete->execute([$this->link, $key]);
        }
    }

    /**
     * Lets rows that are set aside look changed, so that a cycle tries them again: here where there is an object, else there.
     *
     * @param string|null $object uri or key of one of them; null: all
     * @return array{objects: int, items: int} how many there are of each; the second need a complete listing of the folder
     */
    public function retry(?string $object): array
    {
        $one = $object === null ? '' : ' AND (uri = ? OR pair_key = ?)';
        $values = [$this->link, 'set_aside', ...($object === null ? [] : [$object, $object])];
        $set = fn (string $column, string $which): int => $this->db->executeStatement(
            "UPDATE *PREFIX*exchange_pairs SET $column = '' WHERE link_id = ? AND state = ? AND $which$one",
            $values
        );
        return [
            'objects' => $set('etag', 'uri IS NOT NULL'),
            'items' => $set('version', 'uri IS NULL AND remote_id IS NOT NULL'),
        ];
    }

    /**
     * Stores versions that lost or were deleted, for the person to restore.
     *
     * @param list<array{side: string, cause?: string, uri: ?string, title?: ?string, text: string, reason: string}> $kept
     */
    public function keep(array $kept, int $now): void
    {
        foreach ($kept as $version) {
            // The engine knows no title of an object that it did not read.
            $title = ($version['title'] ?? '') ?: (string)Title::of($version['text']);
            $query = $this->db->getQueryBuilder();
            $query->insert('exchange_history')->values([
                'link_id' => $query->createNamedParameter($this->link, IQueryBuilder::PARAM_INT),
                'side' => $query->createNamedParameter($version['side']),
                'cause' => $query->createNamedParameter($version['cause'] ?? 'conflict'),
                'uri' => $query->createNamedParameter($version['uri'] ?? null),
                'title' => $query->createNamedParameter(mb_strcut($title, 0, 255)),
                'size' => $query->createNamedParameter(strlen($version['text']), IQueryBuilder::PARAM_INT),
                'body' => $query->createNamedParameter($version['text']),
                'reason' => $query->createNamedParameter($version['reason']),
                'created_at' => $query->createNamedParameter($now, IQueryBuilder::PARAM_INT),
            ])->executeStatement();
        }
    }

    /**
     * @param list<string|int> $values
     * @return list<Pair>
     */
    private function select(string $condition, array $values): array
    {
        $sql = 'SELECT ' . self::COLUMNS . ' FROM *PREFIX*exchange_pairs WHERE link_id = ? ' . $condition;
        $result = $this->db->executeQuery($sql, [$this->link, ...$values]);
        $pairs = [];
        while (($row = $result->fetch()) !== false) {
            $pairs[] = self::pair($row);
        }
        $result->closeCursor();
        $this->rowsRead += count($pairs);
        return $pairs;
    }

    /**
     * @param array<string, ?string> $row
     * @return Pair
     */
    private static function pair(array $row): array
    {
        $base = self::decode($row['base']);
        return [
            'key' => (string)$row['pair_key'],
            'state' => (string)$row['state'],
            'uri' => $row['uri'],
            'etag' => $row['etag'],
            'remote_id' => $row['remote_id'],
            'version' => $row['version'],
            'reason' => $row['reason'],
            'losses' => self::decode($row['losses']),
            'starts' => $row['starts'] === null ? null : (int)$row['starts'],
            'ends' => $row['ends'] === null ? null : (int)$row['ends'],
            // An empty PHP array is a list to the engine, so an empty map is left out.
        ] + ($base === [] ? [] : ['base' => $base]);
    }

    private static function encode(array $value): string
    {
        return json_encode($value, JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE);
    }

    private static function decode(?string $json): array
    {
        return $json === null ? [] : json_decode($json, true, 16, JSON_THROW_ON_ERROR);
    }
}
