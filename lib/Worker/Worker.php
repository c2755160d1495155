<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Worker;

use Closure;
use OCA\IntegrationExchange\AppInfo\Application;
use OCA\IntegrationExchange\Cycle\Options;
use OCA\IntegrationExchange\Cycle\Parts;
use OCA\IntegrationExchange\Cycle\Result;
use OCA\IntegrationExchange\Cycle\Run;
use OCA\IntegrationExchange\Cycle\Schedule;
use OCA\IntegrationExchange\Cycle\Turns;
use OCA\IntegrationExchange\Db\AccountMapper;
use OCA\IntegrationExchange\Db\Lease;
use OCA\IntegrationExchange\Db\LinkMapper;
use OCA\IntegrationExchange\Db\Workers;
use OCA\IntegrationExchange\Native\Extension;
use OCA\IntegrationExchange\Native\Loop;
use OCA\IntegrationExchange\Service\Accounts;
use OCA\IntegrationExchange\Service\Admission;
use OCA\IntegrationExchange\Service\Mailbox;
use OCA\IntegrationExchange\Setting\Organisation;
use OCP\AppFramework\Utility\ITimeFactory;
use Psr\Log\LoggerInterface;

/**
 * Active mode: watches mailboxes and synchronises what changes at once, until something ends it. What it is put together from.
 */
final class Worker
{
    public function __construct(
        private readonly Loop $loop,
        private readonly Extension $extension,
        private readonly Workers $workers,
        private readonly LinkMapper $links,
        private readonly AccountMapper $accounts,
        private readonly Parts $parts,
        private readonly Lease $lease,
        private readonly Schedule $schedule,
        private readonly Accounts $service,
        private readonly Mailbox $mailbox,
        private readonly Admission $admission,
        private readonly Organisation $organisation,
        private readonly Bell $bell,
        private readonly Life $life,
        private readonly Caches $caches,
        private readonly Outage $outage,
        private readonly ITimeFactory $time,
        private readonly LoggerInterface $logger,
    ) {
    }

    /**
     * @param Closure(string): void $tell gets what happens to the worker itself, as sentences
     * @return Ending why it ended
     */
    public function run(bool $untilInputEnds, Closure $tell): Ending
    {
        $this->extension->need();
        $this->life->begin($untilInputEnds);
        $this->caches->forget();
        do {
            $ending = $this->life->settled() ?? $this->shift($tell);
            $this->logger->log($ending === Ending::StruckOff ? 'warning' : 'info', $ending->sentence(), ['app' => Application::APP_ID]);
            $tell($ending->sentence());
        } while ($ending === Ending::StruckOff);
        return $ending;
    }

    private function shift(Closure $tell): Ending
    {
        $share = new Share($this->workers, $this->links, $this->time, $this->extension);
        $standing = new Standing($share->id, $this->workers, $this->links, $this->organisation, $this->time);
        $turns = new Turns([], $this->organisation->get('cycles'));
        $shift = new Shift(
            $share,
            new Watches($standing, $this->accounts, $this->links, $this->mailbox, $this->admission, $this->parts),
            new Searches($this->service, $this->logger),
            $standing,
            new Agenda($share->id, $turns, $this->links, $this->time),
            $this->bell,
            $this->life,
            $this->caches,
            $this->outage,
            $this->organisation,
            $this->time,
            $this->logger,
            $this->cycles(...),
        );
        $share->join();
        $this->bell->hang($share->id) || $tell('No socket can be made in ' . $this->bell->folder() . '; changes are found by looking.');
        $tell("Worker {$share->id} has begun.");
        try {
            $this->loop->run($shift);
        } finally {
            $shift->close();
        }
        return $shift->ending ?? Ending::Told;
    }

    /**
     * @param Closure(Result): void $ended
     */
    private function cycles(Turns $turns, Closure $ended): Run
    {
        return new Run(
            $turns,
            $this->parts,
            new Options(),
            $this->lease,
            $this->schedule,
            static function (): void {
            },
            $ended,
            static fn (): bool => true,
        );
    }
}
