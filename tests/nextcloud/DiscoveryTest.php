<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use Exchange\Tests\StandIn;

/**
 * A mailbox moves to another server. Autodiscover is asked at port 443 of the address's domain, which is localhost here; an account of
 * such an address is made by changing a stored one.
 */
final class DiscoveryTest extends WorkerTestCase
{
    private const MOVED = ['kind' => 'message', 'code' => 'ErrorMailboxMoveInProgress', 'operation' => 'SyncFolderItems'];

    private string $authorities;
    private StandIn $old;
    private StandIn $new;

    protected function setUp(): void
    {
        $probe = @stream_socket_server('tcp://127.0.0.1:443');
        if ($probe === false) {
            self::markTestSkipped('Needs port 443 of 127.0.0.1, which this user may not have, or somebody else has it.');
        }
        fclose($probe);
        parent::setUp();
        $this->authorities = (string)tempnam(sys_get_temp_dir(), 'exchange-authorities-');
        $this->old = $this->server(443);
        $this->new = $this->server(0);
        Occ::json(0, 'exchange:server', 'localhost', '--ca-file', $this->authorities);
        $this->old->discovery(['url' => $this->new->url]);
    }

    protected function tearDown(): void
    {
        $this->old->stop();
        $this->new->stop();
        unlink($this->authorities);
        Occ::run(['config:app:delete', 'integration_exchange', 'servers']);
        parent::tearDown();
    }

    public function testAServerThatWasDiscoveredIsFoundAgainAfterAMove(): void
    {
        $link = $this->linkTasks(discovered: true);
        self::assertSame('moved', Occ::json(1, 'exchange:sync', '--link', (string)$link)['links'][0]['error']);
        self::assertSame($this->new->url, $this->serverNow());
        $this->old->calls();
        $this->new->calls();
        $this->sync($link);
        self::assertSame([[], ['SyncFolderItems' => 1]], [$this->old->calls(), $this->new->calls()]);
    }

    public function testAServerThatWasGivenByHandIsNotLookedForAgain(): void
    {
        $link = $this->linkTasks(discovered: false);
        $result = Occ::json(1, 'exchange:sync', '--link', (string)$link)['links'][0];
        self::assertSame('moved', $result['error']);
        self::assertStringContainsString('enter the new one', $result['message']);
        self::assertSame('https://localhost/EWS/Exchange.asmx', $this->serverNow());
    }

    public function testNothingChangesWhereTheServerIsNotFoundAgain(): void
    {
        $link = $this->linkTasks(discovered: true);
        $this->old->discovery(['url' => 'https://elsewhere.example.org/EWS/Exchange.asmx', 'redirect_address' => 'nobody@localhost']);
        self::assertSame('moved', Occ::json(1, 'exchange:sync', '--link', (string)$link)['links'][0]['error']);
        self::assertSame('https://localhost/EWS/Exchange.asmx', $this->serverNow());
    }

    public function testAWorkerLooksForAServerWhileOthersGoOn(): void
    {
        $moved = $this->linkTasks(discovered: true, at: $this->new);
        $this->new->clearFaults();
        // Before the worker, which knows the authorities that there were when it began; and that before anything listens, which it
        // would inherit.
        $next = $this->server(0);
        $worker = $this->worker();
        ['collection' => $calendar] = $this->linkAndWait($this->addAccount(), 'event');
        $this->old->stop();
        $silent = stream_socket_server('tcp://127.0.0.1:443');
        self::assertIsResource($silent);
        $this->new->fault(self::MOVED);
        $this->becomesDue($moved);
        $search = stream_socket_accept($silent, self::SOON);
        self::assertIsResource($search, 'the server is not looked for');
        $this->remote->createEvent('Meanwhile');
        $here = fn (): bool => in_array('Meanwhile', $this->summaries('event', $calendar), true);
        $this->eventually($here, 'the search holds up another account');
        stream_set_blocking($search, false);
        fread($search, 1 << 16);
        self::assertFalse(feof($search), 'the search was over before');

        fclose($search);
        fclose($silent);
        $this->old = $this->server(443);
        $this->old->discovery(['url' => $next->url]);
        $this->eventually(function () use ($moved, $next): bool {
            $this->becomesDue($moved);
            return $this->serverNow() === $next->url;
        }, 'it is not looked for again', 60.0);
        $this->eventually(fn (): bool => $this->row($moved)['error'] === null, 'it does not go on at the server that was found');
        self::assertSame(0, $this->end($worker));
        $next->stop();
    }

    private function becomesDue(int $link): void
    {
        $this->db->executeStatement('UPDATE *PREFIX*exchange_links SET next_run = 0 WHERE id = ?', [$link]);
    }

    /**
     * A link of an account on the old server, whose mailbox then moves.
     */
    private function linkTasks(bool $discovered, ?StandIn $at = null): int
    {
        $at ??= $this->old;
        $command = ['exchange:account:add', $this->user, "--address=$this->address", "--server=$at->url"];
        $result = Occ::run([...$command, "--username={$this->old->address}", '--password-stdin', '--output=json'], self::PASSWORD . "\n");
        self::assertSame(0, $result['status'], $result['err']);
        $account = json_decode($result['out'], true)['id'];
        $sql = 'UPDATE *PREFIX*exchange_accounts SET address = ?, discovered = ? WHERE id = ?';
        $this->db->executeStatement($sql, [$this->old->address, (int)$discovered, $account]);
        $link = $this->link($account, 'task')['link'];
        $this->sync($link);
        $at->fault(self::MOVED);
        return $link;
    }

    private function serverNow(): string
    {
        $sql = 'SELECT server FROM *PREFIX*exchange_accounts WHERE user_id = ? AND address = ?';
        return (string)$this->db->executeQuery($sql, [$this->user, $this->old->address])->fetchOne();
    }

    private function server(int $port): StandIn
    {
        $own = (string)tempnam(sys_get_temp_dir(), 'exchange-authority-');
        $server = StandIn::start(['--listen', "127.0.0.1:$port"], $own, "$this->user@localhost", self::PASSWORD);
        file_put_contents($this->authorities, (string)file_get_contents($own), FILE_APPEND);
        unlink($own);
        return $server;
    }
}
