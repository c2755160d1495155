<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use Exchange\Tests\StandIn;
use OCA\IntegrationExchange\Db\Workers;
use OCP\Config\IUserConfig;
use OCP\Server;

/**
 * The page in Chromium, besides the whole story (StoryBrowserTest).
 */
final class BrowserTest extends BrowserTestCase
{
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
}
