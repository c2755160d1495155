<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use OCA\IntegrationExchange\Db\LinkMapper;
use OCA\IntegrationExchange\Service\Work;
use OCA\IntegrationExchange\Worker\Bell;
use OCP\Server;

/**
 * Active mode: what changes here is there within seconds, and what ends a worker ends it in order.
 */
final class WorkerTest extends WorkerTestCase
{
    public function testALocalChangeIsInExchangeWithinSecondsByTheBellAndWithoutIt(): void
    {
        ['link' => $link, 'collection' => $calendar] = $this->withWorker();
        $this->put($calendar, 'Rung');
        $this->assertInExchange('Rung', 3.0);
        $this->awaitQuiet($link);

        $folder = Server::get(Bell::class)->folder();
        self::assertCount(1, glob("$folder/*.sock"));
        self::assertSame(0o600, fileperms(glob("$folder/*.sock")[0]) & 0o777);
        array_map(unlink(...), glob("$folder/*.sock"));
        $this->put($calendar, 'Looked for');
        $this->assertInExchange('Looked for', 5.0);
    }

    public function testOwnWritesDoNotLoop(): void
    {
        ['link' => $link, 'collection' => $calendar] = $this->withWorker();
        $this->put($calendar, 'Ours');
        $this->remote->createEvent('Theirs');
        $this->eventually(fn (): bool => count($this->summaries('event', $calendar)) === 2, 'both are not here');
        $this->awaitQuiet($link);
        $this->assertInStep(['Ours', 'Theirs'], 'event', $calendar);
        // The count of cycles stands still from one sign of life to the next but one.
        $cycles = -1;
        $beat = 0;
        $this->eventually(function () use (&$cycles, &$beat): bool {
            $worker = $this->workers()[0];
            if ($worker['beat'] < $beat + 2) {
                return false;
            }
            $same = $this->cycles() === $cycles;
            [$cycles, $beat] = [$this->cycles(), $worker['beat']];
            return $same;
        }, 'it goes on and on', 60.0);
        self::assertLessThan(10, $cycles);
    }

    public function testAChangeDuringACycleIsFollowedByAnother(): void
    {
        ['link' => $link, 'collection' => $calendar] = $this->withWorker();
        $this->standIn->fault(['kind' => 'slow', 'ms' => 3_000, 'operation' => 'CreateItem', 'count' => 1]);
        $this->put($calendar, 'First');
        $this->eventually(fn (): bool => $this->leases($link) === 1, 'no cycle began');
        $this->put($calendar, 'Second');
        $this->assertInExchange('Second', 8.0);
        self::assertArrayHasKey('First', $this->remote->items('event'));
    }

    public function testALinkThatAnotherProcessWorksOnIsTriedAgainAndHasNotFailed(): void
    {
        ['link' => $link, 'collection' => $calendar] = $this->withWorker();
        $this->db->executeStatement(
            'INSERT INTO *PREFIX*exchange_leases (link_id, owner, expires_at) VALUES (?, ?, ?)',
            [$link, 'elsewhere:1:x', time() + 4]
        );
        $this->put($calendar, 'Patience');
        $waited = $this->assertInExchange('Patience', 10.0);
        self::assertGreaterThan(3, $waited);
        self::assertSame(0, (int)$this->row($link)['failures']);
        self::assertNull($this->row($link)['error']);
    }

    public function testSynchronisingByHandIsTheWorkersWork(): void
    {
        ['link' => $link, 'worker' => $worker] = $this->withWorker();
        $log = new LeaseLog($this->db);
        $last = (int)$this->row($link)['last_run'];
        $this->eventually(static fn (): bool => time() > $last, 'time stands still');
        Server::get(Work::class)->synchronise(Server::get(LinkMapper::class)->find($link));
        self::assertNotNull($this->row($link)['progress'], 'whoever watches sees that it is about to start');
        $this->eventually(fn (): bool => (int)$this->row($link)['last_run'] > $last, 'it does not start', 3.0);
        $this->awaitQuiet($link);
        self::assertNull($this->row($link)['progress']);
        self::assertSame([(string)self::pid($worker)], array_values(array_unique(array_filter(array_column($log->of($link), 'becomes')))));
        $log->stop();
    }

    public function testSigtermEndsItInOrder(): void
    {
        ['link' => $link, 'collection' => $calendar, 'worker' => $worker] = $this->withWorker();
        $this->standIn->fault(['kind' => 'slow', 'ms' => 20_000, 'operation' => 'CreateItem']);
        $this->put($calendar, 'Slow');
        $this->eventually(fn (): bool => $this->leases($link) === 1, 'no cycle began');
        self::assertSame(0, $this->end($worker));
        self::assertSame(0, $this->leases($link));
        self::assertSame([], $this->workers());
        self::assertSame([''], $this->owners());
        self::assertSame(0, (int)$this->row($link)['next_run'], 'it goes on with the next');
        self::assertSame([], glob(Server::get(Bell::class)->folder() . '/*.sock'));
        $this->standIn->clearFaults();
        $this->worker();
        $this->assertInExchange('Slow', 15.0);
    }

    private function assertInExchange(string $summary, float $seconds): float
    {
        return $this->eventually(fn (): bool => isset($this->remote->items('event')[$summary]), "$summary is not in Exchange", $seconds);
    }

    private function leases(int $link): int
    {
        return (int)$this->db->executeQuery('SELECT COUNT(*) FROM *PREFIX*exchange_leases WHERE link_id = ?', [$link])->fetchOne();
    }

    /**
     * @return array{link: int, collection: int, worker: resource}
     */
    private function withWorker(): array
    {
        $account = $this->addAccount();
        $worker = $this->worker();
        $link = $this->linkAndWait($account, 'event');
        $this->awaitQuiet($link['link']);
        return $link + ['worker' => $worker];
    }
}
