<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use OCA\IntegrationExchange\BackgroundJob\SynchroniseDueLinks;
use OCP\BackgroundJob\IJobList;
use OCP\Server;

/**
 * A Nextcloud whose PHP does not load the extension, with the build for it in the app's folder, as an app store leaves it.
 */
final class HandoverTest extends EndToEndTestCase
{
    protected function setUp(): void
    {
        parent::setUp();
        Build::put();
    }

    protected function tearDown(): void
    {
        Build::remove();
        parent::tearDown();
    }

    public function testEveryCommandDoesWhatItDoesWithTheExtensionAndHidesThePassword(): void
    {
        $processes = Processes::watch();
        $account = $this->without(0, ['exchange:account:add', $this->user, '--address', $this->address, '--server', $this->standIn->url,
            '--password-stdin'], self::PASSWORD . "\n")['id'];
        $folders = $this->without(0, ['exchange:folders', (string)$account]);
        self::assertContains('Calendar', array_column($folders, 'name'));
        ['link' => $link, 'collection' => $calendar] = $this->link($account, 'event');
        $this->remote->createEvent('Theirs');
        $plan = $this->without(0, ['exchange:sync', '--link', (string)$link, '--dry-run'])['links'][0]['plan'];
        self::assertSame([['create', 'nextcloud', 'Theirs']], array_map(
            static fn (array $step): array => [$step['do'], $step['side'], $step['title']],
            $plan
        ));
        $result = $this->without(0, ['exchange:sync', '--link', (string)$link])['links'][0];
        $seen = $processes();
        self::assertSame([true, 1], [$result['ok'], $result['local_created']]);
        $this->assertInStep(['Theirs'], 'event', $calendar);
        self::assertTrue(Processes::haveErrand($seen), 'it was handed over');
        self::assertFalse(str_contains($seen, self::PASSWORD), 'command lines and environments');

        $refused = $this->without(1, ['exchange:account:add', $this->user, '--address', $this->address, '--server',
            $this->standIn->url, '--password-stdin'], "Fixture-Wrong-7\n");
        self::assertSame('credentials', $refused['error']);
        $traced = Occ::run(['exchange:sync', '--link', (string)$link, '--debug'], extension: false);
        self::assertStringContainsString('> POST http', $traced['err'], 'the conversation comes along');
        self::assertStringContainsString('-d extension=', $this->without(0, ['exchange:self-test'])['checks'][0]['message']);
    }

    public function testAWebServerSynchronisesWithAndWithoutTheExtension(): void
    {
        $this->synchronisesOnline(static function (bool $extension): string {
            $server = WebServer::start($extension);
            $said = (string)file_get_contents("$server->url/cron.php");
            $server->stop();
            return $said;
        });
    }

    public function testFpmSynchronisesWithAndWithoutTheExtensionAndPassesOnNothingOfTheRequest(): void
    {
        if (Fpm::missing() !== null) {
            self::markTestSkipped('FPM is not tested: ' . Fpm::missing() . '.');
        }
        $seen = $this->synchronisesOnline(static function (bool $extension): string {
            $server = Fpm::start($extension);
            $said = $server->get('cron.php', ['HTTP_AUTHORIZATION' => 'Basic Fixture-Header-7']);
            $server->stop();
            return $said;
        });
        self::assertFalse(str_contains($seen, 'Fixture-Header-7'));
    }

    public function testApacheSynchronisesWithAndWithoutTheExtension(): void
    {
        if (Apache::missing() !== null) {
            self::markTestSkipped('Apache with mod_php is not tested: ' . Apache::missing() . '.');
        }
        $this->synchronisesOnline(static function (bool $extension): string {
            $server = Apache::start($extension);
            $said = (string)file_get_contents("$server->url/cron.php");
            $server->stop();
            return $said;
        });
        unlink(Apache::iniFolder() . '/exchange.ini');
    }

