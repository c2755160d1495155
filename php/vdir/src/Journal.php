<?php

// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace Vdir;

use PDO;

/**
 * The journal of one link in an SQLite file: pairs, cursors, kept versions. Shapes as docs/architecture.md gives them.
 */
final class Journal
{
    private readonly PDO $database;

    /** Rows of pairs read so far, for the benchmark. */
    public int $rowsRead = 0;

    public function __construct(string $file)
    {
        $this->database = new PDO("sqlite:$file", options: [PDO::ATTR_DEFAULT_FETCH_MODE => PDO::FETCH_ASSOC]);
        $this->database->exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000');
        $this->database->exec(<<<'SQL'
            CREATE TABLE IF NOT EXISTS pairs (
                key TEXT PRIMARY KEY, state TEXT NOT NULL, uri TEXT UNIQUE, etag TEXT, remote_id TEXT UNIQUE,
                version TEXT, base TEXT NOT NULL, reason TEXT, losses TEXT NOT NULL, starts INTEGER, ends INTEGER
            ) WITHOUT ROWID;
            CREATE INDEX IF NOT EXISTS unfinished ON pairs (state) WHERE state <> 'linked';
            CREATE INDEX IF NOT EXISTS by_end ON pairs (state, ends);
            CREATE INDEX IF NOT EXISTS by_start ON pairs (state, starts);
            CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT) WITHOUT ROWID;
            CREATE TABLE IF NOT EXISTS kept (
                id INTEGER PRIMARY KEY, at INTEGER NOT NULL, side TEXT NOT NULL, cause TEXT, uri TEXT, title TEXT, text TEXT NOT NULL,
                reason TEXT NOT NULL
            );
            SQL);
    }

    /** Runs the work in one transaction: all of it is stored, or nothing. */
    public function atomically(callable $work): mixed
    {
        $this->database->beginTransaction();
        try {
            $result = $work();
            $this->database->commit();
            return $result;
        } catch (\Throwable $error) {
            $this->database->rollBack();
            throw $error;
        }
    }

    public function setting(string $name): ?string
    {
        $value = $this->query('SELECT value FROM settings WHERE name = ?', [$name])->fetchColumn();
        return $value === false ? null : $value;
    }

    public function set(string $name, ?string $value): void
    {
        $this->query('INSERT OR REPLACE INTO settings (name, value) VALUES (?, ?)', [$name, $value]);
    }

    /** @return array<string, ?string> uri to etag of every row that has a local object */
    public function etags(): array
    {
        $rows = $this->query('SELECT uri, etag FROM pairs WHERE uri IS NOT NULL')->fetchAll(PDO::FETCH_KEY_PAIR);
        $this->rowsRead += count($rows);
        return $rows;
    }

    public function count(): int
    {
        return (int) $this->query("SELECT count(*) FROM pairs WHERE state <> 'outside'")->fetchColumn();
    }

    /** @return list<array<string, mixed>> */
    public function inState(string $state): array
    {
        return $this->pairs('state = ?', [$state]);
    }

    /**
     * @param list<string> $remoteIds
     * @param list<string> $uris
     * @param list<string> $keys
     * @return list<array<string, mixed>>
     */
    public function of(array $remoteIds, array $uris, array $keys = []): array
    {
        $found = [];
        foreach (['remote_id' => $remoteIds, 'uri' => $uris, 'key' => $keys] as $column => $values) {
            foreach (array_chunk($values, 500) as $chunk) {
                $marks = implode(',', array_fill(0, count($chunk), '?'));
                foreach ($this->pairs("$column IN ($marks)", $chunk) as $pair) {
                    $found[$pair['key']] = $pair;
                }
            }
        }
        return array_values($found);
    }

    /** @return list<array<string, mixed>> */
    public function after(string $key, int $limit): array
    {
        return $this->pairs('key > ? ORDER BY key LIMIT ?', [$key, $limit]);
    }

    /** @return list<array<string, mixed>> rows that a window which is now [from, until] lets go of or takes in */
    public function rolling(int $from, int $until, string $after, int $limit): array
    {
        $leaves = "state = 'linked' AND (ends < ? OR starts > ?)";
        $enters = "state = 'outside' AND starts <= ? AND (ends IS NULL OR ends >= ?)";
        return $this->pairs(
            "(($leaves) OR ($enters)) AND key > ? ORDER BY key LIMIT ?",
            [$from, $until, $until, $from, $after, $limit],
        );
    }

    /** @return array{set_aside: int, losses: int} items set aside, and items of which something cannot cross */
    public function unfinished(): array
    {
        $count = fn (string $where): int => (int) $this->query("SELECT count(*) FROM pairs WHERE $where")->fetchColumn();
        return ['set_aside' => $count("state = 'set_aside'"), 'losses' => $count("losses <> '[]'")];
    }

    /** @return list<array{uri: ?string, property: ?string, reason: string}> what cannot cross; without property: set aside */
    public function losses(): array
    {
        $found = [];
        foreach ($this->pairs("state = 'set_aside' OR losses <> '[]' ORDER BY uri, key", []) as $pair) {
            if ($pair['state'] === 'set_aside') {
                $found[] = ['uri' => $pair['uri'], 'property' => null, 'reason' => (string) $pair['reason']];
            }
            foreach ($pair['losses'] as $loss) {
                $found[] = ['uri' => $pair['uri'], 'property' => $loss['property'], 'reason' => $loss['reason']];
            }
        }
        return $found;
    }

    /** @param array<string, mixed> $pair */
    public function save(array $pair): void
    {
        $this->query(
            'INSERT OR REPLACE INTO pairs (key, state, uri, etag, remote_id, version, base, reason, losses, starts, ends)'
            . ' VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
            [
                $pair['key'], $pair['state'], $pair['uri'], $pair['etag'], $pair['remote_id'], $pair['version'],
                self::json($pair['base']), $pair['reason'], self::json($pair['losses']),
                $pair['starts'] ?? null, $pair['ends'] ?? null,
            ],
        );
    }

    public function forget(string $key): void
    {
        $this->query('DELETE FROM pairs WHERE key = ?', [$key]);
    }

    /** @param array{side: string, cause?: string, uri: ?string, title?: ?string, text: string, reason: string} $kept */
    public function keep(array $kept): void
    {
        $this->query(
            'INSERT INTO kept (at, side, cause, uri, title, text, reason) VALUES (?, ?, ?, ?, ?, ?, ?)',
            [
                time(), $kept['side'], $kept['cause'] ?? null, $kept['uri'], $kept['title'] ?? null, $kept['text'], $kept['reason'],
            ],
        );
    }

    /** @return list<array<string, mixed>> */
    private function pairs(string $where, array $values): array
    {
        $rows = $this->query("SELECT * FROM pairs WHERE $where", $values)->fetchAll();
        $this->rowsRead += count($rows);
        foreach ($rows as &$row) {
            $row['base'] = json_decode($row['base'], true, flags: JSON_THROW_ON_ERROR);
            $row['losses'] = json_decode($row['losses'], true, flags: JSON_THROW_ON_ERROR);
        }
        return $rows;
    }

    private function query(string $sql, array $values = []): \PDOStatement
    {
        $statement = $this->database->prepare($sql);
        foreach ($values as $index => $value) {
            $statement->bindValue($index + 1, $value, is_int($value) ? PDO::PARAM_INT : PDO::PARAM_STR);
        }
        $statement->execute();
        return $statement;
    }

    private static function json(array $value): string
    {
        return json_encode($value, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES);
    }
}
