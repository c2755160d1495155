<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Service;

use OCA\IntegrationExchange\Native\Detached;
use OCA\IntegrationExchange\Cycle\Options;
use OCA\IntegrationExchange\Cycle\Synchronisation;
use OCA\IntegrationExchange\Db\Link;

/**
 * What takes longer than a person shall wait for a page: it is started in a process of its own, and whoever watches asks how the
 * link stands until it is not running any more. Where this PHP may start no other, synchronising is left to the background
 * jobs; what those cannot do is done at once, as far as that goes.
 */
final class Work
{
    /** Seconds that a request may take. */
    private const PATIENCE = 20;

    public function __construct(
        private readonly Detached $detached,
        private readonly Standing $standing,
        private readonly Synchronisation $synchronisation,
        private readonly Decision $decision,
    ) {
    }

    public function synchronise(Link $link): void
    {
        if (!$this->standing->leaveToWorker($link) && !$this->starts($link, 'exchange:sync', "--link={$link->getId()}", '--output=json')) {
            $this->standing->leaveToJobs($link);
        }
    }

    /**
     * A dry run; the link's row tells what it came to.
     */
    public function rehearse(Link $link): void
    {
        if (!$this->starts($link, 'exchange:sync', "--link={$link->getId()}", '--dry-run', '--output=json')) {
            $end = microtime(true) + self::PATIENCE;
            $goOn = static fn (): bool => microtime(true) < $end;
            $this->synchronisation->run([$link->getId()], new Options(insist: true, dryRun: true), goOn: $goOn);
        }
    }

    /**
     * Goes on after the brake.
     */
    public function decide(Link $link, bool $restore): void
    {
        $this->decision->mustAsk($link, $restore);
        if (!$this->starts($link, 'exchange:approve', (string)$link->getId(), ...($restore ? ['--restore'] : []))) {
            $this->decision->approve($link, $restore);
        }
    }

    /**
     * @return bool false where it cannot be started; what runs already is not started again
     */
    private function starts(Link $link, string ...$arguments): bool
    {
        if ($this->standing->isRunning($link)) {
            return true;
        }
        $this->standing->announce($link);
        return $this->detached->start(...array_values($arguments));
    }
}
