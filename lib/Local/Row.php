<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Local;

use OCP\IDBConnection;

/**
 * How a row is held against other writers until the transaction ends.
 */
final class Row
{
    /**
     * The end of a SELECT that locks what it reads. SQLite locks the whole database with the transaction's first write, so
     * the caller writes (its lease) before it reads.
     */
    public static function lock(IDBConnection $db): string
    {
        return $db->getDatabaseProvider() === IDBConnection::PLATFORM_SQLITE ? '' : ' FOR UPDATE';
    }
}
