<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Db;

use OCP\AppFramework\Utility\ITimeFactory;
use OCP\DB\QueryBuilder\IQueryBuilder;
use OCP\IDBConnection;

/**
 * The workers there are, and which accounts each of them has. Every change is conditional on what it relies on, so that it makes no
 * difference who else does the same at the same moment.
 *
 * @phpstan-type Row array{id: string, host: string, pid: int, since: int, beat: int, beat_at: int, version: string,
 *     figures: array<string, int>}
 */
final class Workers
{
    /** Accounts in one statement. */
    private const CHUNK = 500;
    private const HAVE_NONE = 'worker IS NOT NULL AND worker NOT IN (SELECT id FROM *PREFIX*exchange_workers)';

    public function __construct(private readonly IDBConnection $db, private readonly ITimeFactory $time)
    {
    }

    public function register(string $id, string $host, int $pid, string $version): void
    {
        $this->db->executeStatement(
            'INSERT INTO *PREFIX*exchange_workers (id, host, pid, since, beat, beat_at, version) VALUES (?, ?, ?, ?, 0, ?, ?)',
            [$id, $host, $pid, $this->time->getTime(), $this->time->getTime(), $version]
        );
    }

    /**
     * @param array<string, int> $figures
     * @return bool false where the worker is none any more: the others have taken it for dead
     */
    public function beat(string $id, array $figures): bool
    {
        return $this->db->executeStatement(
            'UPDATE *PREFIX*exchange_workers SET beat = beat + 1, beat_at = ?, figures = ? WHERE id = ?',
            [$this->time->getTime(), json_encode($figures, JSON_THROW_ON_ERROR), $id]
        ) === 1;
    }

    /**
     * @return list<Row> in the order of their ids
     */
    public function list(): array
    {
        $sql = 'SELECT id, host, pid, since, beat, beat_at, version, figures FROM *PREFIX*exchange_workers ORDER BY id';
        $result = $this->db->executeQuery($sql);
        $rows = array_map(static fn (array $row): array => [
            'id' => (string)$row['id'],
            'host' => (string)$row['host'],
            'pid' => (int)$row['pid'],
            'since' => (int)$row['since'],
            'beat' => (int)$row['beat'],
            'beat_at' => (int)$row['beat_at'],
            'version' => (string)$row['version'],
            'figures' => json_decode((string)$row['figures'], true) ?: [],
        ], $result->fetchAll());
        $result->closeCursor();
        return $rows;
    }

    /**
     * Strikes a worker off, unless it has given a sign of life since.
     */
    public function bury(string $id, int $beat): bool
    {
        return $this->db->executeStatement('DELETE FROM *PREFIX*exchange_workers WHERE id = ? AND beat = ?', [$id, $beat]) === 1;
    }

    public function leave(string $id): void
    {
        $this->db->executeStatement('DELETE FROM *PREFIX*exchange_workers WHERE id = ?', [$id]);
        $this->free();
    }

    /**
     * Frees the accounts of workers that are none any more.
     *
     * @return list<int> those accounts
     */
    public function free(): array
    {
        $ids = $this->ids('SELECT id FROM *PREFIX*exchange_accounts WHERE ' . self::HAVE_NONE);
        if ($ids !== []) {
            $this->db->executeStatement('UPDATE *PREFIX*exchange_accounts SET worker = NULL, watch = NULL WHERE ' . self::HAVE_NONE);
        }
        return $ids;
    }

    /**
     * How many accounts there are for workers.
     */
    public function accounts(): int
    {
        return (int)$this->db->executeQuery('SELECT COUNT(*) FROM *PREFIX*exchange_accounts WHERE passive = 0')->fetchOne();
    }

    public function countOf(string $id): int
    {
        return (int)$this->db->executeQuery('SELECT COUNT(*) FROM *PREFIX*exchange_accounts WHERE worker = ?', [$id])->fetchOne();
    }

