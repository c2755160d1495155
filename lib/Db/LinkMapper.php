<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Db;

use OCP\AppFramework\Db\Entity;
use OCP\AppFramework\Db\QBMapper;
use OCP\DB\QueryBuilder\IQueryBuilder;
use OCP\IDBConnection;

/**
 * @extends QBMapper<Link>
 */
final class LinkMapper extends QBMapper
{
    public function __construct(IDBConnection $db)
    {
        parent::__construct($db, 'exchange_links', Link::class);
    }

    public function find(int $id): ?Link
    {
        $query = $this->db->getQueryBuilder();
        $query->select('*')->from($this->tableName)->where($query->expr()->eq('id', $query->createNamedParameter($id)));
        return $this->findEntities($query)[0] ?? null;
    }

    /**
     * @param list<int>|null $accountIds null: of every account
     * @return list<Link>
     */
    public function list(?array $accountIds = null): array
    {
        if ($accountIds === []) {
            return [];
        }
        $query = $this->db->getQueryBuilder();
        $query->select('*')->from($this->tableName)->orderBy('id');
        if ($accountIds !== null) {
            $ids = $query->createNamedParameter($accountIds, IQueryBuilder::PARAM_INT_ARRAY);
            $query->where($query->expr()->in('account_id', $ids));
        }
        return $this->findEntities($query);
    }

    /**
     * @return list<int> ids of those whose people were told something of them
     */
    public function told(): array
    {
        $query = $this->db->getQueryBuilder();
        $query->select('id')->from($this->tableName)->where($query->expr()->isNotNull('told'));
        $result = $query->executeQuery();
        $ids = array_map(intval(...), $result->fetchAll(\PDO::FETCH_COLUMN));
        $result->closeCursor();
        return $ids;
    }

    /**
     * Ids of active links whose time has come and that nobody works on, the longest waiting first.
     *
     * @param bool $passive only of accounts that are passive in active mode as well
     * @return list<int>
     */
    public function due(int $now, int $limit, bool $passive = false): array
    {
        $query = $this->db->getQueryBuilder();
        $query->select('l.id')->from($this->tableName, 'l')
            ->leftJoin('l', 'exchange_leases', 'h', $query->expr()->andX(
                $query->expr()->eq('h.link_id', 'l.id'),
                $query->expr()->gt('h.expires_at', $query->createNamedParameter($now, IQueryBuilder::PARAM_INT))
            ))
            ->where($query->expr()->eq('l.state', $query->createNamedParameter(Link::ACTIVE)))
            ->andWhere($query->expr()->lte('next_run', $query->createNamedParameter($now, IQueryBuilder::PARAM_INT)))
            ->andWhere($query->expr()->isNull('h.link_id'))
            ->orderBy('next_run')->addOrderBy('l.id')->setMaxResults($limit);
        if ($passive) {
            $query->innerJoin('l', 'exchange_accounts', 'a', $query->expr()->eq('a.id', 'l.account_id'))
                ->andWhere($query->expr()->eq('a.passive', $query->createNamedParameter(1, IQueryBuilder::PARAM_INT)));
        }
        $result = $query->executeQuery();
        $ids = array_map(intval(...), $result->fetchAll(\PDO::FETCH_COLUMN));
        $result->closeCursor();
        return $ids;
    }

    /**
     * Whose links these are, and on which server; those that are gone are left out.
     *
     * @param list<int> $ids
     * @return array<int, array{account: int, server: string}> by link
     */
    public function places(array $ids): array
    {
        $places = [];
        // Databases take a thousand values in a list, or fewer.
        foreach (array_chunk($ids, 500) as $some) {
            $query = $this->db->getQueryBuilder();
            $query->select('l.id', 'l.account_id', 'a.server')->from($this->tableName, 'l')
                ->innerJoin('l', 'exchange_accounts', 'a', $query->expr()->eq('a.id', 'l.account_id'))
                ->where($query->expr()->in('l.id', $query->createNamedParameter($some, IQueryBuilder::PARAM_INT_ARRAY)));
            $result = $query->executeQuery();
            foreach ($result->fetchAll() as $row) {
                $places[(int)$row['id']] = ['account' => (int)$row['account_id'], 'server' => (string)$row['server']];
            }
            $result->closeCursor();
        }
        return $places;
    }

    /**
     * A local object changed: the links of its collection are due at once. One cheap statement, because it runs inside the
     * transaction of whoever changed the object.
     *
     * @param list<string> $kinds
     * @return bool whether there are any that were not due before
     */
    public function markDue(int $collectionId, array $kinds): bool
    {
        $query = $this->db->getQueryBuilder();
        return $query->update($this->tableName)
            ->set('next_run', $query->createNamedParameter(0, IQueryBuilder::PARAM_INT))
            ->where($query->expr()->eq('collection_id', $query->createNamedParameter($collectionId, IQueryBuilder::PARAM_INT)))
            ->andWhere($query->expr()->in('kind', $query->createNamedParameter($kinds, IQueryBuilder::PARAM_STR_ARRAY)))
            ->andWhere($query->expr()->gt('next_run', $query->createNamedParameter(0, IQueryBuilder::PARAM_INT)))
            ->executeStatement() > 0;
    }

