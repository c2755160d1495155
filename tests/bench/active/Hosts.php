<?php

// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace Exchange\Tests\Active;

use Closure;
use Exchange\Tests\Report;
use Exchange\Tests\StandIn;
use OCA\IntegrationExchange\Setting\Organisation;
use OCA\IntegrationExchange\Tests\Nextcloud\LeaseLog;
use OCP\IDBConnection;
use OCP\Server;
use Random\Randomizer;

/**
 * People change things on both sides all the time while a host is cut off and comes back, and while workers are killed. In the end both
 * sides hold the same, and every change arrived once.
 */
final class Hosts
{
    private const PEOPLE = 20;
    private const KINDS = [['event', 'contact'], ['event', 'task']];
    /** Edits in a second. */
    private const RATE = 4;
    private const FEW = 2;
    private const MANY = 8;
    /** Seconds that a host is cut off, and in which a worker that is dead has no accounts any more. */
    private const CUT = 45;
    private const TAKEOVER = 30;
    /** Seconds in which what is to come comes. */
    private const PATIENCE = 240;

    /** @var array<string, Host> */
    private array $hosts;
    /** @var list<Person> */
    private array $people;
    private Editor $editor;
    private Sides $sides;
    /** @var list<string> processes that were cut off or killed, which others may take leases from */
    private array $lost = [];
    private int $edits = 0;
    private float $nextEdit = 0;

    public function __construct(
        private readonly Report $report,
        private readonly StandIn $standIn,
        private readonly IDBConnection $database,
        private readonly Randomizer $random,
    ) {
        $this->hosts = ['a' => new Host('a'), 'b' => new Host('b')];
        $addresses = array_map(static fn (int $number): string => "person$number@example.org", range(1, self::PEOPLE));
        $this->people = (new Crowd($standIn))->make($addresses, self::KINDS, 5);
        $backend = new Backend();
        $this->sides = new Sides($standIn, $backend);
        $this->editor = new Editor($standIn, $backend, $this->sides, $random);
    }

    public function run(int $cuts, int $kills): void
    {
        Server::get(Organisation::class)->set(['mode' => 'active']);
        $log = new LeaseLog($this->database);
        try {
            array_walk($this->hosts, static fn (Host $host) => $host->start());
            $this->until(fn (): bool => $this->shares() === ['host-a' => 10, 'host-b' => 10], 'The hosts do not divide the accounts');
            Quiet::await(self::PATIENCE);
            $this->cuts($cuts);
            $this->kills($kills);
            $began = self::now();
            Quiet::await(self::PATIENCE);
            $this->report->add('hosts.until_quiet', self::now() - $began, 's');
            $this->report->add('hosts.edits', $this->edits, 'edits');
            $this->compare();
            $this->judge($log);
        } finally {
            array_walk($this->hosts, static fn (Host $host) => $host->end());
            $log->stop();
        }
    }

    /** One host after the other loses its link and gets it back. */
    private function cuts(int $cuts): void
    {
        [$takeovers, $returns] = [[], []];
        for ($cut = 0; $cut < $cuts; $cut++) {
            $victim = $this->hosts[$cut % 2 === 0 ? 'a' : 'b'];
            $name = "host-$victim->letter";
            $id = $this->idOf($name);
            $this->pass($this->random->getInt(1_000, 4_000) / 1_000);
            $this->slowDown();
            $began = self::now();
            $this->lost[] = (string) $victim->pid();
            $victim->setLink('down');
            $taken = fn (): bool => $this->accountsOf($id) === 0 && count($this->shares()) === 1;
            $takeovers[] = $this->until($taken, "Nobody took over from $name");
            $this->pass(max(0, $began + self::CUT - self::now()));
            $victim->setLink('up');
            $even = ['host-a' => 10, 'host-b' => 10];
            $returns[] = $this->until(fn (): bool => $this->shares() === $even, "$name does not come back");
            printf(
                "Cut %d: %s was taken over from after %.1f s, and had its share again %.1f s after its link came back.\n",
                $cut + 1,
                $name,
                end($takeovers),
                end($returns)
            );
        }
        if ($cuts > 0) {
            $this->report->add('hosts.cuts', $cuts, 'cuts');
            $this->report->add('hosts.cut_takeover.longest', max($takeovers), 's', self::TAKEOVER);
            $this->report->add('hosts.cut_return.longest', max($returns), 's');
        }
    }

    /** Workers die at random moments and are started anew a little later. */
    private function kills(int $kills): void
    {
        $takeovers = [];
        for ($kill = 0; $kill < $kills; $kill++) {
            $host = $this->hosts[$this->random->getInt(0, 1) === 0 ? 'a' : 'b'];
            $this->until(fn (): bool => $this->idOf("host-$host->letter") !== '', "host-$host->letter has no worker");
            $this->pass($this->random->getInt(200, 4_000) / 1_000);
            $id = $this->idOf("host-$host->letter");
            $this->random->getInt(0, 2) === 0 && $this->slowDown();
            $began = self::now();
            $this->lost[] = (string) $host->pid();
            $host->end(SIGKILL);
            $this->pass($this->random->getInt(0, 2_000) / 1_000);
            $host->start();
            $this->until(fn (): bool => $this->accountsOf($id) === 0, 'Nobody took over from a worker that was killed');
            $takeovers[] = self::now() - $began;
        }
        if ($kills > 0) {
            $this->report->add('hosts.kills', $kills, 'kills');
            $this->report->add('hosts.kill_takeover.longest', max($takeovers), 's', self::TAKEOVER);
        }
    }

