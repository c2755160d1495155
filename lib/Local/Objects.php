<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Local;

/**
 * The objects of one collection, of one kind. Etags carry their quotes, as the DAV backends return them.
 */
interface Objects
{
    /**
     * A hint: while it stays the same, probably nothing changed. Null where the collection does not exist (any more).
     */
    public function token(): ?string;

    /**
     * @return iterable<string, string> etag by uri
     */
    public function etags(): iterable;

    public function count(): int;

    /**
     * @param list<string> $uris
     * @return list<array{uri: string, etag: string, text: string}> those that exist
     */
    public function read(array $uris): array;

    /**
     * @param list<string> $uids
     * @return list<array{uid: string, uri: string, etag: string}> those that exist
     */
    public function find(array $uids): array;

    /**
     * The etag now, or null where there is no such object. In a transaction the object is locked until its end.
     */
    public function etag(string $uri): ?string;

    /**
     * The caller has made sure that uri and UID are free, and holds the transaction.
     *
     * @return string the new etag
     */
    public function create(string $uri, string $uid, string $text): string;

    /**
     * @return string the new etag
     */
    public function update(string $uri, string $text): string;

    public function delete(string $uri): void;
}