    /**
     * Links of a worker's accounts that are due, the longest waiting first.
     *
     * @return list<array{link: int, account: int, server: string}>
     */
    public function dueOf(string $worker, int $now, int $limit): array
    {
        $query = $this->placed();
        $query->andWhere($query->expr()->eq('a.worker', $query->createNamedParameter($worker)))
            ->andWhere($query->expr()->lte('l.next_run', $query->createNamedParameter($now, IQueryBuilder::PARAM_INT)))
            ->orderBy('l.next_run')->addOrderBy('l.id')->setMaxResults($limit);
        return self::readPlaced($query);
    }

    /**
     * Active links of a few accounts.
     *
     * @param list<int> $accounts
     * @return list<array{link: int, account: int, server: string, folder: string}>
     */
    public function activeOf(array $accounts): array
    {
        $query = $this->placed('l.folder_id');
        $query->andWhere($query->expr()->in('a.id', $query->createNamedParameter($accounts, IQueryBuilder::PARAM_INT_ARRAY)));
        return self::readPlaced($query);
    }

    /**
     * Active links of some accounts that have a lease: somebody works on them, or was killed when they did.
     *
     * @param list<int> $accounts
     * @return list<array{link: int, account: int, server: string}>
     */
    public function leasedOf(array $accounts): array
    {
        $links = [];
        foreach (array_chunk($accounts, 500) as $some) {
            $query = $this->placed();
            $query->innerJoin('l', 'exchange_leases', 'h', $query->expr()->eq('h.link_id', 'l.id'))
                ->andWhere($query->expr()->in('a.id', $query->createNamedParameter($some, IQueryBuilder::PARAM_INT_ARRAY)));
            array_push($links, ...self::readPlaced($query));
        }
        return $links;
    }

    private function placed(string ...$more): IQueryBuilder
    {
        $query = $this->db->getQueryBuilder();
        return $query->select('l.id', 'l.account_id', 'a.server', ...$more)->from($this->tableName, 'l')
            ->innerJoin('l', 'exchange_accounts', 'a', $query->expr()->eq('a.id', 'l.account_id'))
            ->where($query->expr()->eq('l.state', $query->createNamedParameter(Link::ACTIVE)));
    }

    private static function readPlaced(IQueryBuilder $query): array
    {
        $result = $query->executeQuery();
        $links = [];
        while (($row = $result->fetch()) !== false) {
            $links[] = ['link' => (int)$row['id'], 'account' => (int)$row['account_id'], 'server' => strtolower((string)$row['server'])]
                + (isset($row['folder_id']) ? ['folder' => (string)$row['folder_id']] : []);
        }
        $result->closeCursor();
        return $links;
    }

    /**
     * Changes of some accounts' mailboxes are not told any more: their links do not wait longer than this for their next cycle. The
     * pauses after failures stay.
     *
     * @param list<int> $accounts
     */
    public function hasten(array $accounts, int $latest): void
    {
        foreach (array_chunk($accounts, 500) as $some) {
            $query = $this->db->getQueryBuilder();
            $query->update($this->tableName)
                ->set('next_run', $query->createNamedParameter($latest, IQueryBuilder::PARAM_INT))
                ->where($query->expr()->in('account_id', $query->createNamedParameter($some, IQueryBuilder::PARAM_INT_ARRAY)))
                ->andWhere($query->expr()->gt('next_run', $query->createNamedParameter($latest, IQueryBuilder::PARAM_INT)))
                ->andWhere($query->expr()->eq('failures', $query->createNamedParameter(0, IQueryBuilder::PARAM_INT)))
                ->executeStatement();
        }
    }

    public function insert(Entity $entity): Entity
    {
        $link = parent::insert($entity);
        $this->tellWorker($link->getAccountId());
        return $link;
    }

    /**
     * Its lease goes as well, so that a cycle which runs just now writes nothing more.
     */
    public function delete(Entity $entity): Entity
    {
        $this->tellWorker($entity->getAccountId());
        $this->db->executeStatement('DELETE FROM *PREFIX*exchange_leases WHERE link_id = ?', [$entity->getId()]);
        return parent::delete($entity);
    }

    public function ofCollection(int $collectionId, string $kind): ?Link
    {
        $query = $this->db->getQueryBuilder();
        $query->select('*')->from($this->tableName)
            ->where($query->expr()->eq('collection_id', $query->createNamedParameter($collectionId, IQueryBuilder::PARAM_INT)))
            ->andWhere($query->expr()->eq('kind', $query->createNamedParameter($kind)));
        return $this->findEntities($query)[0] ?? null;
    }

    /**
     * Stores single columns, whatever else of the row changes meanwhile.
     *
     * @param array<string, string|int|null> $columns
     */
    public function set(int $id, array $columns): void
    {
        $query = $this->db->getQueryBuilder();
        $query->update($this->tableName)
            ->where($query->expr()->eq('id', $query->createNamedParameter($id, IQueryBuilder::PARAM_INT)));
        foreach ($columns as $column => $value) {
            $type = match (true) {
                is_int($value) => IQueryBuilder::PARAM_INT,
                $value === null => IQueryBuilder::PARAM_NULL,
                default => IQueryBuilder::PARAM_STR,
            };
            $query->set($column, $query->createNamedParameter($value, $type));
        }
        $query->executeStatement();
    }

    /**
     * The worker that has the account has a look at its links.
     */
    public function tellWorker(int $account): void
    {
        $this->db->executeStatement('UPDATE *PREFIX*exchange_accounts SET unseen = 1 WHERE id = ?', [$account]);
    }
}