    /**
     * @param \Closure(bool): string $cron asks a web server, with or without the extension, to run background jobs
     * @return string what was seen of processes
     */
    private function synchronisesOnline(\Closure $cron): string
    {
        ['collection' => $calendar] = $this->link($this->addAccount(), 'event');
        Occ::run(['background:webcron']);
        try {
            $all = '';
            foreach (['Without' => false, 'With' => true] as $subject => $extension) {
                $this->remote->createEvent($subject);
                $this->makeDue();
                $processes = Processes::watch();
                $said = $cron($extension);
                $all .= $seen = $processes();
                self::assertStringContainsString('success', $said);
                self::assertContains($subject, $this->summaries('event', $calendar));
                self::assertSame(!$extension, Processes::haveErrand($seen));
                self::assertFalse(str_contains($seen, self::PASSWORD));
            }
        } finally {
            Occ::run(['background:cron']);
        }
        $this->assertInStep(['With', 'Without'], 'event', $calendar);
        return $all;
    }

    public function testWhenTheTimeIsUpItEndsInOrderAndTellsHowFarItCame(): void
    {
        ['link' => $link] = $this->link($this->addAccount(), 'contact');
        $this->standIn->fault(['kind' => 'slow', 'ms' => 60_000]);
        $begin = microtime(true);
        $result = $this->without(1, ['exchange:sync', '--link', (string)$link, '--seconds=1']);
        self::assertLessThan(20, microtime(true) - $begin);
        self::assertSame('stopped', $result['links'][0]['error']);
    }

    public function testItEndsWithTheOneThatHandedOver(): void
    {
        ['link' => $link] = $this->link($this->addAccount(), 'contact');
        $this->standIn->fault(['kind' => 'slow', 'ms' => 60_000]);
        $process = Occ::start(['exchange:sync', '--link', (string)$link], $pipes, extension: false);
        $running = static fn (): bool => Processes::haveErrand(Processes::now());
        self::assertTrue(self::within(20, $running), 'it was handed over');
        self::assertTrue(self::within(20, fn (): bool => $this->isLeased($link)), 'it has begun');
        proc_terminate($process, 9);
        proc_close($process);
        self::assertTrue(self::within(20, static fn (): bool => !$running()), 'it ends by itself');
        self::assertFalse($this->isLeased($link), 'in order');
    }

    public function testWithoutABuildForThisPhpEveryAnswerSaysWhatToDo(): void
    {
        ['link' => $link] = $this->link($this->addAccount(), 'event');
        Build::remove();
        $answer = $this->without(1, ['exchange:sync', '--link', (string)$link]);
        self::assertSame('configuration', $answer['error']);
        $expected = '/not loaded.*Add the line.*the app brings no exchange-php8.*exchange:setup/';
        self::assertMatchesRegularExpression($expected, $answer['message']);
    }

    /**
     * Runs a command with a PHP that does not have the extension.
     *
     * @param list<string> $arguments
     * @return array<mixed>
     */
    private function without(int $status, array $arguments, string $stdin = ''): array
    {
        $result = Occ::run([...$arguments, '--output=json'], $stdin, extension: false);
        self::assertSame($status, $result['status'], implode(' ', $arguments) . ": {$result['out']}{$result['err']}");
        return json_decode($result['out'], true, 64, JSON_THROW_ON_ERROR);
    }

    private function makeDue(): void
    {
        $this->db->executeStatement('UPDATE *PREFIX*exchange_links SET next_run = 0');
        $this->db->executeStatement('UPDATE *PREFIX*jobs SET last_checked = 2000000000, reserved_at = 0');
        foreach (Server::get(IJobList::class)->getJobsIterator(SynchroniseDueLinks::class, null, 0) as $job) {
            $this->db->executeStatement('UPDATE *PREFIX*jobs SET last_checked = 0, last_run = 0 WHERE id = ?', [$job->getId()]);
        }
    }

    private function isLeased(int $link): bool
    {
        $sql = 'SELECT COUNT(*) FROM *PREFIX*exchange_leases WHERE link_id = ? AND expires_at > ?';
        return (int)$this->db->executeQuery($sql, [$link, time()])->fetchOne() > 0;
    }

    private static function within(int $seconds, \Closure $condition): bool
    {
        for ($end = microtime(true) + $seconds; microtime(true) < $end; usleep(50_000)) {
            if ($condition()) {
                return true;
            }
        }
        return $condition();
    }
}
