<?php

// SPDX-License-Identifier: AGPL-3.0-or-later
//
// Benchmarks on the folder host: calls, writes and rows by count, memory, and many mailboxes at once.

declare(strict_types=1);

require __DIR__ . '/../../php/vdir/src/autoload.php';
require __DIR__ . '/../exchange/php/StandIn.php';
require __DIR__ . '/Report.php';

use Exchange\Engine;
use Exchange\Tests\Report;
use Exchange\Tests\StandIn;
use Vdir\Directory;
use Vdir\Mirror;

const WRITES = ['CreateItem', 'UpdateItem', 'DeleteItem', 'CreateAttachment', 'DeleteAttachment'];

function mirror(string $root, StandIn $standIn): Mirror
{
    $mirror = new Mirror($root, $standIn->mailbox(), fn () => null, zone: 'Europe/Berlin');
    $mirror->link(['event', 'contact']);
    return $mirror;
}

/** One cycle of every link; its calls by operation and how long it took. */
function cycle(Mirror $mirror, StandIn $standIn): array
{
    $standIn->calls();
    $began = microtime(true);
    if (!$mirror->run()) {
        throw new \RuntimeException('A cycle did not end well: ' . implode(' ', array_column($mirror->reports(), 'message')));
    }
    return [$standIn->calls(), microtime(true) - $began];
}

function rows_read(Mirror $mirror): int
{
    return array_sum(array_column($mirror->links(), 'rows'));
}

function items(Mirror $mirror): int
{
    return array_sum(array_column($mirror->links(), 'items'));
}

/** How long the bare loop takes that stores the same texts as files. */
function floor_of(string $root, Mirror $mirror): float
{
    $texts = [];
    foreach ($mirror->links() as $link) {
        foreach (glob("{$link['path']}/*.{ics,vcf}", GLOB_BRACE) ?: [] as $file) {
            $texts[pathinfo($file, PATHINFO_EXTENSION)][basename($file)] = (string) file_get_contents($file);
        }
    }
    $began = microtime(true);
    foreach ($texts as $extension => $objects) {
        $directory = new Directory("$root/$extension", ".$extension");
        foreach ($objects as $name => $text) {
            $directory->write($name, $text);
        }
    }
    return microtime(true) - $began;
}

function resident_kib(): int
{
    preg_match('/^VmHWM:\s+(\d+)/m', (string) file_get_contents('/proc/self/status'), $match);
    return (int) $match[1];
}

/** Import and export of 1,000 contacts and 1,000 events, a change on either side, and idle cycles. */
function counts(Report $report, string $root): void
{
    $full = StandIn::start(['--seed', '3', '--contacts', '1000', '--events', '1000', '--tasks', '0', '--no-validate']);
    $here = mirror("$root/import", $full);
    [$calls, $seconds] = cycle($here, $full);
    $items = items($here);
    if ($items !== 2000) {
        throw new \RuntimeException("Only $items of 2000 items were imported.");
    }
    $report->add('import.calls_per_item', array_sum($calls) / $items, 'calls', 0.05);
    $report->add('import.remote_writes', array_sum(array_intersect_key($calls, array_flip(WRITES))), 'calls', 0);
    $report->add('import.folder_floor_ratio', $seconds / floor_of("$root/floor", $here), 'ratio');

    age($here);
    cycle($here, $full);
    $rows = rows_read($here);
    [$calls] = cycle($here, $full);
    $report->add('idle.calls_per_link', array_sum($calls) / count($here->links()), 'calls', 1);
    $report->add('idle.journal_rows', rows_read($here) - $rows, 'rows', 0);
    changes($report, $here, $full);

    $empty = StandIn::start(['--no-validate']);
    foreach ($here->links() as $link) {
        $target = "$root/export/" . basename($link['path']);
        mkdir($target, 0o700, true);
        array_map(
            fn (string $file): bool => copy($file, "$target/" . basename($file)),
            glob("{$link['path']}/*.{ics,vcf}", GLOB_BRACE) ?: [],
        );
    }
    $export = mirror("$root/export", $empty);
    [$calls] = cycle($export, $empty);
    $created = array_sum(array_column($export->reports(), 'remote_created'));
    $report->add('export.calls_per_item', array_sum($calls) / $created, 'calls', 0.06);
    $report->add('export.items_set_aside', $items - $created, 'items', 0);
}

/** Makes the files older than the two seconds within which a folder's token does not hold (see Directory::token). */
function age(Mirror $mirror): void
{
    foreach ($mirror->links() as $link) {
        array_map(
            fn (string $file): bool => touch($file, time() - 60),
            glob("{$link['path']}/*.{ics,vcf}", GLOB_BRACE) ?: [],
        );
    }
}

