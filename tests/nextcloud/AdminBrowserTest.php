<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use OCA\IntegrationExchange\Db\Account;
use OCA\IntegrationExchange\Db\AccountMapper;
use OCA\IntegrationExchange\Db\Link;
use OCA\IntegrationExchange\Db\Workers;
use OCA\IntegrationExchange\Journal\Journal;
use OCA\IntegrationExchange\OAuth\Registration;
use OCA\IntegrationExchange\Setting\Organisation;
use OCP\IAppConfig;
use OCP\IGroupManager;
use OCP\Server;

/**
 * The administration page in Chromium: tests/nextcloud/browser/administration.mjs has what an administrator does there.
 */
final class AdminBrowserTest extends LinkTestCase
{
    private const GROUP = 'Sales';

    private WebServer $web;

    protected function setUp(): void
    {
        $missing = Chromium::missing();
        if ($missing !== null) {
            self::markTestSkipped("The administration page is not tested in a browser: $missing.");
        }
        parent::setUp();
        Server::get(IGroupManager::class)->createGroup(self::GROUP);
        $this->web = WebServer::start();
    }

    protected function tearDown(): void
    {
        if (!isset($this->web)) {
            return;
        }
        $this->web->stop();
        Server::get(IGroupManager::class)->get(self::GROUP)?->delete();
        $config = Server::get(IAppConfig::class);
        $config->clearCache();
        foreach ([...array_keys(Organisation::catalogue()), 'servers', 'only_allowed_servers', 'link_defaults', 'link_enforced'] as $key) {
            $config->deleteKey('integration_exchange', $key);
        }
        Server::get(Registration::class)->remove();
        parent::tearDown();
        $this->db->executeStatement('DELETE FROM *PREFIX*exchange_links');
        $this->db->executeStatement('DELETE FROM *PREFIX*exchange_accounts');
        $this->db->executeStatement('DELETE FROM *PREFIX*exchange_pairs');
    }

    public function testAnAdministratorSeesAndSetsEverything(): void
    {
        Server::get(AccountMapper::class)->delete($this->account);
        $this->aCompany();
        Chromium::play('administration', [
            'nextcloud' => $this->web->url, 'user' => 'admin', 'password' => 'Fixture-Admin-7', 'group' => self::GROUP,
            'secret' => 'Fixture-Secret-7',
        ]);
        $log = (string)file_get_contents((string)getenv('NEXTCLOUD_LOG'));
        self::assertStringNotContainsString('Fixture-Secret-7', $log);
        self::assertSame('exchange', array_column(Occ::json(0, 'exchange:defaults'), 'value', 'setting')['policy']);
        self::assertSame('event,contact', array_column(Occ::json(0, 'exchange:config'), 'value', 'setting')['kinds']);
    }

    public function testActiveModeIsChosenAndItsWorkersAreSeen(): void
    {
        Server::get(AccountMapper::class)->delete($this->account);
        $this->aCompany();
        $setting = ['nextcloud' => $this->web->url, 'user' => 'admin', 'password' => 'Fixture-Admin-7'];
        Chromium::play('active', $setting + ['workers' => false]);
        self::assertSame(['active', '3600'], array_values(array_intersect_key(
            array_column(Occ::json(0, 'exchange:config'), 'value', 'setting'),
            ['mode' => 0, 'active_interval' => 0]
        )));
        $workers = Server::get(Workers::class);
        $now = time();
        foreach (['a' => $now + 600, 'b' => $now - 600] as $name => $seen) {
            $workers->register("browser-$name", "host-$name", 4711, '0.1.0');
            $workers->beat("browser-$name", ['accounts' => 5, 'events' => 12_345, 'cycles' => 2_345, 'memory' => 42, 'lag' => 180]);
            $sql = 'UPDATE *PREFIX*exchange_workers SET since = ?, beat_at = ? WHERE id = ?';
            $this->db->executeStatement($sql, [$now - 86_400, $seen, "browser-$name"]);
            $workers->take("browser-$name", 5);
            $watch = ['state' => 'live', 'since' => $now, 'message' => null];
            $workers->say("browser-$name", $workers->accountsOf("browser-$name"), json_encode($watch, JSON_THROW_ON_ERROR));
        }
        try {
            Chromium::play('active', $setting + ['workers' => true]);
        } finally {
            array_map($workers->leave(...), ['browser-a', 'browser-b']);
        }
    }

    /**
     * Ten people with three links each; most of them are in step.
     */
    private function aCompany(): void
    {
        $people = ['anna', 'ben', 'carla', 'david', 'emma', 'felix', 'greta', 'hugo', 'ida', 'jonas'];
        $now = time();
        $collection = 900_000_000;
        foreach ($people as $number => $person) {
            $account = new Account();
            $account->setUserId($person);
            $account->setAddress("$person@example.org");
            $account->setUsername("$person@example.org");
            $account->setServer('https://mail.example.org/EWS/Exchange.asmx');
            $account->setCreatedAt($now - 86_400 * 30);
            if ($person === 'carla') {
                $account->setState(Account::REFUSED);
                $account->setMessage('Exchange refuses the password. Sign in again.');
            }
            $account = Server::get(AccountMapper::class)->insert($account);
            foreach (['event' => 'Calendar', 'contact' => 'Contacts', 'task' => 'Tasks'] as $kind => $folder) {
                $link = new Link();
                $link->setAccountId($account->getId());
                $link->setKind($kind);
                $link->setFolderId("$person $folder");
                $link->setFolderName($folder);
                $link->setCollectionId($collection++);
                $link->setCollectionName($folder);
                $link->setCreatedAt($now - 86_400 * 30);
                $link = $this->links->insert($link);
                $this->links->set($link->getId(), self::trouble($person, $kind, $now) + [
                    'last_run' => $now - 300, 'last_success' => $now - 300, 'next_run' => $now + 600, 'calls' => 1_200 + 7 * $number,
                ]);
                (new Journal($this->db, $link->getId()))->put(array_map(static fn (int $item): array => [
                    'key' => "k$item", 'state' => $item === 1 && $person === 'emma' ? 'set_aside' : 'linked', 'uri' => "$item.ics",
                    'reason' => null, 'remote_id' => "R$item", 'version' => 'v', 'etag' => null, 'base' => [], 'losses' => [],
                    'starts' => null, 'ends' => null,
                ], range(1, 5)));
            }
        }
    }

    /**
     * @return array<string, int|string>
     */
    private static function trouble(string $person, string $kind, int $now): array
    {
        return match ("$person $kind") {
            'ben event' => [
                'error' => 'unreachable', 'message' => 'The server mail.example.org does not answer. It is tried again by itself.',
                'failures' => 4, 'last_success' => $now - 3 * 86_400, 'next_run' => $now + 7_200,
            ],
            'david contact' => ['state' => Link::STOPPED, 'error' => 'brake', 'message' => 'Synchronising would delete 40 contacts.'],
            default => [],
        };
    }
}
