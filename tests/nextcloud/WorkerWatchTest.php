<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use Closure;

/**
 * Active mode: what changes in Exchange is here within seconds.
 */
final class WorkerWatchTest extends WorkerTestCase
{
    public function testAChangeInExchangeIsHereWithinSeconds(): void
    {
        ['link' => $link, 'collection' => $calendar] = $this->live('event');
        $this->remote->createEvent('Told');
        $this->assertHere('Told', $calendar);
        $this->awaitQuiet($link);
        self::assertGreaterThan(time() + 7_000, (int)$this->row($link)['next_run'], 'a link that is told of changes waits long');
        $this->remote->rename('event', 'Told', 'Told again');
        $this->assertHere('Told again', $calendar);
        $this->remote->delete('event', 'Told again');
        $this->eventually(fn (): bool => $this->summaries('event', $calendar) === [], 'it is still here', 6.0);
    }

    public function testTheStatusShowsWorkersAndHowTheyLearnOfChanges(): void
    {
        ['account' => $account, 'worker' => $worker] = $this->live('event');
        $this->remote->createEvent('Told');
        $this->eventually(fn (): bool => $this->figures()['events'] > 1 && $this->figures()['cycles'] > 1, 'it counts nothing');
        $status = Occ::json(0, 'exchange:status');
        self::assertCount(1, $status['workers']);
        $shown = $status['workers'][0];
        self::assertSame(
            [gethostname(), self::pid($worker), true, 1],
            [$shown['host'], $shown['pid'], $shown['live'], $shown['accounts']]
        );
        self::assertGreaterThan(10, $shown['memory']);
        $of = array_column($status['accounts'], null, 'id')[$account];
        self::assertSame([false, $shown['id'], 'live'], [$of['passive'], $of['worker'], $of['watch']['state']]);
        $metrics = Occ::run(['exchange:status', '--output=prometheus'])['out'];
        foreach (['workers 1', 'watches{state="live"} 1', 'worker_cycles_total ' . $shown['cycles']] as $line) {
            self::assertStringContainsString("\nnextcloud_exchange_$line\n", $metrics);
        }
        $plain = Occ::run(['exchange:status'])['out'];
        self::assertStringContainsString($shown['id'], $plain);
        Occ::run(['exchange:account:set', (string)$account, '--passive=yes']);
        $passive = fn (): bool => str_contains(Occ::run(['exchange:status'])['out'], ': passive, a cycle every 900 s');
        $this->eventually($passive, 'it is not shown as passive');
    }

    public function testALinkThatIsAddedWhileItRunsIsWatchedAndOneThatIsRemovedIsNot(): void
    {
        ['link' => $events, 'collection' => $calendar, 'account' => $account] = $this->live('event');
        ['link' => $tasks, 'collection' => $list] = $this->linkAndWait($account, 'task');
        $this->awaitQuiet($tasks);
        // The watch is made anew within a second or two, and says so by a cycle of all links.
        $this->remote->createTask('Task');
        $this->eventually(fn (): bool => $this->summaries('event', $list) === ['Task'], 'the new link is not watched', 10.0);
        Occ::json(0, 'exchange:unlink', (string)$tasks);
        $this->remote->createEvent('Event');
        $this->assertHere('Event', $calendar, 10.0);
        Occ::json(0, 'exchange:unlink', (string)$events);
        $this->eventually(fn (): bool => $this->watch($account) === null, 'it is still watched');
    }

    public function testWhoMayNotUseTheAppAnyMoreIsNotWatchedUntilTheyMayAgain(): void
    {
        ['link' => $link, 'collection' => $calendar, 'account' => $account] = $this->live('event');
        $group = 'group' . bin2hex(random_bytes(4));
        Occ::run(['group:add', $group]);
        Occ::run(['exchange:config', "--groups=$group"]);
        $this->eventually(fn (): bool => $this->watch($account) === null, 'it is still watched');
        $this->remote->createEvent('Secret');
        $this->put($calendar, 'Ours');
        $this->eventually(fn (): bool => $this->row($link)['error'] === 'not_allowed', 'the link does not say why');
        self::assertSame(['Ours'], $this->summaries('event', $calendar));

        Occ::run(['group:adduser', $group, $this->user]);
        $this->becomesDueUntil($link, fn (): bool => in_array('Secret', $this->summaries('event', $calendar), true));
        $this->eventually(fn (): bool => $this->watch($account) === 'live', 'it is not watched again');
        Occ::run(['group:removeuser', $group, $this->user]);
        $this->becomesDueUntil($link, fn (): bool => $this->row($link)['error'] === 'not_allowed');
        $this->eventually(fn (): bool => $this->watch($account) === null, 'it is still watched');
        Occ::run(['exchange:config', '--groups=default']);
        Occ::run(['group:delete', $group]);
        $this->eventually(fn (): bool => $this->watch($account) === 'live', 'it is not watched when all may');
    }

