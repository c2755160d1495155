<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use OCA\IntegrationExchange\AppInfo\Application;
use OCA\IntegrationExchange\BackgroundJob\SynchroniseDueLinks;
use OCA\IntegrationExchange\SetupCheck\ExtensionCheck;
use OCP\BackgroundJob\IJobList;
use OCP\IAppConfig;
use OCP\Server;
use OCP\SetupCheck\SetupResult;

/**
 * Passive mode, by the real cron.php.
 */
final class JobTest extends EndToEndTestCase
{
    protected function setUp(): void
    {
        parent::setUp();
        $this->config()->deleteKey(Application::APP_ID, 'extension_path');
        $this->config()->deleteKey(Application::APP_ID, ExtensionCheck::JOB_PROBLEM);
    }

    private function config(): IAppConfig
    {
        $config = Server::get(IAppConfig::class);
        $config->clearCache();
        return $config;
    }

    /**
     * Runs cron.php as if a minute had passed since the job last ran.
     */
    private function cron(bool $extension = true): void
    {
        foreach (Server::get(IJobList::class)->getJobsIterator(SynchroniseDueLinks::class, null, 0) as $job) {
            $query = $this->db->getQueryBuilder();
            $query->update('jobs')
                ->set('last_run', $query->createNamedParameter(0))
                ->set('last_checked', $query->createNamedParameter(0))
                ->set('reserved_at', $query->createNamedParameter(0))
                ->where($query->expr()->eq('id', $query->createNamedParameter($job->getId())))->executeStatement();
        }
        self::assertSame(0, Occ::cron($extension));
    }

    public function testCronSynchronisesWhatIsDueAndLeavesTheRest(): void
    {
        ['link' => $link, 'collection' => $calendar] = $this->link($this->addAccount(), 'event');
        $this->remote->createEvent('Theirs');
        $this->cron();
        $this->assertInStep(['Theirs'], 'event', $calendar);

        $this->standIn->calls();
        $this->cron();
        self::assertSame([], $this->standIn->calls(), 'nothing is due');

        $this->calendars->createCalendarObject($calendar, 'o.ics', self::event('o', 'Ours'));
        $this->cron();
        $this->assertInStep(['Ours', 'Theirs'], 'event', $calendar);
        self::assertSame(2, $this->status($link)['in_step']);
    }

    public function testWithoutTheExtensionCronGoesOnAndTheSetupCheckSaysWhatToDo(): void
    {
        $this->link($this->addAccount(), 'event');
        $this->cron(extension: false);
        $problem = $this->config()->getValueString(Application::APP_ID, ExtensionCheck::JOB_PROBLEM);
        self::assertMatchesRegularExpression('/not loaded.*Add the line “extension=.*\.so”/', $problem);
        $check = Server::get(ExtensionCheck::class)->run();
        self::assertSame(SetupResult::ERROR, $check->getSeverity());
        self::assertStringContainsString('extension=', (string)$check->getDescription());

        $this->cron();
        $this->config();
        // This PHP has the extension, others of the machine may not.
        self::assertContains(Server::get(ExtensionCheck::class)->run()->getSeverity(), [SetupResult::SUCCESS, SetupResult::INFO]);
    }

    public function testWithThePathOfTheExtensionCronStartsAPhpThatHasIt(): void
    {
        ['collection' => $calendar] = $this->link($this->addAccount(), 'event');
        $this->config()->setValueString(Application::APP_ID, 'extension_path', (string)getenv('EXCHANGE_EXTENSION'));
        $this->remote->createEvent('Theirs');
        $this->cron(extension: false);
        $this->assertInStep(['Theirs'], 'event', $calendar);
        self::assertSame('', $this->config()->getValueString(Application::APP_ID, ExtensionCheck::JOB_PROBLEM));
    }

    public function testAServerThatFailsStopsNeitherCronNorTheOtherLinks(): void
    {
        $account = $this->addAccount();
        $events = $this->link($account, 'event');
        $tasks = $this->link($account, 'task');
        $this->remote->createTask('Theirs');
        $this->calendars->deleteCalendar($events['collection']);
        $this->cron();
        $this->assertInStep(['Theirs'], 'task', $tasks['collection']);
        self::assertSame('gone', $this->status($events['link'], 3)['error']);
    }
}
