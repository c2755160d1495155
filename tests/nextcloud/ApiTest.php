<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use OCA\IntegrationExchange\AppInfo\Application;
use OCP\AppFramework\Http\Attribute\ApiRoute;
use OCP\AppFramework\Http\Attribute\NoAdminRequired;
use OCP\IAppConfig;
use OCP\IConfig;
use OCP\IUserManager;
use OCP\Server;
use ReflectionClass;
use ReflectionMethod;

final class ApiTest extends EndToEndTestCase
{
    private WebServer $web;
    private Api $api;

    protected function setUp(): void
    {
        parent::setUp();
        Server::get(IAppConfig::class)->setValueString(Application::APP_ID, 'extension_path', (string)getenv('EXCHANGE_EXTENSION'));
        $this->web = WebServer::start();
        $this->api = new Api($this->web->url, $this->user);
    }

    protected function tearDown(): void
    {
        $this->web->stop();
        Server::get(IAppConfig::class)->deleteKey(Application::APP_ID, 'extension_path');
        parent::tearDown();
    }

    public function testEveryRouteIsDescribedAndEveryDescriptionIsARoute(): void
    {
        $routes = [];
        foreach (glob(__DIR__ . '/../../lib/Controller/*Controller.php') ?: [] as $file) {
            $class = new ReflectionClass('OCA\IntegrationExchange\Controller\\' . basename($file, '.php'));
            foreach ($class->getMethods(ReflectionMethod::IS_PUBLIC) as $method) {
                foreach ($method->getAttributes(ApiRoute::class) as $attribute) {
                    $route = $attribute->newInstance()->toArray();
                    $routes[] = $route['verb'] . ' ' . preg_replace('#^/api/v1/#', '', $route['url']);
                }
            }
        }
        self::assertGreaterThan(15, count($routes));
        self::assertEqualsCanonicalizing($routes, array_keys((new Schema())->routes()));
    }

    public function testAPersonConnectsLinksAndSynchronises(): void
    {
        $this->standIn->create('calendar', 'CalendarItem', [
            'Subject' => 'Planning', 'Start' => '2026-03-02T11:00:00Z', 'End' => '2026-03-02T12:00:00Z',
        ]);
        $this->standIn->colour('calendar', 5);
        $account = $this->connect();
        self::assertSame([$account], $this->api->ok('GET', 'accounts'));
        self::assertStringNotContainsString(self::PASSWORD, $this->api->body);

        $folder = $this->folder($account['id'], 'event');
        self::assertSame([1, null, '#8c8cd7'], [$folder['count'], $folder['link'], $folder['colour']]);
        $link = $this->api->ok('POST', "accounts/{$account['id']}/links", ['folder' => $folder['id'], 'name' => 'Of Exchange']);
        self::assertSame(['stopped', 'unconfirmed'], [$link['state'], $link['error']]);
        self::assertSame($link['id'], $this->folder($account['id'], 'event')['link']);
        $this->api->refused(400, 'POST', "links/{$link['id']}/synchronisation");

        $this->api->ok('POST', "links/{$link['id']}/rehearsal");
        $seen = $this->api->settled($link['id'])['rehearsal'];
        self::assertSame(['nextcloud_create' => 1], $seen['counts']);
        self::assertSame('Planning', $seen['steps'][0]['title']);
        $collection = $this->collection('event', 'Of Exchange');
        $calendar = $this->calendars->getCalendarById($collection);
        self::assertSame('#8c8cd7', $calendar['{http://apple.com/ns/ical/}calendar-color']);
        self::assertSame([], $this->calendar($collection), 'a dry run wrote');

        $this->api->ok('POST', "links/{$link['id']}/confirmation");
        $link = $this->api->settled($link['id']);
        self::assertSame(['active', null, 1], [$link['state'], $link['error'], $link['in_step']], (string)$link['message']);
        self::assertStringContainsString('SUMMARY:Planning', implode('', $this->calendar($collection)));

        $this->api->ok('DELETE', "accounts/{$account['id']}", ['remove' => 1]);
        self::assertSame([], $this->api->ok('GET', 'accounts'));
        self::assertNotContains('Of Exchange', array_column($this->livingCalendars(), '{DAV:}displayname'));
        self::assertSame(['Planning'], array_keys($this->remote->items('event')), 'it stays in Exchange');
    }

