<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use OCA\IntegrationExchange\Cycle\Options;
use OCA\IntegrationExchange\Cycle\Result;
use OCA\IntegrationExchange\Cycle\Synchronisation;
use OCP\Server;
use Random\Engine\Mt19937;
use Random\Randomizer;

/**
 * A real process in the middle of a mixed cycle, killed at random moments; also with answers of the server that get lost.
 * Whatever it had done, the next cycles end where an undisturbed one would have ended, and then write nothing more.
 *
 * KILLS says how many moments, SEED which edits. The moments themselves are up to the machine.
 */
final class KillTest extends EndToEndTestCase
{
    private const KINDS = ['event', 'task', 'contact'];
    private const WRITES = ['local_created', 'local_updated', 'local_deleted', 'remote_created', 'remote_updated', 'remote_deleted'];
    /** In how many cycles everything must be in step. */
    private const CYCLES = 4;

    private Mix $mix;
    private Randomizer $random;
    private int $account;
    /** @var array<string, int> by kind */
    private array $links = [];
    /** @var array<string, int> by kind */
    private array $collections = [];

    public function testKilledAtRandomMoments(): void
    {
        $kills = (int)(getenv('KILLS') ?: 10);
        $seed = (int)(getenv('SEED') ?: random_int(1, 1_000_000));
        $this->begin($seed);
        $length = $this->killAfter(INF)['seconds'];
        $this->assertAllInStep("seed $seed, undisturbed");

        [$inside, $outside, $lost, $traces] = [0, 0, 0, []];
        while ($inside < $kills) {
            self::assertLessThan(20 + 3 * $kills, $inside + $outside, 'too few kills hit a cycle');
            $this->mix->stir();
            $lost += $fault = $this->random->getInt(0, 3) === 0 ? 1 : 0;
            if ($fault === 1) {
                $this->loseAnAnswer();
            }
            do {
                $before = [$this->mix->local(), $this->mix->remote()];
                $end = $this->killAfter($length * $this->random->getInt(0, 1_000_000) / 1_000_000);
                if ($end['killed']) {
                    $inside++;
                    $trace = $this->trace($before);
                    $traces[$trace] = ($traces[$trace] ?? 0) + 1;
                } else {
                    // It was faster than the one measured last.
                    $outside++;
                    $length = ($length + $end['seconds']) / 2;
                }
                // At times what goes on after a kill is killed as well.
            } while ($inside < $kills && $this->random->getInt(0, 3) === 0);
            $this->standIn->clearFaults();
            $this->assertAllInStep("seed $seed, kill $inside");
        }
        ksort($traces);
        fwrite(STDERR, sprintf(
            "\n%s, seed %d: %d kills inside a cycle (%s), %d processes had ended before, %d answers lost\n",
            getenv('DATABASE') ?: 'sqlite',
            $seed,
            $inside,
            implode(', ', array_map(static fn (string $trace, int $count): string => "$count $trace", array_keys($traces), $traces)),
            $outside,
            $lost
        ));
    }

    private function begin(int $seed): void
    {
        $this->account = $this->addAccount();
        foreach (self::KINDS as $kind) {
            ['link' => $this->links[$kind], 'collection' => $this->collections[$kind]] = $this->link($this->account, $kind);
            Occ::json(0, 'exchange:link:set', (string)$this->links[$kind], '--policy=exchange');
        }
        $this->random = new Randomizer(new Mt19937($seed));
        $this->mix = new Mix($this->standIn, $this->calendars, $this->addressBooks, $this->collections, $this->random);
        $this->mix->fill();
        $this->assertAllInStep("seed $seed, first cycle");
        $this->mix->stir();
    }

