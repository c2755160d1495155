<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

/**
 * Processes that are told to stop, and processes that meet at a link. The server is slow, so that there is time for it.
 */
final class ProcessTest extends EndToEndTestCase
{
    private const SLOW = ['kind' => 'slow', 'ms' => 20_000, 'operation' => 'SyncFolderItems'];

    public function testItEndsWhenItsTimeIsUpAndFreesTheLink(): void
    {
        ['link' => $link] = $this->link($this->addAccount(), 'event');
        $this->standIn->fault(self::SLOW);
        $start = microtime(true);
        $result = Occ::json(1, 'exchange:sync', '--link', (string)$link, '--seconds', '1');
        self::assertLessThan(8, microtime(true) - $start);
        self::assertSame([['link' => $link, 'error' => 'stopped']], array_map(
            static fn (array $row): array => array_intersect_key($row, ['link' => 0, 'error' => 0]),
            $result['links']
        ));
        $this->assertFree($link);
    }

    public function testItEndsInOrderOnSigterm(): void
    {
        ['link' => $link] = $this->link($this->addAccount(), 'event');
        $this->standIn->fault(self::SLOW);
        $process = $this->startAndWait($link, $pipes);
        $start = microtime(true);
        proc_terminate($process, SIGTERM);
        $out = (string)stream_get_contents($pipes[1]);
        self::assertSame(1, proc_close($process), $out);
        self::assertLessThan(5, microtime(true) - $start);
        self::assertSame('stopped', json_decode($out, true)['links'][0]['error'], $out);
        $this->assertFree($link);
    }

    public function testTwoProcessesDoNotWorkOnOneLinkAndAKilledOneDoesNotBlockIt(): void
    {
        ['link' => $link] = $this->link($this->addAccount(), 'event');
        $this->standIn->fault(self::SLOW);
        $process = $this->startAndWait($link, $pipes);
        $second = Occ::json(1, 'exchange:sync', '--link', (string)$link)['links'][0];
        self::assertSame(['busy', 'Another process is synchronising this link just now.'], [$second['error'], $second['message']]);
        proc_terminate($process, SIGKILL);
        proc_close($process);
        $this->standIn->clearFaults();
        self::assertTrue($this->sync($link)['ok']);
    }

    /**
     * A process that was stopped (a laptop that slept, a virtual machine that was moved) does not know that time has passed. What
     * is on its way to the database or to Exchange then must not arrive.
     *
     * @dataProvider pauses
     * @param string $operation which the holder is about to repeat when it is stopped
     */
    public function testAHolderThatLostItsLeaseWhileItWasStoppedWritesNothingAnyMore(string $operation): void
    {
        ['link' => $link, 'collection' => $calendar] = $this->link($this->addAccount(), 'event');
        $this->remote->createEvent('Theirs');
        $this->calendars->createCalendarObject($calendar, 'o.ics', self::event('o', 'Ours'));
        $this->standIn->fault(['kind' => 'busy-fault', 'back_off_ms' => 4_000, 'operation' => $operation, 'count' => 1]);
        $this->standIn->calls();
        $process = $this->startAndWait($link, $pipes);
        for ($wait = 0; !isset($this->standIn->calls()[$operation]); $wait++) {
            self::assertLessThan(1000, $wait, 'it never got that far');
            usleep(20_000);
        }
        posix_kill(proc_get_status($process)['pid'], SIGSTOP);
        $this->db->executeStatement('UPDATE *PREFIX*exchange_leases SET expires_at = 0 WHERE link_id = ?', [$link]);
        self::assertTrue($this->sync($link)['ok']);
        $this->assertInStep(['Ours', 'Theirs'], 'event', $calendar);
        // Now a person deletes both. Whatever the old holder still wrote would bring one of them back.
        $this->calendars->deleteCalendarObject($calendar, $this->uri('event', $calendar, 'Theirs'));
        $this->remote->delete('event', 'Ours');
        $before = [$this->rowsOf($link), $this->row($link)];
        $this->standIn->calls();

        posix_kill(proc_get_status($process)['pid'], SIGCONT);
        $out = (string)stream_get_contents($pipes[1]);
        proc_close($process);
        $result = json_decode($out, true)['links'][0];
        self::assertSame('stopped', $result['error']);
        self::assertSame('Another process took over this link; this one leaves it alone.', $result['message']);
        self::assertSame([], array_intersect_key($this->standIn->calls(), ['CreateItem' => 0, 'UpdateItem' => 0, 'DeleteItem' => 0]));
        self::assertSame($before, [$this->rowsOf($link), $this->row($link)]);
        self::assertSame(['Ours'], $this->summaries('event', $calendar));
        self::assertSame(['Theirs'], array_keys($this->remote->items('event')));
    }

