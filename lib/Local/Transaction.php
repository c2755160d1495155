<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Local;

use OCP\IDBConnection;
use Throwable;

/**
 * Work that is stored as a whole or not at all, and tried again where the database was only busy.
 */
final class Transaction
{
    private const ATTEMPTS = 4;

    /**
     * @template T
     * @param callable(): T $work
     * @return T
     */
    public static function run(IDBConnection $db, callable $work): mixed
    {
        for ($attempt = 1;; $attempt++) {
            $db->beginTransaction();
            try {
                $result = $work();
                $db->commit();
                return $result;
            } catch (Throwable $error) {
                $db->rollBack();
                if ($attempt === self::ATTEMPTS || !Refusal::isPassing($error)) {
                    throw $error;
                }
                usleep(50_000 * $attempt * $attempt);
            }
        }
    }
}
