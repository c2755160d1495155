<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Metric;

use OCA\IntegrationExchange\AppInfo\Application;
use OCA\IntegrationExchange\Db\Account;
use OCA\IntegrationExchange\Db\AccountMapper;
use OCA\IntegrationExchange\Db\Link;
use OCA\IntegrationExchange\Db\LinkMapper;
use OCA\IntegrationExchange\Journal\Journals;
use OCA\IntegrationExchange\Service\Staff;
use OCP\AppFramework\Utility\ITimeFactory;
use OCP\ICacheFactory;

/**
 * What is watched: how many accounts, links and items there are in which state, how late they are, and what they cost.
 */
final class Metrics
{
    /** Seconds for which the numbers of the web endpoint are good enough: counting items reads the whole journal. */
    private const FRESH = 60;
    /** Seconds without a success after which an active link is late. */
    private const LATE = 3600;
    /** The states of pairs, as a person calls them. */
    private const ITEMS = ['linked' => 'in_step', 'set_aside' => 'set_aside', 'outside' => 'outside', 'creating' => 'unfinished'];

    public function __construct(
        private readonly AccountMapper $accounts,
        private readonly LinkMapper $links,
        private readonly Journals $journals,
        private readonly Staff $staff,
        private readonly ITimeFactory $time,
        private readonly ICacheFactory $caches,
    ) {
    }

    /**
     * @return array<string, Family> by name
     */
    public function all(): array
    {
        $links = $this->links->list();
        $families = [
            new Family('exchange_accounts', Family::GAUGE, 'Accounts by state.', $this->accountsByState()),
            new Family('exchange_links', Family::GAUGE, 'Links by kind and state.', self::byState($links)),
            new Family('exchange_links_failing', Family::GAUGE, 'Links whose last cycle failed, by error.', self::failing($links)),
            new Family(
                'exchange_links_late',
                Family::GAUGE,
                'Active links without a successful cycle for an hour.',
                [[[], count(array_filter($links, $this->isLate(...)))]]
            ),
            new Family('exchange_items', Family::GAUGE, 'Items by kind and state.', $this->items($links)),
            new Family('exchange_calls', Family::COUNTER, 'Requests to Exchange by the links there are.', [
                [[], array_sum(array_map(static fn (Link $link): int => $link->getCalls(), $links))],
            ]),
            ...$this->activeMode(),
        ];
        return array_combine(array_column($families, 'name'), $families);
    }

    /**
     * Of all workers that live: their names come and go.
     *
     * @return list<Family>
     */
    private function activeMode(): array
    {
        $living = array_filter($this->staff->workers(), static fn (array $worker): bool => $worker['live']);
        $of = static fn (string $figure): array => array_column($living, $figure);
        $sum = static fn (string $figure): array => [[[], array_sum($of($figure))]];
        $help = 'Milliseconds that a link has waited for its cycle to begin within the last seconds, at most.';
        return [
            new Family('exchange_workers', Family::GAUGE, 'Workers of active mode.', [[[], count($living)]]),
            new Family('exchange_watches', Family::GAUGE, 'Accounts by how their changes are known in active mode.', $this->watches()),
            new Family('exchange_worker_events', Family::COUNTER, 'What Exchange told the workers there are.', $sum('events')),
            new Family('exchange_worker_cycles', Family::COUNTER, 'Cycles of the workers there are.', $sum('cycles')),
            new Family('exchange_worker_memory_megabytes', Family::GAUGE, 'Memory of the workers together.', $sum('memory')),
            new Family('exchange_worker_lag_milliseconds', Family::GAUGE, $help, [[[], max([0, ...$of('lag')])]]),
        ];
    }

    /**
     * @return list<array{array<string, string>, int}>
     */
    private function watches(): array
    {
        $counts = [];
        foreach ($this->accounts->list() as $account) {
            $state = $this->staff->watch($account)['state'] ?? null;
            if ($state !== null) {
                $counts[$state] = ($counts[$state] ?? 0) + 1;
            }
        }
        return self::samples($counts, static fn (string $state): array => ['state' => $state]);
    }