function changes(Report $report, Mirror $mirror, StandIn $standIn): void
{
    foreach ($mirror->links() as $link) {
        if ($link['kind'] === 'event') {
            foreach (glob("{$link['path']}/*.ics") ?: [] as $file) {
                $text = (string) file_get_contents($file);
                $title = '/^SUMMARY:[^\r\n]*(\r?\n)(?![ \t])/m';
                $text = preg_replace($title, 'SUMMARY:Changed by the benchmark$1', $text, 1, $count);
                // A series may have to keep the title of single days, which takes calls of its own.
                if ($count === 1 && !str_contains($text, "\nRRULE:")) {
                    file_put_contents($file, $text);
                    break;
                }
            }
        }
    }
    [$local] = cycle($mirror, $standIn);
    if (array_sum(array_column($mirror->reports(), 'remote_updated')) !== 1) {
        throw new \RuntimeException('The local change did not reach the mailbox.');
    }
    cycle($mirror, $standIn);
    foreach ($standIn->dump()['items'] as $item) {
        // A photo is asked for by itself.
        if ($item['class'] === 'Contact' && $item['attachments'] === []) {
            $standIn->change($item['number'], ['JobTitle' => 'Changed by the benchmark']);
            break;
        }
    }
    [$remote] = cycle($mirror, $standIn);
    if (array_sum(array_column($mirror->reports(), 'local_updated')) !== 1) {
        throw new \RuntimeException('The remote change did not reach the folder.');
    }
    // The other link's idle call is not part of the change.
    $report->add('change.calls', max(array_sum($local), array_sum($remote)) - (count($mirror->links()) - 1), 'calls', 3);
}

/** 100 idle mailboxes in one process against one, where every answer takes 20 ms. */
function many(Report $report): void
{
    $more = [];
    for ($number = 1; $number < 100; $number++) {
        array_push($more, '--mailbox', "person$number@example.org:env:EXCHANGE_STANDIN_PASSWORD");
    }
    $standIn = StandIn::start(['--no-validate', ...$more]);
    $links = [];
    foreach (array_merge([$standIn->address], array_map(fn (int $n): string => "person$n@example.org", range(1, 99))) as $id => $address) {
        $mailbox = ['address' => $address, 'username' => $address] + $standIn->mailbox();
        $folders = array_column((new \Exchange\Mailbox($mailbox))->folders(), 'id', 'kind');
        $links[] = ['id' => $id + 1, 'kind' => 'contact', 'folder' => $folders['contact'], 'mailbox' => $mailbox];
    }
    [$links] = idle($links);
    $standIn->fault(['kind' => 'slow', 'ms' => 20]);
    [$one, $hundred] = [[], []];
    for ($round = 0; $round < 5; $round++) {
        $one[] = idle(array_slice($links, 0, 1))[1];
        $hundred[] = idle($links)[1];
    }
    sort($one);
    sort($hundred);
    $report->add('idle.links100_ratio', $hundred[2] / $one[2], 'ratio', 10);
}

/** Runs links over empty collections; the links with their cursors, and how long it took. */
function idle(array $links): array
{
    $began = microtime(true);
    $engine = new Engine();
    $links = array_column($links, null, 'id');
    array_map($engine->sync(...), $links);
    while (($request = $engine->next(1000)) !== null) {
        $payload = $request->payload;
        if ($request->kind === 'save') {
            $links[$request->link]['cursor'] = $payload['cursor'] ?? $links[$request->link]['cursor'] ?? null;
            $links[$request->link]['token'] = $payload['token'] ?? $links[$request->link]['token'] ?? null;
        }
        if ($request->kind === 'report' && ($payload['error'] ?? null) !== null) {
            throw new \RuntimeException("An idle cycle ended early: {$payload['message']}");
        }
        if ($request->kind !== 'idle') {
            $engine->reply($request, match ($request->kind) {
                'changes' => ['token' => 'same', 'changed' => [], 'deleted' => [], 'count' => 0, 'pairs' => 0, 'intents' => []],
                'save', 'report' => null,
                default => [],
            });
        }
    }
    return [array_values($links), microtime(true) - $began];
}

/** Resident memory above that of an idle PHP with the extension, while 20,000 items are imported. */
function memory(Report $report, string $root): void
{
    $standIn = StandIn::start(['--seed', '5', '--contacts', '20000', '--events', '0', '--tasks', '0', '--no-validate']);
    $mirror = new Mirror("$root/memory", $standIn->mailbox(), fn () => null, zone: 'Europe/Berlin');
    $mirror->link(['contact']);
    $idle = resident_kib();
    cycle($mirror, $standIn);
    if (items($mirror) !== 20000) {
        throw new \RuntimeException('Only ' . items($mirror) . ' of 20000 items were imported.');
    }
    $report->add('import.memory_mb', (resident_kib() - $idle) / 1024, 'MiB', 64);
}

$report = new Report($argv[1]);
match ($argv[2]) {
    'counts' => counts($report, $argv[3]),
    'many' => many($report),
    'memory' => memory($report, $argv[3]),
    'print' => $report->print(),
};
