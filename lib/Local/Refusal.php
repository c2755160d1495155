<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Local;

use OCP\DB\Exception as DbException;
use Sabre\DAV\Exception as DavException;
use Sabre\VObject\ParseException;
use Throwable;

/**
 * Tells a write that Nextcloud refuses because of the object itself (the others go on) from a fault of the database (the
 * cycle ends and is tried again).
 */
final class Refusal
{
    /** What the next attempt may well get past. */
    private const PASSING = [DbException::REASON_DEADLOCK, DbException::REASON_LOCK_WAIT_TIMEOUT];

    /**
     * @return array<string, string> the outcome of docs/architecture.md
     * @throws Throwable the same, where it says nothing about the object
     */
    public static function outcome(Throwable $error): array
    {
        if (!$error instanceof DbException) {
            return ['outcome' => 'refused', 'reason' => self::reason($error)];
        }
        if ($error->getReason() === DbException::REASON_UNIQUE_CONSTRAINT_VIOLATION) {
            return ['outcome' => 'exists'];
        }
        // SQLSTATE class 22: the data does not fit its column.
        $state = (string)($error->getPrevious()?->getPrevious()?->getCode() ?? '');
        if (str_starts_with($state, '22')) {
            return ['outcome' => 'refused', 'reason' => 'A value of this item is too long for the Nextcloud database.'];
        }
        throw $error;
    }

    public static function isPassing(Throwable $error): bool
    {
        return $error instanceof DbException && in_array($error->getReason(), self::PASSING, true);
    }

    private static function reason(Throwable $error): string
    {
        return match (true) {
            $error instanceof ParseException => 'Nextcloud cannot read this item: ' . $error->getMessage(),
            $error instanceof DavException => 'Nextcloud refuses this item: ' . $error->getMessage(),
            default => 'Nextcloud could not store this item; the Nextcloud log has the details.',
        };
    }
}