    /** The next writes take Exchange some time, so that what happens now happens in the middle of cycles. */
    private function slowDown(): void
    {
        foreach (['CreateItem', 'UpdateItem'] as $operation) {
            $this->standIn->fault(['kind' => 'slow', 'ms' => 3_000, 'operation' => $operation, 'count' => 4]);
        }
        $this->pass(2.0);
    }

    private function compare(): void
    {
        [$items, $differences] = [0, []];
        foreach ($this->people as $person) {
            foreach ($person->kinds() as $kind) {
                array_push($differences, ...$this->sides->differences($person, $kind, $this->editor->titles($person, $kind)));
                $items += count($this->sides->remote($person, $kind));
            }
        }
        array_map(static fn (string $difference): int => fwrite(STDERR, "$difference\n"), $differences);
        $this->report->add('hosts.items', $items, 'items');
        $this->report->add('hosts.differences', count($differences), 'items', 0);
    }

    /** Who held which link when, as the database itself noted it. */
    private function judge(LeaseLog $log): void
    {
        [$cycles, $takenOver, $wrong] = [0, 0, []];
        foreach ($this->people as $person) {
            foreach ($person->collections as ['link' => $link]) {
                $holder = '';
                foreach ($log->of($link) as ['was' => $was, 'becomes' => $becomes]) {
                    $cycles += $was === '' ? 1 : 0;
                    $takenOver += $was !== '' && $becomes !== '' ? 1 : 0;
                    if ($was !== $holder) {
                        $wrong[] = "Link $link: process $was let go of what $holder held.";
                    }
                    if ($was !== '' && $becomes !== '' && !in_array($was, $this->lost, true)) {
                        $wrong[] = "Link $link: process $becomes took it from $was, which was alive.";
                    }
                    $holder = $becomes;
                }
            }
        }
        array_map(static fn (string $sentence): int => fwrite(STDERR, "$sentence\n"), $wrong);
        $this->report->add('hosts.cycles', $cycles, 'cycles');
        $this->report->add('hosts.leases_taken_over', $takenOver, 'leases');
        $this->report->add('hosts.leases_held_by_two', count($wrong), 'leases', 0);
    }

    /** Edits go on for so long. */
    private function pass(float $seconds): void
    {
        $end = self::now() + $seconds;
        do {
            $this->edit();
            usleep(20_000);
        } while (self::now() < $end);
    }

    /**
     * Edits go on until something is.
     *
     * @return float after how many seconds
     */
    private function until(Closure $is, string $otherwise): float
    {
        $began = self::now();
        while (!$is()) {
            if (self::now() - $began > self::PATIENCE) {
                throw new \RuntimeException("$otherwise. The workers: " . json_encode($this->shares()));
            }
            $this->edit();
            usleep(50_000);
        }
        return self::now() - $began;
    }

    /** Each item is edited on one side only, so that what becomes of it is known. */
    private function edit(): void
    {
        if (self::now() < $this->nextEdit) {
            return;
        }
        $this->nextEdit = self::now() + 2 * $this->random->getInt(0, 1_000) / 1_000 / self::RATE;
        $this->edits++;
        $person = $this->people[$this->random->getInt(0, self::PEOPLE - 1)];
        $kind = $person->kinds()[$this->random->getInt(0, 1)];
        $names = array_map(strval(...), array_keys($this->editor->titles($person, $kind)));
        $dice = $this->random->getInt(0, 9);
        if (count($names) < self::FEW || ($dice < 4 && count($names) < self::MANY)) {
            $locally = $this->random->getInt(0, 1) === 1;
            $this->editor->create($person, $kind, $locally, prefix: $locally ? 'here-' : 'there-');
            return;
        }
        $name = $names[$this->random->getInt(0, count($names) - 1)];
        $locally = str_contains($name, '-here-');
        // Who deletes most of a folder while nobody can synchronise it meets the brake, which is not what is tested here.
        $dice >= 8 && count($names) > self::MANY / 2
            ? $this->editor->delete($person, $kind, $name, $locally)
            : $this->editor->change($person, $kind, $name, $locally);
    }

    /** @return array<string, int> number of accounts by host */
    private function shares(): array
    {
        $sql = 'SELECT w.host, COUNT(*) AS accounts FROM *PREFIX*exchange_accounts a JOIN *PREFIX*exchange_workers w ON w.id = a.worker'
            . ' GROUP BY w.host ORDER BY w.host';
        return array_map(intval(...), array_column($this->database->executeQuery($sql)->fetchAll(), 'accounts', 'host'));
    }

    private function idOf(string $host): string
    {
        $sql = 'SELECT id FROM *PREFIX*exchange_workers WHERE host = ? ORDER BY since DESC, id';
        return (string) $this->database->executeQuery($sql, [$host])->fetchOne();
    }

    private function accountsOf(string $id): int
    {
        return (int) $this->database->executeQuery('SELECT COUNT(*) FROM *PREFIX*exchange_accounts WHERE worker = ?', [$id])->fetchOne();
    }

    private static function now(): float
    {
        return hrtime(true) / 1e9;
    }
}
