<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

/**
 * The settings pages as the server renders them; BrowserTest works with what they load.
 */
final class PageTest extends InstanceTestCase
{
    private WebServer $web;

    protected function setUp(): void
    {
        if (!is_file(__DIR__ . '/../../js/dist/personal.mjs')) {
            self::markTestSkipped('The pages are not tested: they are not built. Run make js.');
        }
        parent::setUp();
        $this->web = WebServer::start();
    }

    protected function tearDown(): void
    {
        if (isset($this->web)) {
            $this->web->stop();
            parent::tearDown();
        }
    }

    public function testThePersonsSettingsHaveThePageAndItsBundle(): void
    {
        $browser = new Browser();
        $browser->logIn($this->web->url, $this->user, 'Fixture-User-7');
        $page = $browser->get("{$this->web->url}/index.php/settings/user/connected-accounts");
        self::assertSame(200, $browser->status);
        self::assertStringContainsString('<div id="integration_exchange-personal">', $page);
        self::assertSame(1, preg_match('#src="([^"]+/js/dist/personal\.mjs[^"]*)"#', $page, $script), $page);
        $browser->get($this->web->url . html_entity_decode($script[1]));
        self::assertSame(200, $browser->status);
        self::assertStringContainsString('integration_exchange-', $browser->body);
    }
}