    /**
     * Each link on its own: for the command, whose reader chooses to have that many.
     */
    public function successes(): Family
    {
        $samples = [];
        foreach ($this->links->list() as $link) {
            $labels = ['link' => (string)$link->getId(), 'account' => (string)$link->getAccountId(), 'kind' => $link->getKind()];
            $samples[] = [$labels, (int)$link->getLastSuccess()];
        }
        $help = 'When a cycle of the link was last successful, in seconds since 1970; 0: never.';
        return new Family('exchange_link_last_success_timestamp_seconds', Family::GAUGE, $help, $samples);
    }

    /**
     * One family as it was within the last minute.
     */
    public function recent(string $name): Family
    {
        $cache = $this->caches->createDistributed(Application::APP_ID . '-metrics');
        $samples = json_decode((string)$cache->get($name), true);
        $families = is_array($samples) ? [] : $this->all();
        foreach ($families as $family) {
            $cache->set($family->name, json_encode($family->samples, JSON_THROW_ON_ERROR), self::FRESH);
        }
        return $families[$name] ?? new Family($name, Family::GAUGE, '', $samples ?? []);
    }

    /**
     * @return list<array{array<string, string>, int}>
     */
    private function accountsByState(): array
    {
        $counts = [Account::ACTIVE => 0];
        foreach ($this->accounts->list() as $account) {
            $counts[$account->getState()] = ($counts[$account->getState()] ?? 0) + 1;
        }
        return self::samples($counts, static fn (string $state): array => ['state' => $state]);
    }

    /**
     * @param list<Link> $links
     * @return list<array{array<string, string>, int}>
     */
    private static function byState(array $links): array
    {
        $counts = [];
        foreach ($links as $link) {
            $key = "{$link->getKind()} {$link->getState()}";
            $counts[$key] = ($counts[$key] ?? 0) + 1;
        }
        return self::samples($counts, static fn (string $key): array => array_combine(['kind', 'state'], explode(' ', $key)));
    }

    /**
     * @param list<Link> $links
     * @return list<array{array<string, string>, int}>
     */
    private static function failing(array $links): array
    {
        $counts = [];
        foreach ($links as $link) {
            if ($link->getError() !== null) {
                $counts[$link->getError()] = ($counts[$link->getError()] ?? 0) + 1;
            }
        }
        return self::samples($counts, static fn (string $error): array => ['error' => $error]);
    }

    private function isLate(Link $link): bool
    {
        $since = $link->getLastSuccess() ?? $link->getCreatedAt();
        return $link->getState() === Link::ACTIVE && $since + self::LATE < $this->time->getTime();
    }

    /**
     * @param list<Link> $links
     * @return list<array{array<string, string>, int}>
     */
    private function items(array $links): array
    {
        $kinds = [];
        foreach ($links as $link) {
            $kinds[$link->getId()] = $link->getKind();
        }
        $counts = [];
        foreach ($this->journals->counts() as $id => $states) {
            foreach (array_intersect_key($states, self::ITEMS) as $state => $amount) {
                $key = ($kinds[$id] ?? 'none') . ' ' . self::ITEMS[$state];
                $counts[$key] = ($counts[$key] ?? 0) + $amount;
            }
        }
        return self::samples($counts, static fn (string $key): array => array_combine(['kind', 'state'], explode(' ', $key)));
    }

    /**
     * @param array<string, int> $counts
     * @param callable(string): array<string, string> $labels
     * @return list<array{array<string, string>, int}>
     */
    private static function samples(array $counts, callable $labels): array
    {
        ksort($counts);
        return array_map(static fn (string $key, int $value): array => [$labels($key), $value], array_keys($counts), $counts);
    }
}
