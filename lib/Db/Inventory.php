<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Db;

use OCP\DB\QueryBuilder\IQueryBuilder;
use OCP\IDBConnection;

/**
 * Every account with its links, as rows of one table that can be searched.
 */
final class Inventory
{
    /** How a row stands. */
    public const STATES = ['fine', 'waiting', 'failing', 'stopped', 'refused', 'barred', 'unlinked'];
    private const STANDING = "CASE WHEN a.state = 'refused' THEN 'refused' WHEN l.id IS NULL THEN 'unlinked'"
        . " WHEN l.state = 'stopped' THEN 'stopped' WHEN l.error = 'not_allowed' THEN 'barred'"
        // What was interrupted goes on with the next run.
        . " WHEN l.error IS NOT NULL AND l.error <> 'stopped' THEN 'failing'"
        . " WHEN l.last_run IS NULL THEN 'waiting' ELSE 'fine' END";
    private const SEARCHED = ['a.user_id', 'a.address', 'a.server', 'l.folder_name', 'l.collection_name'];
    private const LINK = ['id', 'kind', 'folder_name', 'collection_name', 'last_success', 'last_run', 'next_run', 'failures', 'calls',
        'error', 'message'];

    public function __construct(private readonly IDBConnection $db)
    {
    }

    /**
     * @param string $text that a row has somewhere; '' for all
     * @param string $state one of STATES; '' for all
     * @return list<array<string, mixed>> columns of the link with `link_` before their name, which are null for an account without one
     */
    public function rows(string $text, string $state, int $offset, int $limit): array
    {
        $query = $this->query($text, $state);
        $query->select('a.id', 'a.user_id', 'a.address', 'a.server', 'a.passive', 'a.worker', 'a.watch')
            ->selectAlias('a.message', 'account_message')
            ->selectAlias($query->createFunction(self::STANDING), 'standing');
        foreach (self::LINK as $column) {
            $query->selectAlias("l.$column", "link_$column");
        }
        $query->orderBy('a.id')->addOrderBy('l.id')->setFirstResult($offset)->setMaxResults($limit);
        $result = $query->executeQuery();
        $rows = $result->fetchAll();
        $result->closeCursor();
        return $rows;
    }

    /**
     * @return array<string, int> number of rows with this text by state
     */
    public function count(string $text): array
    {
        $query = $this->query($text, '');
        $query->selectAlias($query->createFunction(self::STANDING), 'standing')
            ->selectAlias($query->func()->count('*'), 'amount')->groupBy('standing');
        $result = $query->executeQuery();
        $counts = array_fill_keys(self::STATES, 0);
        foreach ($result->fetchAll() as $row) {
            $counts[(string)$row['standing']] = (int)$row['amount'];
        }
        $result->closeCursor();
        return $counts;
    }

    /**
     * @return list<string> addresses of accounts of which a link has not come to an end since then, and does not by itself
     */
    public function failingSince(int $before): array
    {
        $query = $this->query('', '');
        $failing = $query->createNamedParameter(['failing', 'stopped', 'refused'], IQueryBuilder::PARAM_STR_ARRAY);
        $since = $query->createFunction('COALESCE(l.last_success, NULLIF(l.created_at, 0), a.created_at)');
        $query->selectDistinct('a.address')
            ->andWhere($query->expr()->in($query->createFunction(self::STANDING), $failing))
            ->andWhere($query->expr()->lt($since, $query->createNamedParameter($before, IQueryBuilder::PARAM_INT)))
            ->orderBy('a.address');
        $result = $query->executeQuery();
        $addresses = $result->fetchAll(\PDO::FETCH_COLUMN);
        $result->closeCursor();
        return $addresses;
    }

    private function query(string $text, string $state): IQueryBuilder
    {
        $query = $this->db->getQueryBuilder();
        $query->from('exchange_accounts', 'a')
            ->leftJoin('a', 'exchange_links', 'l', $query->expr()->eq('l.account_id', 'a.id'));
        if ($text !== '') {
            $like = $query->createNamedParameter('%' . $this->db->escapeLikeParameter($text) . '%');
            $query->andWhere($query->expr()->orX(...array_map(
                static fn (string $column) => $query->expr()->iLike($column, $like),
                self::SEARCHED
            )));
        }
        if ($state !== '') {
            $query->andWhere($query->expr()->eq($query->createFunction(self::STANDING), $query->createNamedParameter($state)));
        }
        return $query;
    }
}
