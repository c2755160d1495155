<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use Exchange\Tests\StandIn;
use OCA\IntegrationExchange\AppInfo\Application;
use OCA\IntegrationExchange\Db\Workers;
use OCP\Config\IUserConfig;
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
        $missing = Chromium::missing();
        if ($missing !== null) {
            self::markTestSkipped("The pages are not tested in a browser: $missing.");
        }
        parent::setUp();
        if (getenv('APP_ARCHIVE') === false) {
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

    public function testAPersonConnectsAndSynchronises(): void
    {
        $this->standIn->colour('calendar', 5);
        $this->play('story');
    }

    public function testWhatGoesWrongIsToldAndGoesOn(): void
    {
        $this->play('failures');
    }

    public function testThePageWorksOnAPhoneInTheDarkAndByKeyboard(): void
    {
        $this->play('looks');
    }

    public function testThePageSpeaksTheLanguageOfThePerson(): void
    {
        $config = Server::get(IUserConfig::class);
        $config->setValueString($this->user, 'core', 'lang', 'de');
        $config->setValueString($this->user, 'core', 'locale', 'de_DE');
        $this->play('german');
    }

    public function testAFolderJoinsACalendarThatIsThereAndLeavesIt(): void
    {
        $this->play('existing');
    }

    public function testTheProgressOfALargeFolderIsShown(): void
    {
        $this->standIn->stop();
        $this->address = 'anna@example.org';
        $this->standIn = StandIn::start(['--seed', '1'], address: $this->address, password: self::PASSWORD);
        $this->play('large');
    }

    public function testAPersonSeesRealTimeAndLeavesIt(): void
    {
        $account = $this->addAccount();
        Occ::json(0, 'exchange:config', '--mode=active');
        $workers = Server::get(Workers::class);
        $workers->register('browser-1', 'host-a', 1, '0.0.0');
        try {
            // Its count stands still, and its last sign of life is as good as one that comes yet.
            $this->db->executeStatement('UPDATE *PREFIX*exchange_workers SET beat_at = ?', [time() + 600]);
            $this->db->executeStatement("UPDATE *PREFIX*exchange_accounts SET worker = 'browser-1' WHERE id = ?", [$account]);
            $workers->say('browser-1', [$account], '{"state":"live","since":1,"message":null}');
            $this->play('real-time');
        } finally {
            $workers->leave('browser-1');
            Occ::json(0, 'exchange:config', '--mode=default');
        }
    }

    private function play(string $story): void
    {
        Chromium::play($story, [
            'nextcloud' => $this->web->url, 'user' => $this->user, 'password' => 'Fixture-User-7', 'exchange' => $this->standIn->url,
            'control' => $this->standIn->control, 'address' => $this->address, 'mailboxPassword' => self::PASSWORD,
        ]);
    }
}
