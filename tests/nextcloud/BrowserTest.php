<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use OCA\IntegrationExchange\AppInfo\Application;
use OCP\IAppConfig;
use OCP\Server;

/**
 * The page in Chromium: tests/nextcloud/browser has what a person does there. SCREENSHOTS=folder keeps pictures.
 */
final class BrowserTest extends EndToEndTestCase
{
    private WebServer $web;

    protected function setUp(): void
    {
        $missing = self::missing();
        if ($missing !== null) {
            self::markTestSkipped("The pages are not tested in a browser: $missing.");
        }
        parent::setUp();
        Server::get(IAppConfig::class)->setValueString(Application::APP_ID, 'extension_path', (string)getenv('EXCHANGE_EXTENSION'));
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

    public function testAPersonConnectsAndSynchronises(): void
    {
        $this->play('story');
    }

    public function testWhatGoesWrongIsToldAndGoesOn(): void
    {
        $this->play('failures');
    }

    private function play(string $story): void
    {
        $setting = [
            'nextcloud' => $this->web->url, 'user' => $this->user, 'password' => 'Fixture-User-7', 'exchange' => $this->standIn->url,
            'control' => $this->standIn->control, 'address' => $this->address, 'mailboxPassword' => self::PASSWORD,
        ];
        $environment = ['BROWSER_TEST' => json_encode($setting, JSON_THROW_ON_ERROR), 'CHROMIUM' => self::chromium()] + getenv();
        $command = [__DIR__ . '/../../js/run', 'node', __DIR__ . "/browser/$story.mjs"];
        $process = proc_open($command, [['file', '/dev/null', 'r'], ['pipe', 'w'], ['redirect', 1]], $pipes, null, $environment);
        self::assertIsResource($process);
        $said = stream_get_contents($pipes[1]);
        self::assertSame(0, proc_close($process), "$story.mjs: $said");
    }

    private static function missing(): ?string
    {
        return match (true) {
            self::chromium() === null => 'there is no Chromium; run apt-get install chromium',
            exec('command -v npm') === '' => 'there is no npm; run make setup',
            !is_file(__DIR__ . '/../../js/dist/personal.mjs') => 'they are not built; run make js',
            default => null,
        };
    }

    private static function chromium(): ?string
    {
        foreach (['chromium', 'chromium-browser', 'google-chrome'] as $name) {
            $path = exec("command -v $name");
            if ($path !== '' && $path !== false) {
                return $path;
            }
        }
        return null;
    }
}
