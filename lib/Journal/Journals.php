<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Journal;

use OCP\DB\QueryBuilder\IQueryBuilder;
use OCP\IDBConnection;

/**
 * The journals of all links.
 */
final class Journals
{
    public function __construct(private readonly IDBConnection $db)
    {
    }

    public function of(int $link): Journal
    {
        return new Journal($this->db, $link);
    }

    /**
     * Removes a link's pairs and kept versions.
     */
    public function remove(int $link): void
    {
        foreach (['exchange_pairs', 'exchange_history'] as $table) {
            $query = $this->db->getQueryBuilder();
            $query->delete($table)
                ->where($query->expr()->eq('link_id', $query->createNamedParameter($link, IQueryBuilder::PARAM_INT)))
                ->executeStatement();
        }
    }

    /**
     * @param list<int>|null $links null: all
     * @return array<int, array<string, int>> number of pairs by state, by link
     */
    public function counts(?array $links = null): array
    {
        $query = $this->db->getQueryBuilder();
        $query->select('link_id', 'state')->selectAlias($query->func()->count('*'), 'amount')
            ->from('exchange_pairs')->groupBy('link_id', 'state');
        $this->among($query, $links);
        $result = $query->executeQuery();
        $counts = [];
        while (($row = $result->fetch()) !== false) {
            $counts[(int)$row['link_id']][(string)$row['state']] = (int)$row['amount'];
        }
        $result->closeCursor();
        return $counts;
    }

    /**
     * @param list<int>|null $links null: all
     * @return array<int, int> number of items of which something cannot cross, by link
     */
    public function lossy(?array $links = null): array
    {
        $query = $this->db->getQueryBuilder();
        $query->select('link_id')->selectAlias($query->func()->count('*'), 'amount')->from('exchange_pairs')
            ->where($query->expr()->neq('losses', $query->createNamedParameter('[]')))->groupBy('link_id');
        $this->among($query, $links);
        $counts = [];
        foreach ($query->executeQuery()->fetchAll() as $row) {
            $counts[(int)$row['link_id']] = (int)$row['amount'];
        }
        return $counts;
    }

    /**
     * @param list<int>|null $links
     */
    private function among(IQueryBuilder $query, ?array $links): void
    {
        if ($links !== null) {
            $query->andWhere($query->expr()->in('link_id', $query->createNamedParameter($links, IQueryBuilder::PARAM_INT_ARRAY)));
        }
    }

    /**
     * What cannot cross: of each item its losses, and of one that is set aside the reason. Row by row, because there can be
     * many.
     *
     * @return iterable<array{uri: ?string, reason: ?string, losses: list<array{property: string, reason: string}>}>
     */
    public function losses(int $link): iterable
    {
        $sql = 'SELECT uri, state, reason, losses FROM *PREFIX*exchange_pairs'
            . " WHERE link_id = ? AND (state = ? OR losses <> '[]') ORDER BY uri, pair_key";
        $result = $this->db->executeQuery($sql, [$link, 'set_aside']);
        while (($row = $result->fetch()) !== false) {
            yield [
                'uri' => $row['uri'],
                'reason' => $row['state'] === 'set_aside' ? (string)$row['reason'] : null,
                'losses' => json_decode($row['losses'] ?? '[]', true, 16, JSON_THROW_ON_ERROR),
            ];
        }
        $result->closeCursor();
    }

    /**
     * @return list<array{key: string, uri: ?string, reason: string}> what is set aside, in the order of the uris
     */
    public function setAside(int $link, int $limit): array
    {
        $query = $this->db->getQueryBuilder();
        $query->select('pair_key', 'uri', 'reason')->from('exchange_pairs')
            ->where($query->expr()->eq('link_id', $query->createNamedParameter($link, IQueryBuilder::PARAM_INT)))
            ->andWhere($query->expr()->eq('state', $query->createNamedParameter('set_aside')))
            ->orderBy('uri')->setMaxResults($limit);
        $result = $query->executeQuery();
        $rows = [];
        while (($row = $result->fetch()) !== false) {
            $rows[] = ['key' => (string)$row['pair_key'], 'uri' => $row['uri'], 'reason' => (string)$row['reason']];
        }
        $result->closeCursor();
        return $rows;
    }
}
