<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Local;

use OCA\DAV\CalDAV\CalDavBackend;
use OCP\DB\QueryBuilder\IQueryBuilder;
use OCP\IDBConnection;

/**
 * Events or tasks of a calendar. Objects of another component in the same calendar are not ours to see.
 *
 * What the backend reads with the whole text, or caches within the process, is read here by small queries; every write goes
 * through the backend.
 */
final class CalendarObjects implements Objects
{
    private const CHUNK = 500;

    public function __construct(
        private readonly CalDavBackend $backend,
        private readonly IDBConnection $db,
        private readonly int $calendar,
        /** VEVENT or VTODO */
        private readonly string $component,
    ) {
    }

    public function token(): ?string
    {
        $sql = 'SELECT synctoken FROM *PREFIX*calendars WHERE id = ? AND deleted_at IS NULL';
        $token = $this->db->executeQuery($sql, [$this->calendar])->fetchOne();
        return $token === false ? null : (string)$token;
    }

    public function etags(): iterable
    {
        $query = $this->living('uri', 'etag');
        $result = $query->executeQuery();
        while (($row = $result->fetch()) !== false) {
            yield (string)$row['uri'] => '"' . $row['etag'] . '"';
        }
        $result->closeCursor();
    }

    public function count(): int
    {
        $query = $this->living();
        $query->select($query->func()->count('*'));
        return (int)$query->executeQuery()->fetchOne();
    }

    public function read(array $uris): array
    {
        $objects = [];
        foreach ($this->backend->getMultipleCalendarObjects($this->calendar, $uris) as $row) {
            if (strtoupper((string)$row['component']) === $this->component) {
                $objects[] = ['uri' => (string)$row['uri'], 'etag' => $row['etag'], 'text' => (string)$row['calendardata']];
            }
        }
        return $objects;
    }

    public function find(array $uids): array
    {
        $found = [];
        foreach (array_chunk($uids, self::CHUNK) as $chunk) {
            $query = $this->living('uid', 'uri', 'etag');
            $parameter = $query->createNamedParameter($chunk, IQueryBuilder::PARAM_STR_ARRAY);
            $result = $query->andWhere($query->expr()->in('uid', $parameter))->executeQuery();
            while (($row = $result->fetch()) !== false) {
                $found[] = ['uid' => (string)$row['uid'], 'uri' => (string)$row['uri'], 'etag' => '"' . $row['etag'] . '"'];
            }
            $result->closeCursor();
        }
        return $found;
    }

    public function etag(string $uri): ?string
    {
        $sql = 'SELECT etag FROM *PREFIX*calendarobjects'
            . ' WHERE calendarid = ? AND calendartype = 0 AND uri = ? AND deleted_at IS NULL' . Row::lock($this->db);
        $etag = $this->db->executeQuery($sql, [$this->calendar, $uri])->fetchOne();
        return $etag === false ? null : '"' . $etag . '"';
    }

    public function create(string $uri, string $uid, string $text): string
    {
        $this->purge('uid', $uid);
        return $this->backend->createCalendarObject($this->calendar, $uri, $text);
    }

    public function update(string $uri, string $text): string
    {
        return $this->backend->updateCalendarObject($this->calendar, $uri, $text);
    }

    public function delete(string $uri): void
    {
        // To the trash bin, where an older object of that name would be in the way.
        $path = pathinfo($uri);
        $trashed = $path['filename'] . '-deleted' . (empty($path['extension']) ? '' : '.' . $path['extension']);
        $this->purge('uri', $trashed);
        $this->backend->deleteCalendarObject($this->calendar, $uri);
    }

    /**
     * Takes objects out of the trash bin for good: a UID is unique in a calendar together with its trash bin.
     */
    private function purge(string $column, string $value): void
    {
        $sql = 'SELECT uri FROM *PREFIX*calendarobjects'
            . " WHERE calendarid = ? AND calendartype = 0 AND $column = ? AND deleted_at IS NOT NULL";
        $result = $this->db->executeQuery($sql, [$this->calendar, $value]);
        $uris = $result->fetchAll(\PDO::FETCH_COLUMN);
        $result->closeCursor();
        foreach ($uris as $uri) {
            $this->backend->deleteCalendarObject($this->calendar, (string)$uri, forceDeletePermanently: true);
        }
    }

    private function living(string ...$columns): IQueryBuilder
    {
        $query = $this->db->getQueryBuilder();
        return $query->select(...$columns)->from('calendarobjects')
            ->where($query->expr()->eq('calendarid', $query->createNamedParameter($this->calendar, IQueryBuilder::PARAM_INT)))
            ->andWhere($query->expr()->eq('calendartype', $query->createNamedParameter(0, IQueryBuilder::PARAM_INT)))
            ->andWhere($query->expr()->eq('componenttype', $query->createNamedParameter($this->component)))
            ->andWhere($query->expr()->isNull('deleted_at'));
    }
}
