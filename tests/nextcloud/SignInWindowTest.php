<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

/**
 * “Sign in with your organisation” in Chromium, at a real OpenID provider.
 */
final class SignInWindowTest extends OAuthTestCase
{
    protected function setUp(): void
    {
        $missing = Chromium::missing();
        if ($missing !== null) {
            self::markTestSkipped("The window of the sign-in is not tested in a browser: $missing.");
        }
        parent::setUp();
    }

    public function testThePageNoticesThatTheWindowIsDone(): void
    {
        $this->start(self::LONG);
        $this->register('by-secret', $this->provider->secret);
        Chromium::play('sign-in', [
            'nextcloud' => $this->web->url, 'user' => $this->user, 'password' => 'Fixture-User-7', 'address' => $this->address,
            'providerPassword' => Provider::USER, 'control' => $this->standIn->control, 'exchange' => $this->standIn->url,
        ]);
        self::assertSame($this->address, $this->account()['address'] ?? null);
    }
}
