<?php

// SPDX-License-Identifier: AGPL-3.0-or-later
//
// Real files to the stand-in Exchange and into a second folder: each ends in step, or set aside with a reason, and none of
// them is changed or lost where it lies.

declare(strict_types=1);

require __DIR__ . '/../../php/vdir/src/autoload.php';
require __DIR__ . '/../exchange/php/StandIn.php';
require __DIR__ . '/Corpus.php';

use Exchange\Tests\Corpus;
use Exchange\Tests\StandIn;
use Vdir\Journal;
use Vdir\Mirror;

const FOLDERS = ['event' => 'Calendar', 'task' => 'Tasks', 'contact' => 'Contacts'];
const REPORTED = ['local_created', 'local_updated', 'local_deleted', 'remote_created', 'remote_updated', 'remote_deleted'];

function check(bool $holds, string $sentence): void
{
    if (!$holds) {
        throw new \RuntimeException($sentence);
    }
}

/** One cycle of every link, which must end well; the sum of what it wrote. */
function cycle(Mirror $mirror): array
{
    $mirror->run();
    foreach ($mirror->reports() as $report) {
        check(($report['error'] ?? null) === null, 'A cycle ended early: ' . ($report['message'] ?? 'without a report'));
    }
    $sums = [];
    foreach (REPORTED as $count) {
        $sums[$count] = array_sum(array_column($mirror->reports(), $count));
    }
    return $sums;
}

/** @return array<string, array> the journal's rows of a folder by uri */
function rows(string $root, string $kind): array
{
    $rows = (new Journal("$root/" . FOLDERS[$kind] . '/.journal.sqlite'))->after('', PHP_INT_MAX);
    return array_column(array_filter($rows, fn (array $row): bool => $row['uri'] !== null), null, 'uri');
}

function put(string $root, array $objects): void
{
    foreach ($objects as $kind => $texts) {
        mkdir("$root/" . FOLDERS[$kind], 0o700, true);
        foreach ($texts as $name => $text) {
            file_put_contents("$root/" . FOLDERS[$kind] . "/$name", $text);
        }
    }
}

/** Each object is paired and as it was; returns why those that are not in step were set aside, by reason. */
function examine(string $root, array $objects): array
{
    $reasons = [];
    foreach ($objects as $kind => $texts) {
        $rows = rows($root, $kind);
        foreach ($texts as $name => $text) {
            check(isset($rows[$name]), "$name is neither in step nor set aside.");
            check(file_get_contents("$root/" . FOLDERS[$kind] . "/$name") === $text, "$name was changed where it lies.");
            if ($rows[$name]['state'] !== 'linked') {
                check($rows[$name]['state'] === 'set_aside', "$name is left in the state {$rows[$name]['state']}.");
                check(strlen((string) $rows[$name]['reason']) > 15, "$name was set aside without a reason.");
                $reasons[$rows[$name]['reason']][] = $name;
            }
        }
    }
    return $reasons;
}

/** Writes each object as it lies here and as it arrived there to the file that circle.py compares. */
function record(string $kind, string $here, string $there, array $names, array $ours, array $theirs): void
{
    global $root;
    $arrived = array_column($theirs, 'uri', 'remote_id');
    $out = fopen("$root/pairs.jsonl", 'a');
    // Files that are no UTF-8 are read as Windows-1252.
    $read = function (string $file): string {
        $text = (string) file_get_contents($file);
        return mb_check_encoding($text, 'UTF-8') ? $text : mb_convert_encoding($text, 'UTF-8', 'Windows-1252');
    };
    foreach ($names as $name) {
        fwrite($out, json_encode([
            'kind' => $kind,
            'name' => $name,
            'before' => $read("$here/$name"),
            'after' => $read("$there/" . $arrived[$ours[$name]['remote_id']]),
        ], JSON_THROW_ON_ERROR) . "\n");
    }
}

function round_trip(array $objects, string $root): array
{
    $standIn = StandIn::start();
    put("$root/here", $objects);
    $here = new Mirror("$root/here", $standIn->mailbox(), fn () => null, zone: 'Europe/Berlin');
    $here->link();
    cycle($here);
    $reasons = examine("$root/here", $objects);
    check(array_sum(cycle($here)) === 0, 'A second cycle wrote something: ' . json_encode(cycle($here)));

    $there = new Mirror("$root/there", $standIn->mailbox(), fn () => null, zone: 'Europe/Berlin');
    $there->link();
    cycle($there);
    check(array_sum(cycle($there)) === 0, 'A second cycle of the second folder wrote something.');
    check(array_sum(cycle($here)) === 0, 'The first folder changed after the second one was synchronised.');
    examine("$root/here", $objects);
    $crossed = 0;
    foreach (FOLDERS as $kind => $folder) {
        $linked = array_keys(array_filter(rows("$root/here", $kind), fn (array $row): bool => $row['state'] === 'linked'));
        $crossed += count($linked);
        $arrived = glob("$root/there/$folder/*.{ics,vcf}", GLOB_BRACE) ?: [];
        check(count($linked) === count($arrived), "$folder has another number of items in the second folder.");
        record($kind, "$root/here/$folder", "$root/there/$folder", $linked, rows("$root/here", $kind), rows("$root/there", $kind));
    }
    $status = $standIn->status();
    check($status['mails_sent'] === 0, "Synchronising sent {$status['mails_sent']} mails.");
    check($status['violations'] === [], 'The stand-in sent invalid answers: ' . json_encode($status['violations']));
    $standIn->stop();
    return [$crossed, $reasons];
}

$corpus = new Corpus($argv[1]);
$root = $argv[2];
[$crossed, $reasons] = [0, []];
for ($round = 1; $round <= $corpus->rounds(); $round++) {
    [$linked, $aside] = round_trip($corpus->round($round), "$root/$round");
    $crossed += $linked;
    $reasons = array_merge_recursive($reasons, $aside);
}
printf("%d files hold %d objects; %d in step on both sides, the others set aside:\n", $corpus->files, $corpus->objectCount, $crossed);
uasort($reasons, fn (array $a, array $b): int => count($b) <=> count($a));
foreach ($reasons as $reason => $names) {
    printf("  %4d  %s (for example %s)\n", count($names), $reason, $names[0]);
}
check($crossed > 0.5 * $corpus->objectCount, 'Fewer than half of the objects crossed.');
