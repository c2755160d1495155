<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use Exchange\Tests\StandIn;

/**
 * A mailbox moves to another server. Autodiscover is asked at port 443 of the address's domain, which is localhost here; an account of
 * such an address is made by changing a stored one.
 */
final class DiscoveryTest extends EndToEndTestCase
{
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

    /**
     * A link of an account on the old server, whose mailbox then moves.
     */
    private function linkTasks(bool $discovered): int
    {
        $command = ['exchange:account:add', $this->user, "--address=$this->address", "--server={$this->old->url}"];
        $result = Occ::run([...$command, "--username={$this->old->address}", '--password-stdin', '--output=json'], self::PASSWORD . "\n");
        self::assertSame(0, $result['status'], $result['err']);
        $account = json_decode($result['out'], true)['id'];
        $sql = 'UPDATE *PREFIX*exchange_accounts SET address = ?, discovered = ? WHERE id = ?';
        $this->db->executeStatement($sql, [$this->old->address, (int)$discovered, $account]);
        $link = $this->link($account, 'task')['link'];
        $this->sync($link);
        $this->old->fault(['kind' => 'message', 'code' => 'ErrorMailboxMoveInProgress', 'operation' => 'SyncFolderItems']);
        return $link;
    }

    private function serverNow(): string
    {
        $sql = 'SELECT server FROM *PREFIX*exchange_accounts WHERE user_id = ?';
        return (string)$this->db->executeQuery($sql, [$this->user])->fetchOne();
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