    public function testTestDataIsOnBothSidesAndGoesWithoutATrace(): void
    {
        $account = $this->connect();
        self::assertFalse($account['test_data']);
        $before = $this->traces();
        $links = $this->api->ok('POST', "accounts/{$account['id']}/test-data");
        self::assertSame(['event', 'task', 'contact'], array_column($links, 'kind'));
        self::assertTrue($this->api->ok('GET', 'accounts')[0]['test_data']);
        $this->api->refused(400, 'POST', "accounts/{$account['id']}/test-data");
        $amounts = ['event' => 6, 'task' => 4, 'contact' => 4];
        foreach ($links as $link) {
            $settled = $this->api->settled($link['id']);
            $seen = [$settled['error'], $settled['in_step'], $settled['set_aside']];
            self::assertSame([null, $amounts[$link['kind']], 0], $seen, (string)$settled['message']);
            $titles = array_column($this->standIn->dump()['items'], 'folder');
            self::assertContains((string)$link['folder'], $titles, 'in Exchange');
        }
        $this->api->ok('DELETE', "accounts/{$account['id']}/test-data");
        self::assertSame($before, $this->traces());
        self::assertFalse($this->api->ok('GET', 'accounts')[0]['test_data']);
        $this->api->ok('DELETE', "accounts/{$account['id']}/test-data");
    }

    public function testTestDataThatCannotBeMadeLeavesNothingBehind(): void
    {
        $account = $this->connect();
        $before = $this->traces();
        $this->standIn->fault(['kind' => 'message', 'code' => 'ErrorAccessDenied', 'operation' => 'CreateFolder', 'skip' => 2]);
        $this->api->refused(400, 'POST', "accounts/{$account['id']}/test-data");
        $this->standIn->clearFaults();
        self::assertSame($before, $this->traces());
    }

    /**
     * @return array<string, mixed> what there is on both sides, trash bins and all
     */
    private function traces(): array
    {
        $mailbox = $this->standIn->dump();
        return [
            'calendars' => array_column($this->calendars->getCalendarsForUser($this->principal()), 'uri'),
            'books' => array_column($this->addressBooks->getAddressBooksForUser($this->principal()), 'uri'),
            'folders' => $mailbox['folders'],
            'items' => $mailbox['items'],
            'links' => $this->api->ok('GET', 'links'),
            'history' => $this->api->ok('GET', 'history'),
        ];
    }

    public function testWhereNoProcessCanBeStartedTheJobsDoTheWork(): void
    {
        $this->remote->createEvent('Planning');
        $ini = dirname((string)getenv('NEXTCLOUD_CONFIG_DIR')) . '/ini';
        @mkdir($ini);
        file_put_contents("$ini/no-programs.ini", "disable_functions=proc_open\n");
        $this->web->stop();
        putenv("PHP_INI_SCAN_DIR=:$ini");
        try {
            $this->web = WebServer::start();
        } finally {
            putenv('PHP_INI_SCAN_DIR');
        }
        $this->api = new Api($this->web->url, $this->user);
        $account = $this->connect();
        $folder = $this->folder($account['id'], 'event');
        $link = $this->api->ok('POST', "accounts/{$account['id']}/links", ['folder' => $folder['id'], 'name' => 'Of Exchange'])['id'];
        $seen = $this->api->ok('POST', "links/$link/rehearsal");
        self::assertFalse($seen['running']);
        self::assertSame(['nextcloud_create' => 1], $seen['rehearsal']['counts'] ?? null, 'within the request');
        $confirmed = $this->api->ok('POST', "links/$link/confirmation");
        self::assertSame([false, null, null], [$confirmed['running'], $confirmed['last_run'], $confirmed['next_run']]);
        Occ::json(0, 'exchange:sync', '--due');
        self::assertSame(1, $this->api->ok('GET', "links/$link")['in_step']);
    }