    /**
     * @return list<int> accounts that a worker has
     */
    public function accountsOf(string $id): array
    {
        return $this->ids('SELECT id FROM *PREFIX*exchange_accounts WHERE worker = ? ORDER BY id', [$id]);
    }

    /**
     * @return list<int> accounts that a worker has and that are to be passive
     */
    public function passiveOf(string $id): array
    {
        return $this->ids('SELECT id FROM *PREFIX*exchange_accounts WHERE worker = ? AND passive = 1', [$id]);
    }

    /**
     * Takes up to so many accounts that nobody has.
     */
    public function take(string $id, int $count): void
    {
        $query = $this->db->getQueryBuilder();
        $query->select('id')->from('exchange_accounts')
            ->where($query->expr()->isNull('worker'))
            ->andWhere($query->expr()->eq('passive', $query->createNamedParameter(0, IQueryBuilder::PARAM_INT)))
            ->orderBy('id')->setMaxResults($count);
        $result = $query->executeQuery();
        $free = array_map(intval(...), $result->fetchAll(\PDO::FETCH_COLUMN));
        $result->closeCursor();
        foreach (array_chunk($free, self::CHUNK) as $some) {
            $update = $this->of($some);
            $update->set('worker', $update->createNamedParameter($id))
                ->set('watch', $update->createNamedParameter(null, IQueryBuilder::PARAM_NULL))
                ->andWhere($update->expr()->isNull('worker'))
                ->executeStatement();
        }
    }

    /**
     * A worker lets go of accounts.
     *
     * @param list<int> $accounts
     */
    public function give(string $id, array $accounts): void
    {
        foreach (array_chunk($accounts, self::CHUNK) as $some) {
            $update = $this->of($some);
            $update->set('worker', $update->createNamedParameter(null, IQueryBuilder::PARAM_NULL))
                ->set('watch', $update->createNamedParameter(null, IQueryBuilder::PARAM_NULL))
                ->andWhere($update->expr()->eq('worker', $update->createNamedParameter($id)))
                ->executeStatement();
        }
    }

    /**
     * Says how a worker learns of changes in some of its accounts.
     *
     * @param list<int> $accounts
     * @param string|null $watch as Db\Account has it
     */
    public function say(string $id, array $accounts, ?string $watch): void
    {
        foreach (array_chunk($accounts, self::CHUNK) as $some) {
            $update = $this->of($some);
            $type = $watch === null ? IQueryBuilder::PARAM_NULL : IQueryBuilder::PARAM_STR;
            $update->set('watch', $update->createNamedParameter($watch, $type))
                ->andWhere($update->expr()->eq('worker', $update->createNamedParameter($id)))
                ->executeStatement();
        }
    }

    /**
     * Accounts of which a worker has not seen what changed. They count as seen from now on, so whoever asks reads them afterwards.
     *
     * @return list<int>
     */
    public function news(string $id): array
    {
        $ids = $this->ids('SELECT id FROM *PREFIX*exchange_accounts WHERE worker = ? AND unseen = 1', [$id]);
        foreach (array_chunk($ids, self::CHUNK) as $some) {
            $update = $this->of($some);
            $update->set('unseen', $update->createNamedParameter(0, IQueryBuilder::PARAM_INT))->executeStatement();
        }
        return $ids;
    }

    /**
     * @param list<int> $accounts
     */
    private function of(array $accounts): IQueryBuilder
    {
        $query = $this->db->getQueryBuilder();
        $ids = $query->createNamedParameter($accounts, IQueryBuilder::PARAM_INT_ARRAY);
        return $query->update('exchange_accounts')->where($query->expr()->in('id', $ids));
    }

    /**
     * @param list<string> $parameters
     * @return list<int>
     */
    private function ids(string $sql, array $parameters = []): array
    {
        $result = $this->db->executeQuery($sql, $parameters);
        $ids = array_map(intval(...), $result->fetchAll(\PDO::FETCH_COLUMN));
        $result->closeCursor();
        return $ids;
    }
}