    /**
     * Starts a synchronisation of the account and kills it so many seconds after its first cycle began.
     *
     * @return array{killed: bool, seconds: float} whether it was killed in the middle, and how long its cycles took
     */
    private function killAfter(float $seconds): array
    {
        $process = Occ::start(['exchange:sync', '--account', (string)$this->account, '--output=json'], $pipes);
        $begun = microtime(true);
        while ($this->working() === 0 && proc_get_status($process)['running']) {
            self::assertLessThan($begun + 60, microtime(true), 'no cycle began');
            usleep(1_000);
        }
        $begun = microtime(true);
        while (microtime(true) < $begun + $seconds && $this->working() > 0) {
            usleep(1_000);
        }
        $length = microtime(true) - $begun;
        if ($seconds !== INF) {
            proc_terminate($process, SIGKILL);
        }
        array_map(fclose(...), $pipes);
        proc_close($process);
        return ['killed' => $this->working() > 0, 'seconds' => $length];
    }

    /** How many links are being worked on, or were when their process died. */
    private function working(): int
    {
        $sql = 'SELECT COUNT(*) FROM *PREFIX*exchange_leases WHERE link_id IN (SELECT id FROM *PREFIX*exchange_links WHERE account_id = ?)';
        return (int)$this->db->executeQuery($sql, [$this->account])->fetchOne();
    }

    /** The server carries out a request, and its answer gets lost. */
    private function loseAnAnswer(): void
    {
        $operations = ['CreateItem', 'UpdateItem', 'DeleteItem', 'GetItem', 'SyncFolderItems'];
        $this->standIn->fault([
            'kind' => 'reply-lost',
            'operation' => $operations[$this->random->getInt(0, count($operations) - 1)],
            'skip' => $this->random->getInt(0, 1),
            'count' => 1,
        ]);
    }

    /** What a killed process left behind. */
    private function trace(array $before): string
    {
        $sql = 'SELECT COUNT(*) FROM *PREFIX*exchange_pairs p JOIN *PREFIX*exchange_links l ON p.link_id = l.id'
            . ' WHERE l.account_id = ? AND p.state <> ?';
        $expected = $this->mix->expected();
        $now = [$this->mix->local(), $this->mix->remote()];
        return match (true) {
            (int)$this->db->executeQuery($sql, [$this->account, 'linked'])->fetchOne() > 0 => 'with intents in the journal',
            $now === $before => 'before anything was written',
            $now === [$expected, $expected] => 'with both sides in step',
            default => 'between the writes',
        };
    }

    private function assertAllInStep(string $when): void
    {
        for ($cycle = 1; $this->synchronise($when) > 0; $cycle++) {
            self::assertLessThan(self::CYCLES, $cycle, "$when: it does not come to rest");
        }
        self::assertSame($this->mix->expected(), $this->mix->local(), "$when: in Nextcloud");
        self::assertSame($this->mix->expected(), $this->mix->remote(), "$when: in Exchange");
        foreach ($this->links as $kind => $link) {
            $this->assertJournal($kind, $link, $when);
        }
    }

    /**
     * @return int how much the cycles wrote
     */
    private function synchronise(string $when): int
    {
        $results = Server::get(Synchronisation::class)->run(array_values($this->links), new Options(insist: true));
        $written = 0;
        foreach ($results as $result) {
            self::assertInstanceOf(Result::class, $result);
            self::assertTrue($result->ok(), "$when: $result->message");
            $written += array_sum(array_intersect_key($result->counts, array_flip(self::WRITES))) + $result->counts['postponed'];
        }
        self::assertCount(count($this->links), $results, $when);
        return $written;
    }

    private function assertJournal(string $kind, int $link, string $when): void
    {
        $sql = 'SELECT state, uri, etag, remote_id FROM *PREFIX*exchange_pairs WHERE link_id = ?';
        $rows = $this->db->executeQuery($sql, [$link])->fetchAll();
        self::assertSame(['linked' => count($this->mix->expected()[$kind])], array_count_values(array_column($rows, 'state')), $when);
        self::assertCount(count($rows), array_unique(array_column($rows, 'remote_id')), $when);
        $objects = $kind === 'contact'
            ? $this->addressBooks->getCards($this->collections[$kind])
            : $this->calendars->getCalendarObjects($this->collections[$kind]);
        $living = array_filter($objects, static fn (array $row): bool => !isset($row['deleted_at']));
        self::assertEqualsCanonicalizing(
            array_column($living, 'etag', 'uri'),
            array_column($rows, 'etag', 'uri'),
            "$when: the journal of {$kind}s"
        );
    }
}
