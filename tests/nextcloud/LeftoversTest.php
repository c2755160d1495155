<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use OCA\IntegrationExchange\Db\Lease;
use OCA\IntegrationExchange\Db\Link;
use OCA\IntegrationExchange\Db\TokenStore;
use OCA\IntegrationExchange\Journal\Journal;
use OCA\IntegrationExchange\Notification\Needs;
use OCA\IntegrationExchange\OAuth\Grant;
use OCP\IUserManager;
use OCP\Server;

/**
 * Of a user who is deleted nothing is left in any table of the app, whichever there are.
 */
final class LeftoversTest extends LinkTestCase
{
    /** Tables that hold nothing of users. */
    private const NOBODYS = ['exchange_workers'];

    /**
     * @return array<string, int> rows by table, for each table of the app that the database has
     */
    private function tables(): array
    {
        $rows = [];
        foreach ($this->db->createSchema()->getTableNames() as $name) {
            if (preg_match('/(exchange_\w+)$/', $name, $table) === 1 && !in_array($table[1], self::NOBODYS, true)) {
                $rows[$table[1]] = (int)$this->db->executeQuery("SELECT COUNT(*) FROM *PREFIX*$table[1]")->fetchOne();
            }
        }
        $sql = "SELECT COUNT(*) FROM *PREFIX*notifications WHERE app = 'integration_exchange'";
        return $rows + ['notifications' => (int)$this->db->executeQuery($sql)->fetchOne()];
    }

    private function fill(): void
    {
        $link = $this->newLink('event');
        $journal = new Journal($this->db, $link->getId());
        $journal->put([[
            'key' => 'k', 'state' => 'linked', 'uri' => 'k.ics', 'reason' => null, 'remote_id' => 'R', 'version' => 'v', 'etag' => 'e',
            'base' => [], 'losses' => [], 'starts' => null, 'ends' => null,
        ]]);
        $kept = ['side' => 'local', 'cause' => 'conflict', 'uri' => 'k.ics', 'title' => 'K', 'text' => 'Text', 'reason' => 'Lost.'];
        $journal->keep([$kept], time());
        Server::get(TokenStore::class)->save($this->account->getId(), new Grant('access', time() + 3_600, 'refresh'));
        self::assertTrue(Server::get(Lease::class)->acquire($link->getId()));
        $this->links->set($link->getId(), ['state' => Link::STOPPED, 'error' => 'brake']);
        Server::get(Needs::class)->link($link->getId());
    }

    public function testNothingOfADeletedUserIsLeft(): void
    {
        // Somebody who stays.
        $this->fill();
        $stays = $this->user;
        $before = $this->tables();
        self::assertGreaterThanOrEqual(6, count($before));

        parent::setUp();
        $this->fill();
        foreach ($this->tables() as $table => $rows) {
            self::assertGreaterThan($before[$table], $rows, "this test puts nothing of a user into $table; let it");
        }
        Server::get(IUserManager::class)->get($this->user)->delete();
        self::assertSame($before, $this->tables());
        $this->user = $stays;
    }
}
