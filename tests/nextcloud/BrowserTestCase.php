<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use OCA\IntegrationExchange\AppInfo\Application;
use OCP\IAppConfig;
use OCP\Server;

/**
 * A test of the page in Chromium: tests/nextcloud/browser has what a person does there. SCREENSHOTS=folder keeps pictures.
 */
abstract class BrowserTestCase extends EndToEndTestCase
{
    private WebServer $web;

    protected function setUp(): void
    {
        $missing = Chromium::missing();
        if ($missing !== null) {
            self::markTestSkipped("The pages are not tested in a browser: $missing.");
        }
        parent::setUp();
        if ((string)getenv('APP_ARCHIVE') === '') {
            $build = (string)getenv('EXCHANGE_EXTENSION');
            Server::get(IAppConfig::class)->setValueString(Application::APP_ID, 'extension_path', $build);
        }
        $this->web = WebServer::start();
    }

    protected function tearDown(): void
    {
        if (isset($this->web)) {
            $this->web->stop();
            Server::get(IAppConfig::class)->deleteKey(Application::APP_ID, 'extension_path');
            parent::tearDown();
        }
    }

    protected function play(string $story): void
    {
        Chromium::play($story, [
            'nextcloud' => $this->web->url, 'user' => $this->user, 'password' => 'Fixture-User-7', 'exchange' => $this->standIn->url,
            'control' => $this->standIn->control, 'address' => $this->address, 'mailboxPassword' => self::PASSWORD,
        ]);
    }
}
