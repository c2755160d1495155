<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use OCA\IntegrationExchange\OAuth\Registration;
use OCA\IntegrationExchange\Setting\Organisation;
use OCA\IntegrationExchange\Settings\AdminSection;
use OCP\IAppConfig;
use OCP\IGroupManager;
use OCP\IUserManager;
use OCP\Server;

/**
 * What the administration page asks for and does, over HTTP.
 */
final class AdministrationTest extends LinkTestCase
{
    private static WebServer $web;
    private Api $admin;

    public static function setUpBeforeClass(): void
    {
        self::$web = WebServer::start();
    }

    public static function tearDownAfterClass(): void
    {
        self::$web->stop();
    }

    protected function setUp(): void
    {
        parent::setUp();
        $this->admin = new Api(self::$web->url, 'admin', 'Fixture-Admin-7');
    }

    protected function tearDown(): void
    {
        $config = Server::get(IAppConfig::class);
        $config->clearCache();
        foreach ([...array_keys(Organisation::catalogue()), 'servers', 'only_allowed_servers', 'link_defaults', 'link_enforced'] as $key) {
            $config->deleteKey('integration_exchange', $key);
        }
        Server::get(Registration::class)->remove();
        parent::tearDown();
    }

    public function testNobodyElseIsLetInOnAnyRoute(): void
    {
        $person = new Api(self::$web->url, $this->user);
        $bodies = [
            'PUT admin/settings' => ['settings' => ['interval' => '60']],
            'PUT admin/defaults' => ['settings' => ['policy' => 'exchange']],
            'PUT admin/servers' => ['only' => true], 'POST admin/servers' => ['host' => 'a.example', 'changes' => ['insecure' => true]],
            'PUT admin/oauth' => ['settings' => ['tenant' => 't', 'client_id' => 'c', 'secret' => 's']],
        ];
        $before = $this->admin->ok('GET', 'admin');
        $routes = array_filter(array_keys((new Schema())->routes()), static fn (string $route): bool => str_contains($route, ' admin'));
        self::assertGreaterThanOrEqual(11, count($routes));
        foreach ($routes as $route) {
            [$method, $path] = explode(' ', $route);
            $person->call($method, $path, $bodies[$route] ?? []);
            self::assertSame(403, $person->status, "$route: $person->body");
        }
        $browser = new Browser();
        $browser->logIn(self::$web->url, $this->user, 'Fixture-User-7');
        $browser->get(self::$web->url . "/index.php/apps/integration_exchange/admin/links.csv");
        self::assertSame(403, $browser->status, $browser->body);
        $browser->get(self::$web->url . "/index.php/settings/admin/" . AdminSection::ID);
        self::assertStringNotContainsString('integration_exchange-admin', $browser->body);
        self::assertEquals($before, $this->admin->ok('GET', 'admin'));
    }

    public function testSettingsAndDefaultsAreShownAndChanged(): void
    {
        $shown = $this->admin->ok('GET', 'admin');
        self::assertSame('900', array_column($shown['settings'], 'value', 'setting')['interval']);
        $wanted = ['interval' => 600, 'kinds' => ['event', 'contact'], 'groups' => ['admin'], 'log_level' => 'error'];
        $settings = array_column($this->admin->ok('PUT', 'admin/settings', ['settings' => $wanted]), 'value', 'setting');
        self::assertSame(['600', 'event,contact', 'admin', 'error'], [
            $settings['interval'], $settings['kinds'], $settings['groups'], $settings['log_level'],
        ]);
        self::assertSame('600', array_column(Occ::json(0, 'exchange:config'), 'value', 'setting')['interval']);
        foreach ([['interval' => '1'], ['colour' => 'red'], ['groups' => ['nobody-knows']], ['interval' => null]] as $wrong) {
            self::assertSame('configuration', $this->admin->refused(400, 'PUT', 'admin/settings', ['settings' => $wrong])['error']);
        }

        $body = ['settings' => ['policy' => 'exchange', 'window' => '31:183'], 'enforce' => ['policy']];
        $defaults = array_column($this->admin->ok('PUT', 'admin/defaults', $body), null, 'setting');
        self::assertSame(['exchange', true], [$defaults['policy']['value'], $defaults['policy']['enforced']]);
        self::assertSame(['31:183', false], [$defaults['window']['value'], $defaults['window']['enforced']]);
        $this->admin->ok('PUT', 'admin/defaults', ['settings' => ['policy' => 'default'], 'release' => ['policy']]);
        $this->admin->refused(400, 'PUT', 'admin/defaults', ['enforce' => ['colour']]);
    }

