<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Cycle;

use Exception;

/**
 * Somebody else was faster: the transaction is rolled back and the engine plans anew.
 */
final class Race extends Exception
{
    public function __construct(
        /** stale, missing or exists */
        public readonly string $outcome,
    ) {
        parent::__construct($outcome);
    }
}
