<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Worker;

use OCA\IntegrationExchange\Cycle\Turns;
use OCA\IntegrationExchange\Db\LinkMapper;
use OCP\AppFramework\Utility\ITimeFactory;

/**
 * Which links of a worker become due, and when it looks for them in the database.
 *
 * @phpstan-import-type Place from Turns
 */
final class Agenda
{
    /** Seconds between two looks into the database. */
    private const LOOK = 1.0;
    /** A look takes at most this part of the time. */
    private const PART = 0.1;
    /** Seconds from the bell to the look: whoever rang is still in the transaction of the change. */
    private const AFTER_BELL = 0.3;
    /** Links in one look. */
    private const MOST = 20_000;

    private float $nextLook = 0;
    /** @var array<int, float> when each of the links that wait got in line */
    private array $since = [];
    /** @var array<int, array{at: float, place: Place}> links that have to wait some time before they get in line again */
    private array $later = [];
    /** The longest that a link has waited to begin, in seconds. */
    private float $lag = 0;

    public function __construct(
        private readonly string $worker,
        public readonly Turns $turns,
        private readonly LinkMapper $links,
        private readonly ITimeFactory $time,
    ) {
    }

    /**
     * @param Place $place
     */
    public function add(array $place): void
    {
        if (!isset($this->later[$place['link']])) {
            $this->since[$place['link']] ??= self::now();
            $this->turns->add($place);
        }
    }

    /**
     * @param Place $place
     */
    public function postpone(array $place, float $seconds): void
    {
        $this->later[$place['link']] = ['at' => self::now() + $seconds, 'place' => $place];
    }

    /**
     * Whoever had these accounts before may have been killed in the middle of a cycle, which goes on now.
     *
     * @param list<int> $accounts
     */
    public function takeOver(array $accounts): void
    {
        foreach ($this->links->leasedOf($accounts) as $place) {
            $this->add($place);
        }
    }

    /**
     * What was to wait waits no longer.
     */
    public function hurry(): void
    {
        foreach (array_keys($this->later) as $link) {
            $this->later[$link]['at'] = 0.0;
        }
    }

    public function rang(): void
    {
        $this->nextLook = min($this->nextLook, self::now() + self::AFTER_BELL);
    }

    /**
     * Takes up what is due by now.
     */
    public function look(): void
    {
        $start = self::now();
        foreach ($this->later as $link => ['at' => $at, 'place' => $place]) {
            if ($at <= $start) {
                unset($this->later[$link]);
                $this->add($place);
            }
        }
        if ($start < $this->nextLook) {
            return;
        }
        foreach ($this->links->dueOf($this->worker, $this->time->getTime(), self::MOST) as $place) {
            $this->add($place);
        }
        $this->nextLook = self::now() + max(self::LOOK, (self::now() - $start) / self::PART);
    }

    /**
     * A link has had its turn.
     */
    public function began(int $link): void
    {
        $this->lag = max($this->lag, self::now() - ($this->since[$link] ?? self::now()));
        unset($this->since[$link]);
    }

    public function drop(int $account): void
    {
        $this->turns->drop($account);
        $of = static fn (array $later): bool => $later['place']['account'] !== $account;
        $this->later = array_filter($this->later, $of);
    }

    /**
     * @return int milliseconds that a link has waited to begin since this was asked last, at most
     */
    public function lag(): int
    {
        $this->since = array_filter($this->since, $this->turns->waits(...), ARRAY_FILTER_USE_KEY);
        $waiting = $this->since === [] ? 0 : self::now() - min($this->since);
        $lag = (int)(1_000 * max($this->lag, $waiting));
        $this->lag = 0;
        return $lag;
    }

    private static function now(): float
    {
        return hrtime(true) / 1e9;
    }
}
