<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Cycle;

use Closure;
use OCA\IntegrationExchange\Db\Lease;
use OCA\IntegrationExchange\Db\Link;
use OCA\IntegrationExchange\Db\LinkMapper;
use OCA\IntegrationExchange\Failure;
use OCA\IntegrationExchange\Native\Access;
use OCA\IntegrationExchange\Native\Loop;
use OCA\IntegrationExchange\Native\Way;
use OCA\IntegrationExchange\Setting\Organisation;

/**
 * Synchronises links: the one way in, for commands, the background job and pages. Where this PHP lacks the extension, another
 * one does it.
 */
final class Synchronisation
{
    public function __construct(
        private readonly Access $access,
        private readonly Handover $handover,
        private readonly Loop $loop,
        private readonly Parts $parts,
        private readonly Lease $lease,
        private readonly Schedule $schedule,
        private readonly Removal $removal,
        private readonly LinkMapper $mapper,
        private readonly Organisation $organisation,
    ) {
    }

    /**
     * @param list<int> $links
     * @param Closure(Link, array<string, mixed>): void|null $progress
     * @param Closure(): bool|null $goOn
     * @return array<int, Result> by link; links that never started, because it was stopped before, are left out
     * @throws Failure where nothing can run at all
     */
    public function run(array $links, Options $options = new Options(), ?Closure $progress = null, ?Closure $goOn = null): array
    {
        if ($this->access->way() === Way::Elsewhere) {
            return $this->handover->give($links, $options, $progress, $goOn);
        }
        $results = [];
        $run = new Run(
            $this->turns($links),
            $this->parts,
            $options,
            $this->lease,
            $this->schedule,
            $progress ?? static function (): void {
            },
            static function (Result $result) use (&$results): void {
                $results[$result->link] = $result;
            },
            $goOn ?? static fn (): bool => true,
        );
        try {
            $this->loop->run($run);
        } finally {
            $run->close();
            $this->removal->follow($results);
        }
        return $results;
    }

    /**
     * @param list<int> $links
     */
    private function turns(array $links): Turns
    {
        $places = $this->mapper->places($links);
        // Whatever is not there any more says so when it starts.
        $nowhere = ['account' => 0, 'server' => ''];
        $turns = array_map(static function (int $link) use ($places, $nowhere): array {
            ['account' => $account, 'server' => $server] = $places[$link] ?? $nowhere;
            return ['link' => $link, 'account' => $account, 'server' => strtolower($server)];
        }, $links);
        return new Turns($turns, $this->organisation->get('cycles'));
    }
}
