<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use OCA\IntegrationExchange\Command\Base;

/**
 * What changes around a worker while it runs.
 */
final class WorkerLifeTest extends WorkerTestCase
{
    protected function tearDown(): void
    {
        Occ::run(['maintenance:mode', '--off']);
        Occ::run(['app:enable', 'integration_exchange']);
        Occ::run(['config:system:delete', 'exchange_test']);
        parent::tearDown();
    }

    public function testPassiveModeMaintenanceAndADisabledAppEndIt(): void
    {
        $worker = $this->worker();
        self::configure(['mode' => 'passive']);
        self::assertSame(Base::LATER, $this->await($worker, 10.0));
        self::assertStringContainsString('Passive mode is on', $this->told());
        self::assertSame([], $this->workers());
        self::assertSame(Base::LATER, $this->await($this->start(), 10.0), 'nor does it begin');

        self::configure(['mode' => 'active']);
        $worker = $this->worker('--processes=2');
        Occ::run(['maintenance:mode', '--on']);
        self::assertSame(Base::LATER, $this->await($worker, 15.0));
        self::assertStringContainsString('maintenance mode', $this->told());
        self::assertSame([], $this->workers());
        Occ::run(['maintenance:mode', '--off']);

        $worker = $this->worker();
        Occ::run(['app:disable', 'integration_exchange']);
        self::assertSame(Base::LATER, $this->await($worker, 10.0));
        self::assertStringContainsString('The app is disabled', $this->told());
    }

    public function testItStartsAnewWithAnotherConfigPhpAndBeyondItsMemory(): void
    {
        ['link' => $link, 'collection' => $calendar] = $this->link($this->addAccount(), 'event');
        $worker = $this->worker();
        $pid = self::pid($worker);
        $name = $this->workers()[0]['id'];
        Occ::run(['config:system:set', 'exchange_test', '--value=1']);
        $renewed = fn (string $name): bool => count($this->workers()) === 1 && $this->workers()[0]['id'] !== $name;
        $this->eventually(static fn (): bool => $renewed($name), 'it does not start anew with another config.php');
        $name = $this->workers()[0]['id'];
        self::configure(['worker_memory' => '64']);
        $this->eventually(static fn (): bool => $renewed($name), 'it does not start anew beyond its memory');
        self::assertStringContainsString('more memory than it may', $this->told());
        self::assertSame($pid, (int)$this->workers()[0]['pid'], 'it is another process for whoever started it');

        $this->put($calendar, 'Afterwards');
        $this->eventually(fn (): bool => isset($this->remote->items('event')['Afterwards']), 'it does not work any more');
        self::assertSame(1, substr_count($this->told(), 'more memory than it may'), 'it does nothing else than start anew');
        // What it was started with open is not its own.
        $open = array_diff(self::files($pid), self::files('self'));
        self::assertLessThan(40, count($open), 'files are left open: ' . implode(' ', $open));
        self::assertSame(0, $this->end($worker));
    }

    public function testANewPasswordNewLinksAndRemovedOnesAreNoticed(): void
    {
        $account = $this->addAccount();
        $worker = $this->worker();
        ['link' => $events, 'collection' => $calendar] = $this->linkAndWait($account, 'event');
        $this->awaitQuiet($events);

        $this->db->executeStatement("UPDATE *PREFIX*exchange_accounts SET state = 'refused', message = 'No.' WHERE id = ?", [$account]);
        $this->put($calendar, 'Later');
        $this->eventually(fn (): bool => (int)$this->row($events)['next_run'] > time(), 'the cycle did not begin');
        self::assertSame([], $this->remote->items('event'));
        $this->addAccount();
        Occ::json(0, 'exchange:retry', (string)$events, '--no-sync');
        $this->db->executeStatement('UPDATE *PREFIX*exchange_links SET next_run = 0 WHERE id = ?', [$events]);
        $this->eventually(fn (): bool => isset($this->remote->items('event')['Later']), 'the new password is not noticed');

        ['link' => $tasks, 'collection' => $list] = $this->linkAndWait($account, 'task');
        $this->awaitQuiet($tasks);
        Occ::json(0, 'exchange:unlink', (string)$tasks);
        $this->put($calendar, 'Still there');
        $this->eventually(fn (): bool => isset($this->remote->items('event')['Still there']), 'it does not go on');
        Occ::json(0, 'exchange:account:remove', (string)$account);
        $accounts = fn (): int => json_decode((string)$this->workers()[0]['figures'], true)['accounts'];
        $this->eventually(static fn (): bool => $accounts() === 0, 'it is not let go of');
        self::assertSame(0, $this->end($worker));
        self::assertGreaterThan(0, $list);
    }

    /**
     * @return list<string> what the open files of a process are
     */
    private static function files(int|string $pid): array
    {
        return array_map(static fn (string $file): string => (string)@readlink($file), glob("/proc/$pid/fd/*"));
    }
}
