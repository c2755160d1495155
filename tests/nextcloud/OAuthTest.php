<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use OCA\IntegrationExchange\OAuth\Cloud;

final class OAuthTest extends OAuthTestCase
{
    public function testAnApplicationProvesItselfByASecretOrACertificate(): void
    {
        $this->start(self::LONG);
        $this->register('by-secret', $this->provider->secret);
        $added = $this->add();
        self::assertSame(0, $added['status'], $added['out']);
        $account = json_decode($added['out'], true)['id'];
        $calendar = $this->linkCalendar($account);
        $this->anEventOfExchange('By secret');
        Occ::json(0, 'exchange:sync', '--account', (string)$account);
        self::assertTrue($this->hasEvent($calendar, 'By secret'));
        self::assertSame(['client_credentials' => 1], $this->provider->tokens(), 'one token for all commands');

        $this->register('by-certificate');
        $this->standIn->revokeTokens();
        $this->anEventOfExchange('By certificate');
        Occ::json(0, 'exchange:sync', '--account', (string)$account);
        self::assertTrue($this->hasEvent($calendar, 'By certificate'));
        self::assertSame(['client_credentials' => 2], $this->provider->tokens(), 'a token that was refused is got anew once');
        foreach ($this->standIn->log() as $call) {
            self::assertSame($this->address, $call['anchor'], 'X-AnchorMailbox');
        }
    }

    public function testAWrongSecretAndAMissingApplicationAreTold(): void
    {
        $this->start(self::LONG);
        $none = $this->add();
        self::assertSame([1, 'configuration'], [$none['status'], json_decode($none['out'], true)['error']]);
        $this->register('by-secret', 'not the secret');
        $wrong = $this->add();
        $said = json_decode($wrong['out'], true);
        self::assertSame([1, 'configuration'], [$wrong['status'], $said['error']]);
        self::assertMatchesRegularExpression('/does not accept the application.*secret.*\.$/', $said['message']);
        self::assertStringNotContainsString('not the secret', $wrong['out'] . $wrong['err']);
        self::assertSame([], $this->account());
    }

    public function testAnApplicationActsForTheOwnerOfTheMailboxByAnyOfTheirNames(): void
    {
        $this->start(self::LONG);
        $this->register('by-secret', $this->provider->secret);
        foreach (["smtp:$this->address", "principal:$this->address", 'sid:S-1-5-21-1004336348-1177238915-682003330-1000'] as $name) {
            $added = $this->add("--impersonate=$name");
            self::assertSame(0, $added['status'], $name . $added['out']);
        }
        $unknown = $this->add('--impersonate=smtp:nobody@example.org');
        self::assertSame(1, $unknown['status']);
        self::assertMatchesRegularExpression('/^[A-Z].*\.$/', json_decode($unknown['out'], true)['message']);
        $form = $this->add('--impersonate=anna');
        self::assertStringContainsString('smtp:ADDRESS', json_decode($form['out'], true)['message']);
    }

    public function testAPersonConsentsAndTheirTokensAreRenewedUntilTheyTakeItBack(): void
    {
        $this->start(self::SHORT);
        $this->register('by-secret', $this->provider->secret);
        $browser = $this->consent();
        self::assertSame(200, $browser->status, $browser->body);
        self::assertStringContainsString("Connected to $this->address", $browser->body);
        $account = $this->account();
        self::assertSame('active', $account['state']);
        self::assertSame(['authorization_code' => 1], $this->provider->tokens());

        $calendar = $this->linkCalendar($account['id']);
        Occ::json(0, 'exchange:link', (string)$account['id'], 'Contacts', '--create', '--collection=Exchange Contacts');
        Occ::json(0, 'exchange:link', (string)$account['id'], 'Tasks', '--create', '--collection=Exchange Tasks');
        $this->anEventOfExchange('With consent');
        Occ::json(0, 'exchange:sync', '--account', (string)$account['id']);
        self::assertTrue($this->hasEvent($calendar, 'With consent'));

        $this->renewedByManyAtOnce($account['id']);

        $this->provider->withdraw();
        $sync = Occ::json(1, 'exchange:sync', '--account', (string)$account['id']);
        self::assertStringContainsString('credentials', json_encode($sync));
        $account = $this->account();
        self::assertSame('refused', $account['state']);
        self::assertMatchesRegularExpression('/consent.*Sign in again\.$/', $account['message']);
        $before = $this->provider->tokens();
        Occ::cron();
        self::assertSame($before, $this->provider->tokens(), 'nothing is tried until the person signs in again');

        self::assertSame(200, $this->consent()->status);
        self::assertSame('active', $this->account()['state']);
        $this->anEventOfExchange('With new consent');
        Occ::json(0, 'exchange:sync', '--account', (string)$account['id']);
        self::assertTrue($this->hasEvent($calendar, 'With new consent'));
    }

