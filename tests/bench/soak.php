<?php

// SPDX-License-Identifier: AGPL-3.0-or-later
//
// A soak: one worker, many accounts, random edits on both sides and now and then a fault of Exchange. At the end both sides must be
// equal item by item, and what the worker takes must not have grown. The same SEED makes the same edits.
//
//   soak.php REPORT    (started by tests/bench/active/run; MINUTES, ACCOUNTS, SEED, RATE: edits in a second)

declare(strict_types=1);

use Exchange\Tests\Active\Backend;
use Exchange\Tests\Active\Crowd;
use Exchange\Tests\Active\Editor;
use Exchange\Tests\Active\Person;
use Exchange\Tests\Active\Quiet;
use Exchange\Tests\Active\Sides;
use Exchange\Tests\Active\Soak;
use Exchange\Tests\Active\Worker;
use Exchange\Tests\Report;
use Exchange\Tests\StandIn;
use OCA\IntegrationExchange\Setting\Organisation;
use OCP\IDBConnection;
use OCP\Server;
use Random\Engine\Mt19937;
use Random\Randomizer;

require __DIR__ . '/active/bootstrap.php';

const KINDS = [['event', 'contact'], ['event', 'task']];
/** Accounts of one Nextcloud user. */
const SHARED = 10;
/** Seconds between two samples of the worker, and on average between two faults. */
const SAMPLE = 30;
const FAULT = 20;

/** A number from 0 to 1. */
function unit(Randomizer $random): float
{
    return $random->getInt(0, 1_000_000) / 1_000_000;
}

/** @return list<array{memory: float, files: int, cpu: float}> one sample each SAMPLE seconds */
function stir(Soak $soak, Worker $worker, Randomizer $random, float $seconds, float $rate): array
{
    $samples = [];
    $end = now() + $seconds;
    [$edit, $fault, $sample] = [now(), now() + FAULT, now()];
    while (now() < $end) {
        if (!$worker->lives()) {
            throw new \RuntimeException('The worker ended.');
        }
        if (now() >= $edit) {
            $soak->edit();
            $edit = max($edit, now() - 1) + 2 * unit($random) / $rate;
        }
        if (now() >= $fault) {
            $soak->fault();
            $fault = now() + 2 * FAULT * unit($random);
        }
        if (now() >= $sample) {
            $samples[] = ['memory' => $worker->memory(), 'files' => $worker->files(), 'cpu' => $worker->cpu()];
            $sample += SAMPLE;
            printf(
                "%5d s  %6.1f MiB  %4d files  %6d edits  %d faults\n",
                $seconds - ($end - now()),
                $worker->memory(),
                $worker->files(),
                $soak->edits(),
                $soak->faults()
            );
        }
        usleep(10_000);
    }
    return $samples;
}

function mean(array $values): float
{
    return array_sum($values) / max(1, count($values));
}

/** Items that were set aside, links and accounts that do not go on. */
function left_behind(): array
{
    $database = Server::get(IDBConnection::class);
    return array_map(fn (string $sql): int => (int) $database->executeQuery("SELECT COUNT(*) FROM *PREFIX*$sql")->fetchOne(), [
        'set_aside' => "exchange_pairs WHERE state = 'set_aside'",
        'stopped' => "exchange_links WHERE state <> 'active' OR error IS NOT NULL",
        'barred' => "exchange_accounts WHERE state <> 'active'",
    ]);
}

/** @param list<array{memory: float, files: int, cpu: float}> $samples */
function cost(Report $report, array $samples): void
{
    $quarter = max(1, intdiv(count($samples), 4));
    foreach (['memory' => 1.1, 'files' => 1.2] as $what => $goal) {
        $values = array_column($samples, $what);
        $second = mean(array_slice($values, $quarter, $quarter));
        $last = mean(array_slice($values, -$quarter));
        $report->add("soak.$what.second_quarter", $second, $what === 'memory' ? 'MiB' : 'files');
        $report->add("soak.$what.last_quarter", $last, $what === 'memory' ? 'MiB' : 'files');
        $report->add("soak.$what.growth", $last / max(1, $second), 'ratio', $goal);
    }
    [$first, $last] = [$samples[0], $samples[count($samples) - 1]];
    $report->add('soak.cpu', ($last['cpu'] - $first['cpu']) / max(1, (count($samples) - 1) * SAMPLE), 'cores');
}

function measure(Report $report): void
{
    $minutes = (float) (getenv('MINUTES') ?: 30);
    $accounts = (int) (getenv('ACCOUNTS') ?: 200);
    $random = new Randomizer(new Mt19937((int) (getenv('SEED') ?: 1)));
    $standIn = StandIn::start(['--mailboxes', "$accounts:person{n}@example.org:env:EXCHANGE_STANDIN_PASSWORD"]);
    $addresses = array_map(fn (int $number): string => "person$number@example.org", range(1, $accounts));
    $people = (new Crowd($standIn))->make($addresses, KINDS, SHARED);
    Server::get(Organisation::class)->set(['mode' => 'active']);
    $backend = new Backend();
    $sides = new Sides($standIn, $backend);
    $editor = new Editor($standIn, $backend, $sides, $random);
    $soak = new Soak($people, $standIn, $editor, $random);
    $worker = Worker::start((string) getenv('WORKER_LOG'));
    try {
        Quiet::await(300);
        $samples = stir($soak, $worker, $random, 60 * $minutes, (float) (getenv('RATE') ?: 4));
        $standIn->clearFaults();
        $began = now();
        Quiet::await(300);
        $report->add('soak.accounts', count($people), 'accounts');
        $report->add('soak.minutes', $minutes, 'minutes');
        $report->add('soak.edits', $soak->edits(), 'edits');
        $report->add('soak.faults', $soak->faults(), 'faults');
        $report->add('soak.until_quiet', now() - $began, 's');
        compare($report, $people, $sides, $editor);
        foreach (left_behind() as $what => $count) {
            $report->add("soak.$what", $count, 'rows', 0);
        }
        cost($report, $samples);
    } finally {
        $worker->end();
    }
}

/** @param list<Person> $people */
function compare(Report $report, array $people, Sides $sides, Editor $editor): void
{
    [$items, $differences] = [0, []];
    foreach ($people as $person) {
        foreach ($person->kinds() as $kind) {
            array_push($differences, ...$sides->differences($person, $kind, $editor->titles($person, $kind)));
            $items += count($sides->remote($person, $kind));
        }
    }
    array_map(fn (string $difference): int => fwrite(STDERR, "$difference\n"), $differences);
    $report->add('soak.items', $items, 'items');
    $report->add('soak.differences', count($differences), 'items', 0);
}

exit(Report::fill($argv[1], measure(...))->verdict());