    public function testAFolderIsLinkedOnceAndItsCalendarHasANameThatFits(): void
    {
        $account = $this->connect();
        $folder = $this->folder($account['id'], 'event')['id'];
        $links = "accounts/{$account['id']}/links";
        $long = $this->api->refused(400, 'POST', $links, ['folder' => $folder, 'name' => str_repeat('ü', 256)]);
        self::assertStringContainsString('255', $long['message']);
        self::assertSame([], $this->api->ok('GET', 'links'));
        $this->api->ok('POST', $links, ['folder' => $folder, 'name' => str_repeat('ü', 255)]);
        $twice = $this->api->refused(400, 'POST', $links, ['folder' => $folder, 'name' => 'In another window']);
        self::assertSame('This folder is switched on already. Load the page anew.', $twice['message']);
        self::assertNotContains('In another window', array_column($this->livingCalendars(), '{DAV:}displayname'));
    }

    public function testADryRunThatCannotBeMadeSaysWhy(): void
    {
        $account = $this->connect();
        $folder = $this->folder($account['id'], 'event');
        $link = $this->api->ok('POST', "accounts/{$account['id']}/links", ['folder' => $folder['id'], 'name' => 'Of Exchange'])['id'];
        $this->standIn->fault(['kind' => 'unavailable']);
        $this->api->ok('POST', "links/$link/rehearsal");
        $seen = $this->api->settled($link)['rehearsal'];
        $this->standIn->clearFaults();
        self::assertNotNull($seen['error']);
        self::assertMatchesRegularExpression('/^[A-Z].*\.$/', $seen['message']);
    }

    public function testWhatBelongsToSomebodyElseIsAsIfItWereNotThere(): void
    {
        $account = $this->connect();
        $folder = $this->folder($account['id'], 'contact');
        $link = $this->api->ok('POST', "accounts/{$account['id']}/links", ['folder' => $folder['id'], 'name' => 'Of Exchange']);
        $this->db->executeStatement(
            'INSERT INTO *PREFIX*exchange_history (link_id, side, cause, uri, title, reason, body, size, created_at)'
                . " VALUES (?, 'local', 'deleted', 'a.vcf', 'A', 'Deleted.', ?, 10, 1)",
            [$link['id'], self::card('a', 'A')]
        );
        $version = $this->api->ok('GET', 'history')[0]['id'];
        $before = [$this->api->ok('GET', 'accounts'), $this->api->ok('GET', 'links'), $this->api->ok('GET', 'history')];

        $ids = ['{account}' => $account['id'], '{link}' => $link['id'], '{version}' => $version];
        $bodies = ['password' => ['password' => 'x'], 'passive' => ['passive' => true], 'links' => ['folder' => $folder['id']],
            'options' => ['options' => []], 'decision' => ['restore' => false]];
        $users = Server::get(IUserManager::class);
        $users->createUser("other$this->user", 'Fixture-User-7');
        try {
            foreach (["other$this->user" => 'Fixture-User-7', 'admin' => 'Fixture-Admin-7'] as $other => $password) {
                $api = new Api($this->web->url, $other, $password);
                $tried = 0;
                foreach (array_keys((new Schema())->routes()) as $route) {
                    [$method, $path] = explode(' ', $route);
                    $filled = strtr($path, $ids);
                    if ($filled !== $path && !str_starts_with($path, 'admin/')) {
                        $body = $bodies[basename($path)] ?? [];
                        $foreign = $api->refused(404, $method, $filled, $body);
                        $none = $api->refused(404, $method, strtr($path, array_fill_keys(array_keys($ids), '999999')), $body);
                        self::assertSame($none, $foreign, "$route tells that there is one");
                        $tried++;
                    }
                }
                self::assertGreaterThan(12, $tried);
                self::assertSame([[], [], []], array_map(static fn (string $of): array => $api->ok('GET', $of), [
                    'accounts', 'links', 'history',
                ]));
                $api->refused(404, 'GET', 'history', ['link' => $link['id']]);
            }
        } finally {
            $users->get("other$this->user")?->delete();
        }
        self::assertSame($before, [$this->api->ok('GET', 'accounts'), $this->api->ok('GET', 'links'), $this->api->ok('GET', 'history')]);
    }