    /**
     * As when its host is cut off or stands still: the database must not keep its locks for whoever never comes back.
     */
    public function testATransactionThatStandsStillDoesNotKeepItsLocks(): void
    {
        if (getenv('DATABASE') === 'sqlite') {
            self::markTestSkipped('SQLite is of one host only, and its locks go with the process.');
        }
        ['link' => $link] = $this->link($this->addAccount(), 'event');
        $script = 'require getenv("NEXTCLOUD_ROOT") . "/lib/base.php"; \OC_App::loadApps();'
            . '$lease = \OCP\Server::get(\OCA\IntegrationExchange\Db\Lease::class); $lease->acquire((int)$argv[1]);'
            . '\OCP\Server::get(\OCP\IDBConnection::class)->beginTransaction(); $lease->hold((int)$argv[1]); echo "held\n"; fgets(STDIN);';
        $process = proc_open([PHP_BINARY, '-r', $script, '--', (string)$link], [['pipe', 'r'], ['pipe', 'w']], $pipes);
        self::assertIsResource($process);
        self::assertSame("held\n", fgets($pipes[1]));
        // Waits for the lock, for 50 seconds at most with MariaDB and for ever with PostgreSQL.
        $this->db->executeStatement('UPDATE *PREFIX*exchange_leases SET expires_at = 0 WHERE link_id = ?', [$link]);
        self::assertTrue(proc_get_status($process)['running']);
        proc_terminate($process, SIGKILL);
        proc_close($process);
        self::assertTrue($this->sync($link)['ok']);
    }

    /**
     * @return array<string, array{string}>
     */
    public static function pauses(): array
    {
        return [
            'before it writes to Nextcloud' => ['GetItem'],
            'before it writes to Exchange' => ['CreateItem'],
        ];
    }

    /**
     * @param array<int, resource>|null $pipes
     * @return resource
     */
    private function startAndWait(int $link, ?array &$pipes)
    {
        $process = Occ::start(['exchange:sync', '--link', (string)$link, '--output=json'], $pipes);
        for ($wait = 0; $wait < 500; $wait++) {
            if ($this->leases($link) === 1) {
                return $process;
            }
            usleep(20_000);
        }
        self::fail('the process did not take up the link');
    }

    private function assertFree(int $link): void
    {
        self::assertSame([0, 0], [$this->leases($link), (int)$this->row($link)['next_run']]);
    }

    /**
     * @return array<string, mixed>
     */
    private function row(int $link): array
    {
        return $this->db->executeQuery('SELECT * FROM *PREFIX*exchange_links WHERE id = ?', [$link])->fetch();
    }

    /**
     * @return list<array<string, mixed>> the link's journal
     */
    private function rowsOf(int $link): array
    {
        return $this->db->executeQuery('SELECT * FROM *PREFIX*exchange_pairs WHERE link_id = ? ORDER BY id', [$link])->fetchAll();
    }

    private function leases(int $link): int
    {
        return (int)$this->db->executeQuery('SELECT COUNT(*) FROM *PREFIX*exchange_leases WHERE link_id = ?', [$link])->fetchOne();
    }
}
