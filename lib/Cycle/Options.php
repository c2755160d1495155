<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Cycle;

/**
 * How a run differs from the everyday one.
 */
final class Options
{
    public function __construct(
        /** compare everything, whatever the tokens say */
        public readonly bool $full = false,
        /** also links and accounts that were stopped: a person asks for it */
        public readonly bool $insist = false,
        /** how many deletions are allowed in this run, in place of each link's own limit */
        public readonly ?int $deletions = null,
        /** bring back what is gone on one side instead of deleting it on the other */
        public readonly bool $restoreDeleted = false,
        /** show what would be done, and do nothing */
        public readonly bool $dryRun = false,
    ) {
    }
}
