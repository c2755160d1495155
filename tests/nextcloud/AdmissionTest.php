<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use OCA\IntegrationExchange\Cycle\Synchronisation;
use OCA\IntegrationExchange\Db\AccountMapper;
use OCA\IntegrationExchange\Service\Accounts;
use OCA\IntegrationExchange\Setting\Organisation;
use OCP\IAppConfig;
use OCP\Server;

/**
 * Who may not use the app finds it closed on every route.
 */
final class AdmissionTest extends LinkTestCase
{
    private WebServer $web;
    private Api $api;

    protected function setUp(): void
    {
        parent::setUp();
        $this->web = WebServer::start();
        $this->api = new Api($this->web->url, $this->user);
        Server::get(IAppConfig::class)->setValueArray('integration_exchange', 'groups', ['admin']);
    }

    protected function tearDown(): void
    {
        Server::get(IAppConfig::class)->deleteKey('integration_exchange', 'groups');
        $this->web->stop();
        parent::tearDown();
    }

    public function testWhoHasNothingHereSeesNothingAndIsRefusedEverywhere(): void
    {
        Server::get(Accounts::class)->remove($this->account);
        $tried = 0;
        foreach (array_keys((new Schema())->routes()) as $route) {
            [$method, $path] = explode(' ', $route);
            if (!str_starts_with($path, 'admin')) {
                $answer = $this->api->refused(400, $method, (string)preg_replace('/\{\w+\}/', '1', strtr($path, ['{kind}' => 'event'])));
                self::assertSame('not_allowed', $answer['error'], $route);
                $tried++;
            }
        }
        self::assertGreaterThan(15, $tried);
        $browser = new Browser();
        $browser->logIn($this->web->url, $this->user, 'Fixture-User-7');
        $page = $browser->get("{$this->web->url}/index.php/settings/user");
        self::assertStringNotContainsString('connected-accounts', $page);
    }

    public function testPeopleConnectOnlyInTheWaysThatAreOffered(): void
    {
        $settings = ['groups' => 'default', 'providers' => 'server', 'server' => 'https://127.0.0.1:1/EWS/Exchange.asmx'];
        Server::get(Organisation::class)->set($settings);
        try {
            $entered = ['address' => "new-$this->user@example.org", 'password' => 'x'];
            foreach (['', 'https://127.0.0.1:2/EWS/Exchange.asmx'] as $server) {
                $answer = $this->api->refused(400, 'POST', 'accounts', ['server' => $server] + $entered);
                self::assertSame('not_allowed', $answer['error'], $server);
            }
            self::assertSame('configuration', $this->api->refused(400, 'POST', 'sign-in', $entered)['error']);
            $asked = $this->api->refused(400, 'POST', 'accounts', ['server' => $settings['server']] + $entered);
            self::assertSame('unreachable', $asked['error'], 'the server of the organisation is asked');
        } finally {
            Server::get(Organisation::class)->set(array_fill_keys(array_keys($settings), 'default'));
        }
    }

    public function testWhoHasAnAccountFromBeforeSeesWhyItStandsStillAndMayDisconnectIt(): void
    {
        $link = $this->newLink('event')->getId();
        $browser = new Browser();
        $browser->logIn($this->web->url, $this->user, 'Fixture-User-7');
        $page = $browser->get("{$this->web->url}/index.php/settings/user/connected-accounts");
        self::assertSame(1, preg_match('/id="initial-state-integration_exchange-refusal" value="([^"]+)"/', $page, $state), $page);
        self::assertStringContainsString('ask your administrator', (string)base64_decode($state[1]));
        Server::get(Synchronisation::class)->run([$link]);
        $shown = $this->api->ok('GET', 'links')[0];
        self::assertSame([$link, 'not_allowed'], [$shown['id'], $shown['error']]);
        self::assertStringContainsString('ask your administrator', $shown['message']);
        $options = ['options' => ['policy' => 'exchange']];
        self::assertSame('not_allowed', $this->api->refused(400, 'PUT', "links/$link/options", $options)['error']);
        self::assertSame('not_allowed', $this->api->refused(400, 'POST', "links/$link/synchronisation")['error']);
        $this->api->ok('DELETE', "accounts/{$this->account->getId()}");
        self::assertNull(Server::get(AccountMapper::class)->find($this->account->getId()));
    }
}
