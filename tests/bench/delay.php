<?php

// SPDX-License-Identifier: AGPL-3.0-or-later
//
// How long a change takes from one side until people see it on the other, with a real worker: over CalDAV and CardDAV here, in the
// mailbox there. Changes follow one another at random small intervals; in the second round other accounts change all the time.
//
// A delay begins before the change is made, so it has the time of the request in it. It ends when the other side has answered with
// the change. Looking is part of it: the database and the mailbox are looked at every 20 ms, and what seems to be here is asked for
// over HTTP.
//
//   delay.php REPORT    (started by tests/bench/active/run; CHANGES each way, SEED)

declare(strict_types=1);

use Exchange\Tests\Active\Backend;
use Exchange\Tests\Active\Crowd;
use Exchange\Tests\Active\Delays;
use Exchange\Tests\Active\Editor;
use Exchange\Tests\Active\Http;
use Exchange\Tests\Active\Person;
use Exchange\Tests\Active\Quiet;
use Exchange\Tests\Active\Sides;
use Exchange\Tests\Active\Worker;
use Exchange\Tests\Report;
use Exchange\Tests\StandIn;
use OCA\IntegrationExchange\Setting\Organisation;
use OCP\Server;
use Random\Engine\Mt19937;
use Random\Randomizer;

require __DIR__ . '/active/bootstrap.php';

const PEOPLE = 10;
/** The longest pause between two changes, in seconds. */
const PAUSE = 0.8;
const LOOK = 0.02;
/** Others that change under load, and how often all together in a second. */
const OTHERS = 50;
const LOAD = 20;
const MEDIAN = 2;
const NINETY_NINE = 10;

/** @param bool $load whether others change at the same time */
function round_of(int $changes, bool $load, Delays $delays, StandIn $standIn, Randomizer $random): void
{
    $ways = $random->shuffleArray([...array_fill(0, $changes, true), ...array_fill(0, $changes, false)]);
    [$next, $edit] = [now(), now()];
    while ($delays->look() || $ways !== []) {
        if ($ways !== [] && now() >= $next) {
            $delays->change(array_pop($ways));
            $next = now() + PAUSE * $random->getInt(0, 1000) / 1000;
        }
        if ($load && now() >= $edit) {
            $due = 1 + (int) ((now() - $edit) * LOAD);
            $standIn->edit(count: $due);
            $edit += $due / LOAD;
        }
        usleep((int) (LOOK * 1e6));
    }
}

function report(Report $report, string $round, Delays $delays): void
{
    foreach ($delays->seconds as $way => $seconds) {
        sort($seconds);
        $last = count($seconds) - 1;
        $report->add("delay.$way.$round.median", $seconds[intdiv($last, 2)], 's', MEDIAN);
        $report->add("delay.$way.$round.99th", $seconds[(int) ceil(0.99 * $last)], 's', NINETY_NINE);
        $report->add("delay.$way.$round.longest", $seconds[$last], 's');
    }
    $report->add("delay.$round.machine_load", sys_getloadavg()[1], 'processes');
}

/** @param list<Person> $people */
function compare(array $people, Sides $sides, ?Editor $editor): void
{
    $differences = [];
    foreach ($people as $person) {
        foreach ($person->kinds() as $kind) {
            array_push($differences, ...$sides->differences($person, $kind, $editor?->titles($person, $kind)));
        }
    }
    if ($differences !== []) {
        throw new \RuntimeException("The two sides differ:\n" . implode("\n", $differences));
    }
}

function measure(Report $report): void
{
    $changes = (int) (getenv('CHANGES') ?: 500);
    $random = new Randomizer(new Mt19937((int) (getenv('SEED') ?: 1)));
    $addresses = array_map(fn (int $number): string => "person$number@example.org", range(1, PEOPLE));
    $others = array_map(fn (int $number): string => "other$number@example.org", range(1, OTHERS));
    $named = fn (string $address): array => ['--mailbox', "$address:env:EXCHANGE_STANDIN_PASSWORD"];
    $mailboxes = array_merge(...array_map($named, $addresses));
    $standIn = StandIn::start([...$mailboxes, '--mailboxes', OTHERS . ':other{n}@example.org:env:EXCHANGE_STANDIN_PASSWORD']);
    $crowd = new Crowd($standIn);
    $people = $crowd->make($addresses, [Delays::KINDS]);
    $others = $crowd->make($others, [['event']], OTHERS);
    Server::get(Organisation::class)->set(['mode' => 'active']);
    $http = new Http((string) getenv('WEB'));
    $sides = new Sides($standIn, new Backend());
    $editor = new Editor($standIn, $http, $sides, $random);
    $worker = Worker::start((string) getenv('WORKER_LOG'));
    try {
        foreach (['idle' => false, 'load' => true] as $round => $load) {
            Quiet::await(180);
            $delays = new Delays($people, $editor, $sides, $http, $random);
            $cpu = $worker->cpu();
            $began = now();
            round_of($changes, $load, $delays, $standIn, $random);
            $share = ($worker->cpu() - $cpu) / (now() - $began);
            Quiet::await(180);
            compare($people, $sides, $editor);
            compare($others, $sides, null);
            report($report, $round, $delays);
            $report->add("delay.$round.worker_cpu", $share, 'cores');
        }
    } finally {
        $worker->end();
    }
}

exit(Report::fill($argv[1], measure(...))->verdict());