    public function testServersAreAllowedPinnedAndWarnedOf(): void
    {
        $server = fn (array $changes) => ['host' => 'mail.example.org', 'changes' => $changes];
        $shown = $this->admin->ok('POST', 'admin/servers', $server(['allowed' => true, 'insecure' => true, 'requests' => 8]));
        $row = $shown['servers'][0];
        self::assertSame(['mail.example.org', true, false, 8], [$row['host'], $row['allowed'], $row['verified'], $row['requests']]);
        self::assertStringContainsString('mail.example.org', $shown['warning']);
        $problems = $this->admin->ok('GET', 'admin')['problems'];
        $told = array_filter($problems, static fn (array $problem): bool => str_contains($problem['message'], 'mail.example.org'));
        self::assertSame(['warning'], array_column($told, 'severity'));
        foreach ([['pin' => 'abc'], ['ca_file' => '/nowhere.pem'], ['requests' => 0], ['requests' => '8'], ['colour' => 'red']] as $wrong) {
            $this->admin->refused(400, 'POST', 'admin/servers', $server($wrong));
        }
        self::assertTrue($this->admin->ok('PUT', 'admin/servers', ['only' => true])['only_allowed']);
        $gone = ['allowed' => false, 'insecure' => false, 'requests' => null];
        self::assertSame([], $this->admin->ok('POST', 'admin/servers', $server($gone))['servers']);
    }

    public function testTheSecretOfTheApplicationNeverComesBack(): void
    {
        $settings = ['cloud' => 'global', 'tenant' => 'example.org', 'client_id' => 'c-1', 'secret' => 'Fixture-Secret-7'];
        $shown = $this->admin->ok('PUT', 'admin/oauth', ['settings' => $settings]);
        self::assertSame(['global', 'example.org', 'c-1', 'secret'], [
            $shown['cloud'], $shown['tenant'], $shown['client_id'], $shown['proof'],
        ]);
        $bodies = $this->admin->body;
        $this->admin->ok('GET', 'admin');
        $bodies .= $this->admin->body;
        $this->admin->refused(400, 'PUT', 'admin/oauth', ['settings' => ['cloud' => 'mars']]);
        $bodies .= $this->admin->body;
        self::assertStringNotContainsString('Fixture-Secret-7', $bodies);
        self::assertStringNotContainsString('Fixture-Secret-7', (string)file_get_contents((string)getenv('NEXTCLOUD_LOG')));
        self::assertArrayNotHasKey('client_id', $this->admin->ok('DELETE', 'admin/oauth'));
        $this->admin->refused(400, 'POST', 'admin/oauth/trial');
    }

    public function testTheOverviewComesInPagesAndAsAFile(): void
    {
        $link = $this->newLink('event')->getId();
        $this->links->set($link, ['folder_name' => '=SUM(A1)']);
        $page = $this->admin->ok('GET', 'admin/links', ['search' => $this->user, 'limit' => 1]);
        self::assertSame([1, $link, 'waiting'], [$page['total'], $page['rows'][0]['link'], $page['rows'][0]['state']]);
        self::assertSame([], $this->admin->ok('GET', 'admin/links', ['search' => $this->user, 'state' => 'failing'])['rows']);
        $this->admin->refused(400, 'GET', 'admin/links', ['state' => 'splendid']);
        $browser = new Browser();
        $browser->logIn(self::$web->url, 'admin', 'Fixture-Admin-7');
        $file = $browser->get(self::$web->url . "/index.php/apps/integration_exchange/admin/links.csv?search=$this->user");
        self::assertSame(200, $browser->status);
        self::assertStringContainsString(",'=SUM(A1),", $file);
        self::assertNotSame([], preg_grep('#^Content-Type: text/csv; ?charset=utf-8#i', $browser->seen));
        self::assertNotSame([], preg_grep('#^Content-Disposition: attachment; filename="exchange-links.csv"#i', $browser->seen));
    }

    public function testItIsSeenWhereTheExtensionIsLoadedAndWhatNextcloudIsSetTo(): void
    {
        $places = $this->admin->ok('GET', 'admin/extension');
        self::assertNotSame([], array_filter($places, static fn (array $place): bool => in_array('cli', $place['sapis'], true)));
        Occ::run(['config:system:set', 'proxy', '--value=http://name:Fixture-Secret-7@proxy.example.org:3128']);
        try {
            $around = $this->admin->ok('GET', 'admin')['surroundings'];
        } finally {
            Occ::run(['config:system:delete', 'proxy']);
        }
        self::assertSame(['cron', 'http://proxy.example.org:3128', 'info'], [$around['background'], $around['proxy'], $around['log']]);
        self::assertStringNotContainsString('Fixture-Secret-7', $this->admin->body);
        self::assertSame(['admin'], array_column($this->admin->ok('GET', 'admin/groups', ['search' => 'admi']), 'id'));
    }

    public function testAGroupThatThePageIsDelegatedToSeesAndDoesIt(): void
    {
        $group = Server::get(IGroupManager::class)->createGroup("helpers$this->user");
        $group->addUser(Server::get(IUserManager::class)->get($this->user));
        $class = \OCA\IntegrationExchange\Settings\Admin::class;
        $delegated = Occ::run(['admin-delegation:add', $class, $group->getGID()]);
        self::assertSame(0, $delegated['status'], $delegated['out'] . $delegated['err']);
        try {
            (new Api(self::$web->url, $this->user))->ok('GET', 'admin');
        } finally {
            Occ::run(['admin-delegation:remove', $class, $group->getGID()]);
            $group->delete();
        }
    }
}
