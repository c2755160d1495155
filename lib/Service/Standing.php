<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Service;

use OCA\IntegrationExchange\Cycle\Progress;
use OCA\IntegrationExchange\Db\Account;
use OCA\IntegrationExchange\Db\AccountMapper;
use OCA\IntegrationExchange\Db\Lease;
use OCA\IntegrationExchange\Db\Link;
use OCA\IntegrationExchange\Db\LinkMapper;
use OCA\IntegrationExchange\Language\Phrasebook;
use OCA\IntegrationExchange\Setting\Organisation;
use OCA\IntegrationExchange\Setting\Settings;
use OCA\IntegrationExchange\Worker\Bell;
use OCP\AppFramework\Utility\ITimeFactory;

/**
 * How a person's links stand, as their page shows it, and what may be running elsewhere.
 */
final class Standing
{
    /** Seconds that a process gets to start before it counts as one that did not. */
    private const STARTS = 30;
    private const LOSSES = 200;
    private const SHOWN = [
        'id', 'account', 'kind', 'folder', 'collection', 'state', 'error', 'message', 'announced', 'direction', 'direction_reason',
        'in_step', 'set_aside', 'outside', 'losses', 'last_success', 'last_run', 'next_run',
    ];

    public function __construct(
        private readonly Overview $overview,
        private readonly Settings $settings,
        private readonly LinkMapper $links,
        private readonly AccountMapper $accounts,
        private readonly Organisation $organisation,
        private readonly Lease $lease,
        private readonly ITimeFactory $time,
        private readonly Bell $bell,
        private readonly Phrasebook $phrases,
    ) {
    }

    /**
     * @param list<Link> $links
     * @return list<array<string, mixed>> what openapi.json calls Link
     */
    public function of(array $links): array
    {
        $rows = array_column($this->overview->links($links), null, 'id');
        return array_map(function (Link $link) use ($rows): array {
            $row = $rows[$link->getId()];
            $progress = self::progress($link);
            $running = $this->isRunning($link);
            $shown = array_merge(array_flip(self::SHOWN), array_intersect_key($row, array_flip(self::SHOWN)));
            return $this->phrases->row($shown, 'message', 'direction_reason') + [
                'folder_id' => $link->getFolderId(),
                'running' => $running,
                'progress' => $running && $progress !== null ? ['seen' => $progress['seen'], 'total' => $progress['total']] : null,
            ];
        }, $links);
    }

    /**
     * @return array<string, mixed> what openapi.json calls LinkDetails
     */
    public function details(Link $link): array
    {
        $rehearsal = json_decode((string)$link->getRehearsal(), true);
        if (is_array($rehearsal)) {
            $rehearsal['counts'] = (object)$rehearsal['counts'];
            $rehearsal['steps'] = array_map(fn (array $step): array => $this->phrases->row($step, 'reason'), $rehearsal['steps']);
            $rehearsal = $this->phrases->row($rehearsal, 'message');
        }
        return $this->of([$link])[0] + [
            'rehearsal' => is_array($rehearsal) ? $rehearsal : null,
            'options' => $this->settings->shown($link),
            'items_set_aside' => array_map(
                fn (array $item): array => $this->phrases->row(
                    array_intersect_key($item, array_flip(['key', 'title', 'uri', 'reason'])),
                    'reason'
                ),
                $this->overview->setAside([$link])
            ),
            'items_lossy' => $this->losses($link),
        ];
    }

    /**
     * Whether a cycle or a dry run of the link runs, or is about to start.
     */
    public function isRunning(Link $link): bool
    {
        $starts = (self::progress($link)['at'] ?? 0) > $this->time->getTime() - self::STARTS;
        return $starts || $this->lease->isHeld($link->getId());
    }

    /**
     * @return array{at: int, seen: int, total: int}|null
     */
    private static function progress(Link $link): ?array
    {
        return json_decode((string)$link->getProgress(), true);
    }

    /**
     * Something is about to start for a link; whoever watches sees it until it has begun.
     */
    public function announce(Link $link): void
    {
        $this->links->set($link->getId(), ['progress' => Progress::of($this->time->getTime()), 'rehearsal' => null]);
    }

    /**
     * It starts at once where a worker has the account.
     *
     * @return bool false where none has, or a worker would not do it
     */
    public function leaveToWorker(Link $link): bool
    {
        $account = $this->accounts->find($link->getAccountId());
        $does = $this->organisation->get('mode') === Organisation::ACTIVE && $account?->getWorker() !== null
            && $account->getState() === Account::ACTIVE && $link->getState() === Link::ACTIVE;
        if ($does) {
            $this->announce($link);
            $this->links->set($link->getId(), ['next_run' => 0]);
            $this->bell->ring();
        }
        return $does;
    }

    /**
     * It starts with the next run of the background jobs, or at once where a worker has it.
     */
    public function leaveToJobs(Link $link): void
    {
        $this->links->set($link->getId(), ['progress' => null, 'next_run' => 0]);
        $this->bell->ring();
    }

    /**
     * @return list<array{title: ?string, uri: ?string, property: ?string, reason: string}>
     */
    private function losses(Link $link): array
    {
        $rows = array_filter($this->overview->losses($link), static fn (array $row): bool => !$row['set_aside']);
        $shown = array_flip(['title', 'uri', 'property', 'reason']);
        return array_map(
            fn (array $row): array => $this->phrases->row(array_intersect_key($row, $shown), 'reason'),
            array_slice($rows, 0, self::LOSSES)
        );
    }
}
