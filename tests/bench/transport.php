<?php

// SPDX-License-Identifier: AGPL-3.0-or-later
//
// 1,000 mailboxes with six links each in one process, every answer after 20 ms: requests in a second, memory, and the CPU time of
// this process (the extension, and the loop of PHP that answers it) for each request. What a mailbox gets at once is counted by the
// stand-in.
//
//   transport.php REPORT [MAILBOXES]

declare(strict_types=1);

require __DIR__ . '/../exchange/php/StandIn.php';
require __DIR__ . '/Report.php';

use Exchange\Engine;
use Exchange\Tests\Report;
use Exchange\Tests\StandIn;

const ROUNDS = 5;
const AT_ONCE = 3;

function kib(string $field): int
{
    preg_match("/^$field:\\s+(\\d+) kB/m", (string) file_get_contents('/proc/self/status'), $match);
    return (int) $match[1];
}

/** Seconds of CPU that this process has used, in all its threads. */
function cpu(): float
{
    $usage = getrusage();
    return $usage['ru_utime.tv_sec'] + $usage['ru_stime.tv_sec'] + ($usage['ru_utime.tv_usec'] + $usage['ru_stime.tv_usec']) / 1e6;
}

/** @return list<array<string, mixed>> six links of each mailbox, two for each folder: more than it gets requests at once */
function links(StandIn $standIn, array $addresses): array
{
    $links = [];
    foreach ($addresses as $address) {
        // The server's limit is out of the way, so that only that of each mailbox counts.
        $mailbox = ['address' => $address, 'username' => $address, 'server_requests' => AT_ONCE * count($addresses)]
            + $standIn->mailbox();
        $folders = (new \Exchange\Mailbox($mailbox))->folders();
        foreach ([...$folders, ...$folders] as $folder) {
            $links[] = ['id' => count($links) + 1, 'kind' => $folder['kind'], 'folder' => $folder['id'], 'mailbox' => $mailbox];
        }
    }
    return $links;
}

/** One cycle of every link over empty collections; the links with their cursors. */
function cycle(array $links): array
{
    $engine = new Engine(['concurrency' => count($links)]);
    $links = array_column($links, null, 'id');
    array_map($engine->sync(...), $links);
    while (($request = $engine->next(1000)) !== null) {
        ['kind' => $kind, 'payload' => $payload, 'link' => $link] = get_object_vars($request);
        if ($kind === 'report' && ($payload['error'] ?? null) !== null) {
            throw new \RuntimeException("A cycle ended early: {$payload['message']}");
        }
        if ($kind === 'save') {
            $links[$link]['cursor'] = $payload['cursor'] ?? $links[$link]['cursor'] ?? null;
            $links[$link]['token'] = $payload['token'] ?? $links[$link]['token'] ?? null;
        }
        if ($kind !== 'idle') {
            $engine->reply($request, match ($kind) {
                'changes' => ['token' => 'same', 'changed' => [], 'deleted' => [], 'count' => 0, 'pairs' => 0, 'intents' => []],
                'save', 'report' => null,
                default => [],
            });
        }
    }
    return array_values($links);
}

function middle(array $values): float
{
    sort($values);
    return $values[intdiv(count($values), 2)];
}

function measure(Report $report, int $count): void
{
    $addresses = array_map(fn (int $number): string => "person$number@example.org", range(1, $count - 1));
    $more = array_merge(...array_map(fn (string $address): array => ['--mailbox', "$address:env:EXCHANGE_STANDIN_PASSWORD"], $addresses));
    $standIn = StandIn::start(['--no-validate', ...$more]);
    $links = cycle(links($standIn, [$standIn->address, ...$addresses]));
    $standIn->fault(['kind' => 'slow', 'ms' => 20]);
    $idle = kib('VmRSS');
    [$speeds, $costs, $most] = [[], [], 0];
    for ($round = 0; $round < ROUNDS; $round++) {
        $standIn->calls();
        [$began, $used] = [microtime(true), cpu()];
        cycle($links);
        [$seconds, $used] = [microtime(true) - $began, cpu() - $used];
        $most = max($most, ...array_values($standIn->mostAtOnceByMailbox()));
        $calls = array_sum($standIn->calls());
        if ($calls !== count($links)) {
            throw new \RuntimeException('There were ' . count($links) . " links, but $calls calls.");
        }
        $speeds[] = $calls / $seconds;
        $costs[] = $used / $calls * 1e6;
    }
    $report->add('transport.requests_per_second', middle($speeds), 'requests/s');
    $report->add('transport.cpu_per_request', middle($costs), 'µs');
    $report->add('transport.memory_mb', (kib('VmHWM') - $idle) / 1024, 'MiB');
    $report->add('transport.most_at_once', $most, 'requests', AT_ONCE);
}

measure(new Report($argv[1]), (int) ($argv[2] ?? 1000));
