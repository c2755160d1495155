<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Worker;

use OCA\IntegrationExchange\Db\LinkMapper;
use OCA\IntegrationExchange\Db\Workers;
use OCA\IntegrationExchange\Setting\Organisation;
use OCP\AppFramework\Utility\ITimeFactory;

/**
 * How the watches of a worker's accounts stand, and writes it down for whoever wants to know: many at once, because at the start of a
 * worker thousands change within a minute.
 */
final class Standing
{
    /** Where cycles by the clock are all there is. */
    private const SECONDS = ['polled' => 'poll_interval', 'waiting' => 'interval', 'refused' => 'interval'];

    /** @var array<int, string> state by account */
    private array $states = [];
    /** @var array<string, array<int, true>> accounts by what is to be written of them */
    private array $unwritten = [];

    public function __construct(
        private readonly string $worker,
        private readonly Workers $workers,
        private readonly LinkMapper $links,
        private readonly Organisation $organisation,
        private readonly ITimeFactory $time,
    ) {
    }

    public function set(int $account, string $state, ?string $message): void
    {
        if (($this->states[$account] ?? null) === $state) {
            return;
        }
        $this->states[$account] = $state;
        $this->unplan($account);
        $watch = ['state' => $state, 'since' => $this->time->getTime(), 'message' => $message];
        $this->unwritten[json_encode($watch, JSON_THROW_ON_ERROR | JSON_INVALID_UTF8_SUBSTITUTE)][$account] = true;
    }

    /**
     * The account is not watched.
     */
    public function forget(int $account): void
    {
        if (isset($this->states[$account])) {
            unset($this->states[$account]);
            $this->unplan($account);
            $this->unwritten[''][$account] = true;
        }
    }

    public function write(): void
    {
        foreach ($this->unwritten as $watch => $accounts) {
            $ids = array_keys($accounts);
            $this->workers->say($this->worker, $ids, $watch === '' ? null : $watch);
            $seconds = self::SECONDS[json_decode($watch, true)['state'] ?? 'refused'] ?? null;
            if ($seconds !== null) {
                $this->links->hasten($ids, $this->time->getTime() + $this->organisation->get($seconds));
            }
            unset($this->unwritten[$watch]);
        }
    }

    /**
     * @return array<string, int> number of accounts by state
     */
    public function count(): array
    {
        return array_count_values($this->states);
    }

    private function unplan(int $account): void
    {
        foreach ($this->unwritten as $watch => $accounts) {
            unset($this->unwritten[$watch][$account]);
            if ($this->unwritten[$watch] === []) {
                unset($this->unwritten[$watch]);
            }
        }
    }
}