    public function testASignInThatWasNotBegunHereOrIsUsedTwiceConnectsNothing(): void
    {
        $this->start(self::LONG);
        $this->register('by-secret', $this->provider->secret);
        $return = "{$this->web->url}/index.php/apps/integration_exchange/oauth/return";
        $browser = $this->person();
        $browser->get("$return?state=forged&code=stolen");
        self::assertSame(400, $browser->status);
        self::assertStringContainsString('not begun here', $browser->body);

        $state = $this->begin($browser)['state'];
        $browser->get("$return?state=$state&error=access_denied");
        self::assertSame(400, $browser->status);
        self::assertStringContainsString('cancelled', $browser->body);
        $browser->get("$return?state=$state&code=late");
        self::assertStringContainsString('not begun here', $browser->body, 'a state is good for one use');

        $state = $this->begin($browser)['state'];
        $other = $this->person();
        $other->get("$return?state=$state&code=stolen");
        self::assertStringContainsString('not begun here', $other->body, 'a state belongs to a session');
        self::assertSame([], $this->account());
        self::assertSame([], $this->provider->tokens());
    }

    public function testTheApplicationIsTriedOutBeforeAnybodyNeedsIt(): void
    {
        $this->start(self::LONG);
        $this->register('by-secret', $this->provider->secret);
        self::assertSame('127.0.0.1', Occ::json(0, 'exchange:oauth', '--test')['tested']);
        self::assertSame(['client_credentials' => 1], $this->provider->tokens());
        $this->register('by-certificate');
        Occ::json(0, 'exchange:oauth', '--test');
        $this->register('by-secret', 'wrong');
        $refused = Occ::json(1, 'exchange:oauth', '--test');
        self::assertStringContainsString('does not accept the application', $refused['message']);
        self::assertStringContainsString('run out', $refused['message']);
    }

    public function testTheWayToTheProviderIsProtected(): void
    {
        $this->start(self::LONG);
        $this->register('by-secret', $this->provider->secret);
        $browser = $this->person();
        $query = $this->begin($browser);
        self::assertSame(['code', 'S256', $this->address], [
            $query['response_type'], $query['code_challenge_method'], $query['login_hint'],
        ]);
        self::assertMatchesRegularExpression('/^[\w-]{43}$/', $query['code_challenge']);
        self::assertMatchesRegularExpression('/^[\w-]{43}$/', $query['state']);
        self::assertNotSame($query['state'], $this->begin($browser)['state']);
        $browser->post("{$this->web->url}/ocs/v2.php/apps/integration_exchange/api/v1/sign-in", ['address' => $this->address]);
        self::assertSame(412, $browser->status, 'without the request token of a page of ours nothing is begun');
    }

    public function testMicrosoftsCloudsAreWhereTheirDocumentationSays(): void
    {
        $this->start(self::LONG);
        foreach (
            [
                ['global', 'https://login.microsoftonline.com/t/oauth2/v2.0/token', 'https://outlook.office365.com'],
                ['us-government', 'https://login.microsoftonline.us/t/oauth2/v2.0/token', 'https://outlook.office365.us'],
                ['us-defense', 'https://login.microsoftonline.us/t/oauth2/v2.0/token', 'https://webmail.apps.mil'],
                ['china', 'https://login.partner.microsoftonline.cn/t/oauth2/v2.0/token', 'https://partner.outlook.cn'],
            ] as [$cloud, $token, $resource]
        ) {
            self::assertSame([$token, $resource], [Cloud::token($cloud, 't'), Cloud::resource($cloud)]);
            $set = Occ::run(['exchange:oauth', "--cloud=$cloud", '--tenant=t', '--client-id=c', '--secret-stdin'], "s\n");
            self::assertSame(0, $set['status'], $set['err']);
        }
        $unknown = Occ::run(['exchange:oauth', '--cloud=mars', '--client-id=c']);
        self::assertSame(1, $unknown['status']);
        self::assertStringContainsString('china', $unknown['err']);
    }

    /**
     * Several processes need a new token at the same moment. A refresh token that is used twice takes the whole consent away.
     */
    private function renewedByManyAtOnce(int $account): void
    {
        $before = $this->provider->tokens()['refresh_token'] ?? 0;
        $processes = [];
        for ($number = 0; $number < 4; $number++) {
            $processes[] = [Occ::start(['exchange:folders', (string)$account, '--output=json'], $pipes), $pipes];
        }
        foreach ($processes as [$process, $pipes]) {
            fclose($pipes[0]);
            $said = stream_get_contents($pipes[1]) . stream_get_contents($pipes[2]);
            self::assertSame(0, proc_close($process), $said);
        }
        $after = $this->provider->tokens();
        self::assertGreaterThanOrEqual($before + 4, $after['refresh_token'], 'each had to have one that lasts');
        self::assertArrayNotHasKey('refused', $after);
    }
}
