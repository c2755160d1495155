<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use Exchange\Tests\StandIn;

/**
 * A test with an OpenID provider, and a stand-in Exchange that takes its tokens and no passwords.
 */
abstract class OAuthTestCase extends InstanceTestCase
{
    /** Seconds of an access token: shorter than one has to last, so that each look at an account gets a new one. */
    protected const SHORT = 120;
    protected const LONG = 3600;

    protected Provider $provider;
    protected StandIn $standIn;
    protected WebServer $web;
    protected string $address;
    protected string $resource;

    protected function setUp(): void
    {
        $missing = Provider::missing();
        if ($missing !== null) {
            self::markTestSkipped("Signing in with OAuth is not tested: $missing.");
        }
        parent::setUp();
        $this->address = "$this->user@example.org";
    }

    protected function tearDown(): void
    {
        $status = $this->standIn->status();
        Occ::run(['exchange:oauth', '--remove']);
        $this->web->stop();
        $this->standIn->stop();
        $this->provider->stop();
        parent::tearDown();
        self::assertSame([], $status['violations'], 'requests that the schema does not allow');
    }

    protected function start(int $lifetime): void
    {
        $this->web = WebServer::start();
        $free = stream_socket_server('tcp://127.0.0.1:0');
        $listen = (string)stream_socket_get_name($free, false);
        fclose($free);
        $this->resource = "http://$listen";
        $return = "{$this->web->url}/index.php/apps/integration_exchange/oauth/return";
        $this->provider = Provider::start($return, $this->resource, $lifetime);
        $this->standIn = StandIn::start(
            ['--listen', $listen, '--no-basic', '--token-issuer', $this->provider->issuer, '--token-audience', $this->resource,
                '--token-keys', $this->provider->keys],
            address: $this->address,
        );
    }

    /** Sets the application up as an administrator does. */
    protected function register(string $clientId, ?string $secret = null): void
    {
        $arguments = ['exchange:oauth', '--cloud=custom', "--authorization-url={$this->provider->issuer}/auth",
            "--token-url={$this->provider->issuer}/token", "--resource=$this->resource", "--client-id=$clientId"];
        $proof = $secret !== null
            ? ['--secret-stdin']
            : ["--certificate={$this->provider->certificate}", "--key={$this->provider->key}"];
        $result = Occ::run([...$arguments, ...$proof], "$secret\n");
        self::assertSame(0, $result['status'], $result['err']);
    }

    /**
     * @return array{status: int, out: string, err: string}
     */
    protected function add(string ...$options): array
    {
        return Occ::run(['exchange:account:add', $this->user, '--auth=oauth', "--address=$this->address",
            "--server={$this->standIn->url}", '--output=json', ...array_values($options)]);
    }

    /** @return array<string, mixed> this test's account */
    protected function account(): array
    {
        $mine = fn (array $account): bool => $account['user'] === $this->user;
        return array_values(array_filter(Occ::json(0, 'exchange:account:list'), $mine))[0] ?? [];
    }

    /**
     * @return int the calendar
     */
    protected function linkCalendar(int $account): int
    {
        Occ::json(0, 'exchange:link', (string)$account, 'Calendar', '--create', '--collection=Exchange Calendar');
        $names = array_column($this->calendars->getCalendarsForUser($this->principal()), '{DAV:}displayname', 'id');
        return (int)array_search('Exchange Calendar', $names, true);
    }

    protected function anEventOfExchange(string $subject): void
    {
        $this->standIn->create('calendar', 'CalendarItem', [
            'Subject' => $subject, 'Start' => '2026-03-02T11:00:00Z', 'End' => '2026-03-02T12:00:00Z',
        ]);
    }

    protected function hasEvent(int $calendar, string $subject): bool
    {
        return str_contains(implode('', $this->calendar($calendar)), "SUMMARY:$subject");
    }

    protected function person(): Browser
    {
        $browser = new Browser();
        $browser->logIn($this->web->url, $this->user, 'Fixture-User-7');
        return $browser;
    }

    /**
     * @return array<string, string> the query of the address to which the person is to be sent
     */
    protected function begin(Browser $browser): array
    {
        $browser->get("{$this->web->url}/index.php/settings/user");
        $page = "{$this->web->url}/ocs/v2.php/apps/integration_exchange/api/v1/sign-in";
        $headers = ["requesttoken: {$browser->requestToken()}", 'Accept: application/json'];
        $said = $browser->post($page, ['address' => $this->address], $headers);
        self::assertSame(200, $browser->status, $said);
        $url = json_decode($said, true)['ocs']['data']['url'];
        self::assertStringStartsWith("{$this->provider->issuer}/auth?", $url);
        parse_str((string)parse_url($url, PHP_URL_QUERY), $query);
        return ['url' => $url] + $query;
    }

    /** What a person does in the window that opens. */
    protected function consent(): Browser
    {
        $browser = $this->person();
        $browser->get($this->begin($browser)['url']);
        for ($page = 0; $page < 3 && str_contains($browser->url, '/interaction/'); $page++) {
            $signsIn = str_contains($browser->body, 'name="login"');
            $browser->submit($signsIn ? ['login' => $this->address, 'password' => Provider::USER] : []);
        }
        return $browser;
    }
}
