<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Local;

/**
 * A calendar, task list or address book that a user sees. A calendar that holds events and tasks appears once for each kind.
 */
final class Collection
{
    public function __construct(
        /** event, task or contact */
        public readonly string $kind,
        public readonly int $id,
        /** name within the user's calendars or address books */
        public readonly string $uri,
        public readonly string $name,
        /** false: somebody shares it with the user for reading only */
        public readonly bool $writable = true,
    ) {
    }
}