    public function testAServerThatCannotStreamIsAskedByTheClock(): void
    {
        self::configure(['poll_interval' => '10']);
        $this->standIn->fault(['kind' => 'message', 'code' => 'ErrorExceededSubscriptionCount', 'operation' => 'Subscribe']);
        $account = $this->addAccount();
        $this->worker();
        ['collection' => $calendar] = $this->linkAndWait($account, 'event');
        $this->eventually(fn (): bool => $this->watch($account) === 'polled', 'it is not polled');
        $this->remote->createEvent('Found');
        $this->assertHere('Found', $calendar, 20.0);
    }

    public function testWhatIsMissedWhileTheConnectionIsGoneIsHereAfterwards(): void
    {
        ['link' => $link, 'collection' => $calendar, 'account' => $account] = $this->live('event');
        $this->standIn->fault(['kind' => 'connection-reset', 'operation' => 'GetStreamingEvents', 'count' => 3]);
        self::assertGreaterThan(0, $this->standIn->cutStreams());
        $this->eventually(fn (): bool => $this->watch($account) === 'waiting', 'it does not notice');
        $this->eventually(fn (): bool => (int)$this->row($link)['next_run'] < time() + 1_000, 'it relies on what nobody tells');
        $this->remote->createEvent('Missed');
        $this->assertHere('Missed', $calendar, 60.0);

        $this->standIn->loseSubscriptions();
        $this->remote->createEvent('Lost');
        $this->assertHere('Lost', $calendar, 60.0);
    }

    public function testAChangeDuringTheTimeOfNobodyIsHereWithTheNextWorker(): void
    {
        ['collection' => $calendar, 'worker' => $worker] = $this->live('event');
        $this->end($worker, SIGKILL);
        $this->remote->createEvent('Theirs');
        $this->put($calendar, 'Ours');
        $this->worker();
        $this->eventually(fn (): bool => isset($this->remote->items('event')['Ours']), 'ours is not there');
        $this->assertHere('Theirs', $calendar);
    }

    public function testAWorkerThatEndsInOrderLeavesNoSubscription(): void
    {
        ['worker' => $worker] = $this->live('event');
        $subscriptions = fn (): int => $this->standIn->notifications()['subscriptions'];
        self::assertSame(1, $subscriptions());
        self::assertSame(0, $this->end($worker));
        self::assertSame(0, $subscriptions());

        $worker = $this->worker();
        $this->eventually(static fn (): bool => $subscriptions() === 1, 'it is not watched again');
        $this->standIn->fault(['kind' => 'slow', 'ms' => 60_000, 'operation' => 'Unsubscribe']);
        self::assertSame(0, $this->end($worker), 'a server that hangs holds it up');
        self::assertSame([], $this->workers());
    }

    /**
     * @return array{link: int, collection: int, account: int, worker: resource}
     */
    private function live(string $kind): array
    {
        $account = $this->addAccount();
        $worker = $this->worker();
        $link = $this->linkAndWait($account, $kind);
        $this->eventually(fn (): bool => $this->watch($account) === 'live', 'it is not watched');
        $this->awaitQuiet($link['link']);
        return $link + ['account' => $account, 'worker' => $worker];
    }

    /**
     * Members of groups are read anew when a cycle is to begin; that one does now and then anyway.
     *
     * @param Closure(): bool $is
     */
    private function becomesDueUntil(int $link, Closure $is): void
    {
        $this->eventually(function () use ($link, $is): bool {
            $this->db->executeStatement('UPDATE *PREFIX*exchange_links SET next_run = 0 WHERE id = ?', [$link]);
            return $is();
        }, 'the group is not read again');
    }

    /**
     * @return array<string, int>
     */
    private function figures(): array
    {
        return (json_decode((string)$this->workers()[0]['figures'], true) ?: []) + ['events' => 0, 'cycles' => 0];
    }

    private function watch(int $account): ?string
    {
        $watch = $this->db->executeQuery('SELECT watch FROM *PREFIX*exchange_accounts WHERE id = ?', [$account])->fetchOne();
        return json_decode((string)$watch, true)['state'] ?? null;
    }

    private function assertHere(string $summary, int $calendar, float $seconds = 6.0): void
    {
        $this->eventually(fn (): bool => in_array($summary, $this->summaries('event', $calendar), true), "$summary is not here", $seconds);
    }
}
