<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Local;

use Closure;
use OCA\DAV\CardDAV\CardDavBackend;
use OCP\DB\QueryBuilder\IQueryBuilder;
use OCP\IDBConnection;

/**
 * Contacts of an address book. There is no trash bin for contacts.
 *
 * Listing through the backend would read every photo, so what needs no text is read here by small queries; every write goes
 * through the backend.
 */
final class Cards implements Objects
{
    private const CHUNK = 500;

    public function __construct(
        private CardDavBackend $backend,
        private readonly IDBConnection $db,
        private readonly int $addressBook,
        /** @var Closure(): CardDavBackend makes another one */
        private readonly Closure $fresh,
    ) {
    }

    public function token(): ?string
    {
        $sql = 'SELECT synctoken FROM *PREFIX*addressbooks WHERE id = ?';
        $token = $this->db->executeQuery($sql, [$this->addressBook])->fetchOne();
        return $token === false ? null : (string)$token;
    }

    public function etags(): iterable
    {
        $result = $this->cards('uri', 'etag')->executeQuery();
        while (($row = $result->fetch()) !== false) {
            yield (string)$row['uri'] => '"' . $row['etag'] . '"';
        }
        $result->closeCursor();
    }

    public function count(): int
    {
        $query = $this->cards();
        $query->select($query->func()->count('*'));
        return (int)$query->executeQuery()->fetchOne();
    }

    public function read(array $uris): array
    {
        $objects = [];
        foreach ($this->backend->getMultipleCards($this->addressBook, $uris) as $row) {
            $objects[] = ['uri' => (string)$row['uri'], 'etag' => $row['etag'], 'text' => (string)$row['carddata']];
        }
        return $objects;
    }

    public function find(array $uids): array
    {
        $found = [];
        foreach (array_chunk($uids, self::CHUNK) as $chunk) {
            $query = $this->cards('uid', 'uri', 'etag');
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
        $sql = 'SELECT etag FROM *PREFIX*cards WHERE addressbookid = ? AND uri = ?' . Row::lock($this->db);
        $etag = $this->db->executeQuery($sql, [$this->addressBook, $uri])->fetchOne();
        return $etag === false ? null : '"' . $etag . '"';
    }

    public function create(string $uri, string $uid, string $text): string
    {
        // The backend's own check reads the whole address book for each new card; the caller has checked a batch at once.
        return $this->backend->createCard($this->addressBook, $uri, $text, checkAlreadyExists: false);
    }

    public function update(string $uri, string $text): string
    {
        $etag = $this->backend->updateCard($this->addressBook, $uri, $text);
        if ($this->etag($uri) !== $etag) {
            // The backend remembers what it wrote last and skips the same text, although somebody else changed the card since.
            $this->backend = ($this->fresh)();
            $etag = $this->backend->updateCard($this->addressBook, $uri, $text);
        }
        return $etag;
    }

    public function delete(string $uri): void
    {
        $this->backend->deleteCard($this->addressBook, $uri);
    }

    private function cards(string ...$columns): IQueryBuilder
    {
        $query = $this->db->getQueryBuilder();
        $book = $query->createNamedParameter($this->addressBook, IQueryBuilder::PARAM_INT);
        return $query->select(...$columns)->from('cards')->where($query->expr()->eq('addressbookid', $book));
    }
}
