<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use OCA\IntegrationExchange\Db\Account;
use OCA\IntegrationExchange\Db\AccountMapper;
use OCP\Server;

/**
 * Several workers divide the accounts, and take over from one that dies.
 */
final class WorkerShareTest extends WorkerTestCase
{
    private ?LeaseLog $log = null;

    protected function tearDown(): void
    {
        $this->log?->stop();
        parent::tearDown();
    }

    public function testTheyDivideTheAccountsEvenlyAndAKilledOneIsReplacedWithoutTwoCyclesAtOnce(): void
    {
        ['link' => $link, 'collection' => $calendar] = $this->link($this->addAccount(), 'event');
        $this->moreAccounts(3);
        $this->log = new LeaseLog($this->db);
        $first = $this->worker();
        $this->eventually(fn (): bool => $this->shares() === [4], 'the only one has not all');
        $second = $this->worker();
        $this->eventually(fn (): bool => $this->shares() === [2, 2], 'they do not divide');
        $this->awaitQuiet($link);

        // The first account's worker is killed in the middle of a cycle.
        $this->standIn->fault(['kind' => 'slow', 'ms' => 20_000, 'operation' => 'CreateItem', 'count' => 1]);
        $this->put($calendar, 'Mine');
        $sql = "SELECT COUNT(*) FROM *PREFIX*exchange_pairs WHERE link_id = ? AND state = 'creating'";
        $this->eventually(fn (): bool => (int)$this->db->executeQuery($sql, [$link])->fetchOne() === 1, 'no cycle began');
        $victim = $this->ownerOf($link);
        $killed = $victim === self::pid($first) ? $first : $second;
        $other = $killed === $first ? $second : $first;
        self::assertSame($victim, self::pid($killed));
        $this->end($killed, SIGKILL);
        $this->standIn->clearFaults();
        $this->eventually(fn (): bool => $this->shares() === [4], 'nobody took over', 30.0);
        $this->eventually(fn (): bool => isset($this->remote->items('event')['Mine']), 'the change is lost', 30.0);
        $this->awaitQuiet($link);
        $this->assertInStep(['Mine'], 'event', $calendar);
        $this->assertNeverTwo($link, self::pid($other), $victim);
        self::assertSame(0, $this->end($other));
    }

    public function testOneThatStandsStillIsTakenForDeadAndBeginsAnewWhenItWakes(): void
    {
        ['link' => $link, 'collection' => $calendar] = $this->link($this->addAccount(), 'event');
        $stopped = $this->worker();
        $this->eventually(fn (): bool => $this->row($link)['last_success'] !== null, 'no first cycle');
        $this->awaitQuiet($link);
        $name = $this->owners();
        posix_kill(self::pid($stopped), SIGSTOP);
        $other = $this->worker();
        $start = hrtime(true);
        $this->eventually(fn (): bool => $this->owners() !== $name && $this->owners() !== [''], 'nobody took over', 30.0);
        self::assertGreaterThan(15, (hrtime(true) - $start) / 1e9, 'a pause is not death');
        $this->put($calendar, 'Meanwhile');
        $this->eventually(fn (): bool => isset($this->remote->items('event')['Meanwhile']), 'nobody does its work');

        posix_kill(self::pid($stopped), SIGCONT);
        $this->eventually(fn (): bool => count($this->workers()) === 2, 'it does not begin anew');
        self::assertNotContains($name[0], array_column($this->workers(), 'id'));
        self::assertStringContainsString('took this one for dead', $this->told());
        self::assertSame([0, 0], [$this->end($stopped), $this->end($other)]);
    }

    public function testSeveralProcessesAreWatchedOverAndEndTogether(): void
    {
        $this->addAccount();
        $this->moreAccounts(3);
        $crew = $this->start('--processes=2');
        $this->eventually(fn (): bool => $this->shares() === [2, 2], 'they do not divide');
        $pids = array_column($this->workers(), 'pid');
        self::assertNotContains(self::pid($crew), $pids);
        posix_kill((int)$pids[0], SIGKILL);
        $this->eventually(
            fn (): bool => $this->shares() === [2, 2] && !in_array($pids[0], array_column($this->workers(), 'pid')),
            'it is not started anew'
        );
        $pids = array_column($this->workers(), 'pid');
        self::assertSame(0, $this->end($crew));
        self::assertSame([], $this->workers());
        foreach ($pids as $pid) {
            self::assertFalse(posix_kill((int)$pid, 0), 'a worker outlives its crew');
        }
    }

    public function testPassiveAccountsAreNoWorkers(): void
    {
        $account = $this->addAccount();
        ['link' => $link, 'collection' => $calendar] = $this->link($account, 'event');
        self::assertTrue(Occ::json(0, 'exchange:account:set', (string)$account, '--passive=yes')['passive']);
        $this->moreAccounts(1);
        $this->worker();
        $this->eventually(fn (): bool => $this->shares() === [1], 'the other account is not taken');
        self::assertSame('', $this->owners()[0]);
        $this->put($calendar, 'Left alone');
        Occ::json(0, 'exchange:account:set', (string)$account, '--passive=no');
        $this->eventually(fn (): bool => isset($this->remote->items('event')['Left alone']), 'it is not taken');
        self::assertSame([2], $this->shares());
        $this->awaitQuiet($link);
        Occ::json(0, 'exchange:account:set', (string)$account, '--passive=yes');
        $this->eventually(fn (): bool => $this->owners()[0] === '', 'it is not let go of');
    }

    private function moreAccounts(int $count): void
    {
        for (; $count > 0; $count--) {
            $account = new Account();
            $account->setUserId($this->user);
            $account->setAddress("$this->user+$count@example.org");
            $account->setServer('https://127.0.0.1:1/EWS/Exchange.asmx');
            $account->setUsername($this->user);
            Server::get(AccountMapper::class)->insert($account);
        }
    }

    /**
     * @return list<int> how many accounts each worker has, the most first
     */
    private function shares(): array
    {
        $owners = array_filter($this->owners());
        $counts = array_values(array_intersect_key(array_count_values($owners), array_column($this->workers(), null, 'id')));
        rsort($counts);
        return $counts;
    }

    private function ownerOf(int $link): int
    {
        $owner = $this->db->executeQuery('SELECT owner FROM *PREFIX*exchange_leases WHERE link_id = ?', [$link])->fetchOne();
        return (int)explode(':', (string)$owner)[1];
    }

    /**
     * Only from the one that was killed was the lease ever taken by another.
     */
    private function assertNeverTwo(int $link, int $living, int $dead): void
    {
        $taken = 0;
        $holder = '';
        foreach ($this->log?->of($link) ?? [] as ['was' => $was, 'becomes' => $becomes]) {
            self::assertSame($holder, $was);
            if ($was !== '' && $becomes !== '') {
                self::assertSame([(string)$dead, (string)$living], [$was, $becomes]);
                $taken++;
            }
            $holder = $becomes;
        }
        self::assertSame(['', 1], [$holder, $taken]);
    }
}