    public function testARequestOfAnotherSiteIsRefused(): void
    {
        $browser = new Browser();
        $browser->logIn($this->web->url, $this->user, 'Fixture-User-7');
        $browser->post("{$this->web->url}/ocs/v2.php/apps/integration_exchange/api/v1/accounts", [
            'address' => $this->address, 'password' => self::PASSWORD, 'server' => $this->standIn->url,
        ]);
        self::assertSame(412, $browser->status);
        self::assertSame([], $this->api->ok('GET', 'accounts'));
    }

    public function testAWrongPasswordAndAnUnknownServerAreToldAndNothingIsKept(): void
    {
        $wrong = ['address' => $this->address, 'password' => 'Wrong-Fixture', 'server' => $this->standIn->url];
        self::assertSame('credentials', $this->api->refused(400, 'POST', 'accounts', $wrong)['error']);
        self::assertStringNotContainsString('Wrong-Fixture', $this->api->body);
        $nowhere = ['address' => $this->address, 'password' => 'x', 'server' => 'https://127.0.0.1:9'];
        self::assertSame('unreachable', $this->api->refused(400, 'POST', 'accounts', $nowhere)['error']);
        $this->api->refused(400, 'POST', 'accounts', ['address' => 'nonsense', 'password' => 'x', 'server' => 'mail.example.org']);
        $this->api->refused(400, 'POST', 'accounts', ['password' => ''] + $wrong);
        self::assertSame([], $this->api->ok('GET', 'accounts'));
        self::assertStringNotContainsString('Wrong-Fixture', (string)file_get_contents((string)getenv('NEXTCLOUD_LOG')));
    }

    public function testAPersonIsToldInTheirLanguageAndInTheWordsOfThePage(): void
    {
        Server::get(IConfig::class)->setUserValue($this->user, 'core', 'lang', 'de');
        $wrong = ['address' => $this->address, 'password' => 'Wrong-Fixture', 'server' => $this->standIn->url];
        $refused = $this->api->call('POST', 'accounts', $wrong);
        self::assertStringContainsString('weist Benutzername oder Passwort zurück', $refused['message']);
        $account = $this->connect();
        $folder = $this->folder($account['id'], 'event');
        $this->standIn->fault(['kind' => 'message', 'code' => 'ErrorCorruptData', 'operation' => 'GetItem']);
        $this->remote->createEvent('Bad');
        $link = $this->api->ok('POST', "accounts/{$account['id']}/links", ['folder' => $folder['id'], 'name' => 'Of Exchange'])['id'];
        $refused = $this->api->call('PUT', "links/$link/options", ['options' => ['max_deletes' => 'viele']]);
        self::assertSame(['max_deletes', '„viele“ geht hier nicht. Es ist eine Zahl bis 1000000, oder auto.'], [
            $refused['setting'] ?? null, $refused['message'],
        ]);
        $this->api->ok('POST', "links/$link/rehearsal");
        $step = $this->api->settled($link)['rehearsal']['steps'][0];
        self::assertStringContainsString('Exchange nimmt diesen Eintrag nicht an', $step['reason']);
        $this->api->ok('POST', "links/$link/confirmation");
        $aside = $this->api->settled($link)['items_set_aside'];
        $this->standIn->clearFaults();
        self::assertStringContainsString('Exchange nimmt diesen Eintrag nicht an', $aside[0]['reason']);
        Occ::json(0, 'exchange:defaults', '--privacy=masked', '--enforce=privacy');
        try {
            $refused = $this->api->call('PUT', "links/$link/options", ['options' => ['privacy' => 'full']]);
        } finally {
            Occ::json(0, 'exchange:defaults', '--privacy=default', '--release=privacy');
        }
        self::assertSame('Deine Organisation hat das für alle festgelegt.', $refused['message']);
        self::assertSame('Diese Verknüpfung gibt es nicht (mehr). Lade die Seite neu.', $this->api->call('GET', 'links/999999')['message']);
    }

