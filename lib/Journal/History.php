<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Journal;

use OCP\DB\QueryBuilder\IQueryBuilder;
use OCP\IDBConnection;

/**
 * The kept versions of all links: what was lost in a conflict, overwritten or deleted by synchronising.
 *
 * @phpstan-type Version array{id: int, link: int, side: string, cause: string, uri: ?string, title: ?string, reason: string,
 *     at: int, size: int}
 */
final class History
{
    private const COLUMNS = ['id', 'link_id', 'side', 'cause', 'uri', 'title', 'reason', 'created_at', 'size'];

    public function __construct(private readonly IDBConnection $db)
    {
    }

    /**
     * @param list<int> $links
     * @return list<Version> the newest first
     */
    public function list(array $links, ?string $uri, int $limit): array
    {
        if ($links === []) {
            return [];
        }
        $query = $this->db->getQueryBuilder();
        $query->select(...self::COLUMNS)->from('exchange_history')
            ->where($query->expr()->in('link_id', $query->createNamedParameter($links, IQueryBuilder::PARAM_INT_ARRAY)))
            ->orderBy('id', 'DESC')->setMaxResults($limit);
        if ($uri !== null) {
            $query->andWhere($query->expr()->eq('uri', $query->createNamedParameter($uri)));
        }
        return array_map(self::version(...), $query->executeQuery()->fetchAll());
    }

    /**
     * @return array{id: int, link: int, side: string, cause: string, uri: ?string, title: ?string, reason: string, at: int, size: int,
     *     text: string}|null
     */
    public function find(int $id): ?array
    {
        $query = $this->db->getQueryBuilder();
        $query->select('body', ...self::COLUMNS)->from('exchange_history')
            ->where($query->expr()->eq('id', $query->createNamedParameter($id, IQueryBuilder::PARAM_INT)));
        $row = $query->executeQuery()->fetch();
        return $row === false ? null : self::version($row) + ['text' => (string)$row['body']];
    }

    /**
     * @return int how many versions were older and are gone
     */
    public function purge(int $before): int
    {
        $query = $this->db->getQueryBuilder();
        return $query->delete('exchange_history')
            ->where($query->expr()->lt('created_at', $query->createNamedParameter($before, IQueryBuilder::PARAM_INT)))
            ->executeStatement();
    }

    /**
     * Lets the oldest versions of a link go where all of them together are larger.
     *
     * @return int how many are gone
     */
    public function trim(int $bytes): int
    {
        $sql = 'SELECT link_id FROM *PREFIX*exchange_history GROUP BY link_id HAVING SUM(size) > ?';
        $links = $this->db->executeQuery($sql, [$bytes], [IQueryBuilder::PARAM_INT])->fetchAll(\PDO::FETCH_COLUMN);
        return array_sum(array_map(fn (mixed $link): int => $this->trimLink((int)$link, $bytes), $links));
    }

    private function trimLink(int $link, int $bytes): int
    {
        $sql = 'SELECT id, size FROM *PREFIX*exchange_history WHERE link_id = ? ORDER BY id DESC';
        $result = $this->db->executeQuery($sql, [$link]);
        $total = 0;
        $last = null;
        while ($last === null && ($row = $result->fetch()) !== false) {
            $total += (int)$row['size'];
            $last = $total > $bytes ? (int)$row['id'] : null;
        }
        $result->closeCursor();
        $sql = 'DELETE FROM *PREFIX*exchange_history WHERE link_id = ? AND id <= ?';
        return $last === null ? 0 : $this->db->executeStatement($sql, [$link, $last]);
    }

    /**
     * @param array<string, mixed> $row
     * @return Version
     */
    private static function version(array $row): array
    {
        return [
            'id' => (int)$row['id'],
            'link' => (int)$row['link_id'],
            'side' => $row['side'] === 'local' ? 'nextcloud' : 'exchange',
            'cause' => (string)$row['cause'],
            'uri' => $row['uri'],
            'title' => $row['title'] === '' ? null : $row['title'],
            'reason' => (string)$row['reason'],
            'at' => (int)$row['created_at'],
            'size' => (int)$row['size'],
        ];
    }
}
