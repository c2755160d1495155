<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Worker;

use OCA\IntegrationExchange\Db\LinkMapper;
use OCA\IntegrationExchange\Db\Process;
use OCA\IntegrationExchange\Db\Workers;
use OCA\IntegrationExchange\Native\Extension;
use OCP\AppFramework\Utility\ITimeFactory;

/**
 * Which accounts are this worker's. All workers look at each other through the database: each counts up its own row, and one whose
 * count stands still is struck off by whoever sees that first. (Each by its own clock, for the clocks of hosts differ.) The accounts are
 * divided evenly: who has too many lets go of some, who has too few takes some that are free.
 */
final class Share
{
    /** Seconds between two signs of life. */
    private const BEAT = 5;
    /** Seconds after which a count that stands still means that its worker is dead. */
    private const DEATH = 20;
    /** Accounts that are taken at a time. */
    private const MOST = 5_000;

    public readonly string $id;
    private float $nextBeat = 0;
    /** @var array<string, array{beat: int, since: float}> what was seen of each worker, and since when */
    private array $seen = [];
    /** @var array<int, true> accounts that are this worker's */
    private array $accounts = [];
    /** whether there may be others by now */
    private bool $took = false;

    public function __construct(
        private readonly Workers $workers,
        private readonly LinkMapper $links,
        private readonly ITimeFactory $time,
        private readonly Extension $extension,
    ) {
        $this->id = Process::here() . '-' . bin2hex(random_bytes(6));
    }

    public function join(): void
    {
        $this->workers->register($this->id, (string)gethostname(), (int)getmypid(), $this->extension->appVersion());
    }

    /**
     * Gives a sign of life when it is time for one.
     *
     * @param callable(): array<string, int> $figures
     * @return bool false: the others have taken this worker for dead, nothing is its own any more
     */
    public function beat(callable $figures): bool
    {
        if (self::now() < $this->nextBeat) {
            return true;
        }
        $this->nextBeat = self::now() + self::BEAT;
        return $this->workers->beat($this->id, $figures());
    }

    /**
     * Looks after the others, and takes what is missing of this worker's part.
     *
     * @return list<int> accounts that are to be let go of
     */
    public function divide(int $latest): array
    {
        $living = $this->living();
        $this->links->hasten($this->workers->free(), $latest);
        $quota = self::quota($this->workers->accounts(), $living, $this->id);
        $missing = $quota - count($this->accounts);
        if ($missing > 0) {
            $this->workers->take($this->id, min($missing, self::MOST));
            $this->took = true;
        }
        $passive = $this->workers->passiveOf($this->id);
        $others = array_diff($this->accounts(), $passive);
        return [...$passive, ...array_slice($others, min(count($others), $quota))];
    }

    /**
     * What came and went since last time.
     *
     * @return array{come: list<int>, gone: list<int>}
     */
    public function changes(): array
    {
        if (!$this->took && $this->workers->countOf($this->id) === count($this->accounts)) {
            return ['come' => [], 'gone' => []];
        }
        $this->took = false;
        $now = array_fill_keys($this->workers->accountsOf($this->id), true);
        $before = $this->accounts;
        $this->accounts = $now;
        return ['come' => array_keys(array_diff_key($now, $before)), 'gone' => array_keys(array_diff_key($before, $now))];
    }

    /**
     * @param list<int> $accounts
     */
    public function give(array $accounts): void
    {
        $this->workers->give($this->id, $accounts);
        $this->accounts = array_diff_key($this->accounts, array_flip($accounts));
    }

    /**
     * @return list<int> accounts of which something changed since this was asked last
     */
    public function news(): array
    {
        return $this->workers->news($this->id);
    }

    public function has(int $account): bool
    {
        return isset($this->accounts[$account]);
    }

    /**
     * @return list<int>
     */
    public function accounts(): array
    {
        return array_keys($this->accounts);
    }

    public function leave(int $latest): void
    {
        $this->links->hasten($this->accounts(), $latest);
        $this->workers->leave($this->id);
    }

    /**
     * How many of the accounts a worker is to have: the first ones in the order of their ids have one more where it does not divide
     * evenly, so that all agree without a word.
     *
     * @param list<string> $living sorted
     */
    public static function quota(int $accounts, array $living, string $id): int
    {
        $rank = array_search($id, $living, true);
        return $rank === false ? 0 : intdiv($accounts, count($living)) + ($rank < $accounts % count($living) ? 1 : 0);
    }

    /**
     * @return list<string> ids of the workers that live, sorted
     */
    private function living(): array
    {
        $rows = array_column($this->workers->list(), null, 'id');
        $this->seen = array_intersect_key($this->seen, $rows);
        foreach ($rows as $id => ['beat' => $beat, 'pid' => $pid]) {
            if (($this->seen[$id]['beat'] ?? null) !== $beat) {
                $this->seen[$id] = ['beat' => $beat, 'since' => self::now()];
            }
            $dead = $id !== $this->id && (self::now() - $this->seen[$id]['since'] >= self::DEATH || self::hasDied($id, $pid));
            if ($dead && $this->workers->bury($id, $beat)) {
                unset($rows[$id]);
            }
        }
        $living = array_map(strval(...), array_keys($rows));
        sort($living, SORT_STRING);
        return $living;
    }

    /**
     * Whether the process of a worker is known to be gone.
     *
     * @param string $id begins with its place
     */
    public static function hasDied(string $id, int $pid): bool
    {
        return Process::isGone(substr($id, 0, Process::LENGTH), $pid);
    }

    private static function now(): float
    {
        return hrtime(true) / 1e9;
    }
}