    public function testAPersonLeavesAnAccountToBackgroundJobs(): void
    {
        $account = $this->connect();
        self::assertSame([false, null], [$account['passive'], $account['watch']], 'in passive mode there is nothing to choose');
        Occ::json(0, 'exchange:config', '--mode=active');
        try {
            self::assertSame('none', $this->api->ok('GET', 'accounts')[0]['watch']['state']);
            $left = $this->api->ok('PUT', "accounts/{$account['id']}/passive", ['passive' => true]);
            self::assertSame([true, 'passive', 900], [$left['passive'], $left['watch']['state'], $left['watch']['seconds']]);
            self::assertSame(1, (int)$this->db->executeQuery('SELECT passive FROM *PREFIX*exchange_accounts')->fetchOne());
            self::assertFalse($this->api->ok('PUT', "accounts/{$account['id']}/passive", ['passive' => false])['passive']);
        } finally {
            Occ::json(0, 'exchange:config', '--mode=default');
        }
    }

    public function testConnectingIsLimited(): void
    {
        $nowhere = ['address' => $this->address, 'password' => 'x', 'server' => 'https://127.0.0.1:9'];
        for ($attempt = 0; $attempt < 30 && $this->api->status !== 429; $attempt++) {
            $this->api->call('POST', 'accounts', $nowhere);
        }
        self::assertSame(429, $this->api->status);
        self::assertSame(20, $attempt - 1);
    }

    public function testOptionsAreChangedAndWhatIsEnforcedIsNot(): void
    {
        $account = $this->connect();
        $folder = $this->folder($account['id'], 'event');
        $link = $this->api->ok('POST', "accounts/{$account['id']}/links", ['folder' => $folder['id'], 'name' => 'Of Exchange'])['id'];
        $changed = $this->api->ok('PUT', "links/$link/options", ['options' => ['policy' => 'exchange', 'window' => '31:183']]);
        $values = array_column($changed['options'], 'value', 'name');
        self::assertSame(['exchange', '31:183'], [$values['policy'], $values['window']]);
        $this->api->refused(400, 'PUT', "links/$link/options", ['options' => ['policy' => 'nobody']]);
        $this->api->refused(400, 'PUT', "links/$link/options", ['options' => ['password' => 'x']]);
        Occ::json(0, 'exchange:defaults', '--privacy=masked', '--enforce=privacy');
        try {
            $this->api->refused(400, 'PUT', "links/$link/options", ['options' => ['privacy' => 'full']]);
            $privacy = array_column($this->api->ok('GET', "links/$link")['options'], null, 'name')['privacy'];
            self::assertSame(['masked', true], [$privacy['value'], $privacy['enforced']]);
        } finally {
            Occ::json(0, 'exchange:defaults', '--privacy=default', '--release=privacy');
        }
    }

    /**
     * @return array<string, mixed>
     */
    private function connect(): array
    {
        return $this->api->ok('POST', 'accounts', [
            'address' => $this->address, 'password' => self::PASSWORD, 'server' => $this->standIn->url,
        ]);
    }

    /**
     * @return array<string, mixed> the default folder of a kind
     */
    private function folder(int $account, string $kind): array
    {
        $all = $this->api->ok('GET', "accounts/$account/folders");
        return array_values(array_filter($all, static fn (array $folder): bool => $folder['kind'] === $kind && $folder['default']))[0];
    }

    /**
     * @return list<array<string, mixed>> those that are not in the trash bin
     */
    private function livingCalendars(): array
    {
        return array_values(array_filter(
            $this->calendars->getCalendarsForUser($this->principal()),
            static fn (array $calendar): bool => !isset($calendar['{http://nextcloud.com/ns}deleted-at'])
        ));
    }
}
