<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use OCA\IntegrationExchange\AppInfo\Application;
use OCA\IntegrationExchange\BackgroundJob\SynchroniseDueLinks;
use OCA\IntegrationExchange\Worker\Start;
use OCP\BackgroundJob\IJobList;
use OCP\IAppConfig;
use OCP\Server;

/**
 * Active mode where nobody has started a worker: background jobs do, or go on in passive mode.
 */
final class WorkerStartTest extends WorkerTestCase
{
    protected function setUp(): void
    {
        parent::setUp();
        self::config()->setValueString(Application::APP_ID, 'extension_path', (string)getenv('EXCHANGE_EXTENSION'));
    }

    protected function tearDown(): void
    {
        foreach ($this->workers() as ['pid' => $pid]) {
            posix_kill((int)$pid, SIGKILL);
        }
        foreach (['extension_path', Start::PROBLEM, Start::SEEN] as $key) {
            self::config()->deleteKey(Application::APP_ID, $key);
        }
        parent::tearDown();
    }

    public function testAJobStartsAWorkerWhereThereIsNoneAndLeavesTheWorkToIt(): void
    {
        $account = $this->addAccount();
        ['link' => $link, 'collection' => $calendar] = $this->link($account, 'event');
        ['link' => $tasks] = $this->link($account, 'task');
        $this->cron();
        $this->eventually(fn (): bool => count($this->workers()) === 1, 'it starts none');
        $pid = (int)$this->workers()[0]['pid'];
        self::assertNotSame('', (string)$this->row($link)['last_success'], 'meanwhile passive mode goes on');
        $this->eventually(fn (): bool => $this->owners() !== [''], 'it takes nothing');
        $this->put($calendar, 'Ours');
        $this->eventually(fn (): bool => isset($this->remote->items('event')['Ours']), 'it does not work');
        $this->awaitQuiet($link);

        $this->cron();
        self::assertSame([$pid], array_map(intval(...), array_column($this->workers(), 'pid')), 'one is enough');
        self::assertSame('', $this->problem());
        posix_kill($pid, SIGSTOP);
        $this->db->executeStatement('UPDATE *PREFIX*exchange_links SET next_run = 0 WHERE id = ?', [$tasks]);
        $this->cron();
        self::assertSame(0, (int)$this->row($tasks)['next_run'], 'what a worker has is left to it');
        Occ::json(0, 'exchange:account:set', (string)$account, '--passive=yes');
        $this->cron();
        self::assertGreaterThan(time(), (int)$this->row($tasks)['next_run'], 'what is passive is done');
        Occ::json(0, 'exchange:account:set', (string)$account, '--passive=no');

        posix_kill($pid, SIGKILL);
        $this->eventually(static fn (): bool => !posix_kill($pid, 0), 'it does not die');
        $this->cron();
        $another = fn (): bool => count($this->workers()) === 1 && (int)$this->workers()[0]['pid'] !== $pid;
        $this->eventually($another, 'it starts no other');
        self::configure(['mode' => 'passive']);
        $this->eventually(fn (): bool => $this->workers() === [], 'it does not end');
    }

    public function testWhereItMayNotStartOnePassiveModeGoesOnAndTheReasonIsKnown(): void
    {
        ['collection' => $calendar] = $this->link($this->addAccount(), 'event');
        $this->remote->createEvent('Theirs');
        $this->cron('-d', 'disable_functions=proc_open');
        self::assertSame(['Theirs'], $this->summaries('event', $calendar));
        self::assertStringContainsString('this PHP may start none', $this->problem());
        self::assertSame([], $this->workers());

        $worker = $this->worker();
        $this->cron('-d', 'disable_functions=proc_open');
        self::assertSame('', $this->problem());
        self::assertSame(0, $this->end($worker));
    }

    private function problem(): string
    {
        return self::config()->getValueString(Application::APP_ID, Start::PROBLEM);
    }

    private static function config(): IAppConfig
    {
        $config = Server::get(IAppConfig::class);
        $config->clearCache();
        return $config;
    }

    /**
     * Runs cron.php as if a minute had passed since the job last ran.
     */
    private function cron(string ...$php): void
    {
        $jobs = Server::get(IJobList::class)->getJobsIterator(SynchroniseDueLinks::class, null, 0);
        foreach (iterator_to_array($jobs, false) as $job) {
            $this->db->executeStatement(
                'UPDATE *PREFIX*jobs SET last_run = 0, last_checked = 0, reserved_at = 0 WHERE id = ?',
                [$job->getId()]
            );
        }
        $command = [PHP_BINARY, '-d', 'extension=' . getenv('EXCHANGE_EXTENSION'), ...$php, '-f', 'cron.php'];
        $nothing = ['file', '/dev/null', 'w'];
        $process = proc_open($command, [['file', '/dev/null', 'r'], $nothing, $nothing], $pipes, (string)getenv('NEXTCLOUD_ROOT'));
        self::assertSame(0, proc_close($process));
    }
}
