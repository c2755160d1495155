<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

/**
 * Processes that are told to stop, and processes that meet at a link. The server is slow, so that there is time for it.
 */
final class ProcessTest extends EndToEndTestCase
{
    private const SLOW = ['kind' => 'slow', 'ms' => 20_000, 'operation' => 'SyncFolderItems'];

    public function testItEndsWhenItsTimeIsUpAndFreesTheLink(): void
    {
        ['link' => $link] = $this->link($this->addAccount(), 'event');
        $this->standIn->fault(self::SLOW);
        $start = microtime(true);
        $result = Occ::json(1, 'exchange:sync', '--link', (string)$link, '--seconds', '1');
        self::assertLessThan(8, microtime(true) - $start);
        self::assertSame([['link' => $link, 'error' => 'stopped']], array_map(
            static fn (array $row): array => array_intersect_key($row, ['link' => 0, 'error' => 0]),
            $result['links']
        ));
        $this->assertFree($link);
    }

    public function testItEndsInOrderOnSigterm(): void
    {
        ['link' => $link] = $this->link($this->addAccount(), 'event');
        $this->standIn->fault(self::SLOW);
        $process = $this->startAndWait($link, $pipes);
        $start = microtime(true);
        proc_terminate($process, SIGTERM);
        $out = (string)stream_get_contents($pipes[1]);
        self::assertSame(1, proc_close($process), $out);
        self::assertLessThan(5, microtime(true) - $start);
        self::assertSame('stopped', json_decode($out, true)['links'][0]['error'], $out);
        $this->assertFree($link);
    }

    public function testTwoProcessesDoNotWorkOnOneLinkAndAKilledOneDoesNotBlockIt(): void
    {
        ['link' => $link] = $this->link($this->addAccount(), 'event');
        $this->standIn->fault(self::SLOW);
        $process = $this->startAndWait($link, $pipes);
        $second = Occ::json(1, 'exchange:sync', '--link', (string)$link)['links'][0];
        self::assertSame(['busy', 'Another process is synchronising this link just now.'], [$second['error'], $second['message']]);
        proc_terminate($process, SIGKILL);
        proc_close($process);
        $this->standIn->clearFaults();
        self::assertTrue($this->sync($link)['ok']);
    }

    /**
     * @param array<int, resource>|null $pipes
     * @return resource
     */
    private function startAndWait(int $link, ?array &$pipes)
    {
        $process = Occ::start(['exchange:sync', '--link', (string)$link, '--output=json'], $pipes);
        for ($wait = 0; $wait < 500; $wait++) {
            if ($this->row($link)['lease_owner'] !== null) {
                return $process;
            }
            usleep(20_000);
        }
        self::fail('the process did not take up the link');
    }

    private function assertFree(int $link): void
    {
        $row = $this->row($link);
        self::assertSame([null, 0, 0], [$row['lease_owner'], (int)$row['lease_until'], (int)$row['next_run']]);
    }

    /**
     * @return array<string, mixed>
     */
    private function row(int $link): array
    {
        return $this->db->executeQuery('SELECT * FROM *PREFIX*exchange_links WHERE id = ?', [$link])->fetch();
    }
}
