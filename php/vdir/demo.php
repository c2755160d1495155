<?php

// SPDX-License-Identifier: AGPL-3.0-or-later
//
// The demo: a seeded mailbox and a folder of files in step, then one change on each side.

declare(strict_types=1);

require __DIR__ . '/src/autoload.php';
require __DIR__ . '/../../tests/exchange/php/StandIn.php';

use Exchange\Tests\StandIn;
use Vdir\Mirror;
use Vdir\Progress;

/** One cycle of every link with its progress bar; the calls it made. */
function cycle(Mirror $mirror, Progress $progress, StandIn $standIn): int
{
    $standIn->calls();
    $well = $mirror->run();
    $progress->end($mirror->reports());
    foreach ($mirror->reports() as $report) {
        if (($report['error'] ?? null) !== null) {
            fwrite(STDERR, $report['message'] . "\n");
        }
    }
    if (!$well) {
        throw new \RuntimeException('The demo ends here, because a cycle did not end well.');
    }
    return array_sum($standIn->calls());
}

function say(string $heading): void
{
    echo stream_isatty(STDOUT) ? "\n\e[1m$heading\e[0m\n" : "\n$heading\n";
}

/** What a cycle moved, in a line each. */
function tell(Mirror $mirror): void
{
    foreach ($mirror->moved() as $id => $moves) {
        $name = basename($mirror->links()[$id]['path']);
        foreach ($moves as $move) {
            echo "  here   $name: $move\n";
        }
        $report = $mirror->reports()[$id];
        foreach (['created', 'updated', 'deleted'] as $done) {
            if (($report["remote_$done"] ?? 0) > 0) {
                echo "  there  $name: {$report["remote_$done"]} $done\n";
            }
        }
    }
}

/** The first file of a folder whose text matches, with its text. */
function file_with(string $folder, string $pattern): array
{
    foreach (glob("$folder/*.{ics,vcf}", GLOB_BRACE) ?: [] as $file) {
        $text = (string) file_get_contents($file);
        if (preg_match($pattern, $text) === 1) {
            return [$file, $text];
        }
    }
    throw new \RuntimeException("No file in $folder matches $pattern.");
}

/** @return array<string, mixed> the first contact of the mailbox that has a business phone */
function contact(StandIn $standIn): array
{
    foreach ($standIn->dump()['items'] as $item) {
        if ($item['class'] === 'Contact') {
            return $item;
        }
    }
    throw new \RuntimeException('The seeded mailbox has no contact.');
}

function folder(Mirror $mirror, string $kind): string
{
    foreach ($mirror->links() as $link) {
        if ($link['kind'] === $kind) {
            return $link['path'];
        }
    }
    throw new \RuntimeException("The mailbox has no folder for a $kind.");
}

/** Changes the line of a property in a file as a person with an editor would; returns the lines before and after. */
function edit(string $file, string $text, string $property, string $value): array
{
    preg_match("/^$property:[^\r\n]*/m", $text, $match);
    file_put_contents($file, preg_replace("/^$property:[^\r\n]*/m", "$property:$value", $text, 1));
    return [$match[0], "$property:$value"];
}

$root = $argv[1] ?? sys_get_temp_dir() . '/exchange-demo-' . bin2hex(random_bytes(4));
$began = microtime(true);
$calls = 0;

say('A stand-in Exchange with a seeded mailbox');
mkdir($root, 0o700, true);
$standIn = StandIn::start(['--seed', '1'], "$root/authority.pem");
echo "  {$standIn->address} at {$standIn->url}\n";

say('Synchronising it with a folder of files');
$progress = new Progress();
$mirror = new Mirror($root, $standIn->mailbox(), $progress->show(...), zone: 'Europe/Berlin');
$mirror->link();
$calls += cycle($mirror, $progress, $standIn);
foreach ($mirror->links() as $link) {
    printf("  %-10s %5d items in %s\n", $link['kind'] . 's', $link['items'], $link['path']);
}

say('Changing an item on each side');
// What somebody else organises stays theirs, so it is an event without an organizer.
[$file, $text] = file_with(folder($mirror, 'event'), '/\A(?![\s\S]*^ORGANIZER)[\s\S]*^SUMMARY:[^\r\n]+\r?\n(?! )/m');
[$before, $after] = edit($file, $text, 'SUMMARY', 'Changed in the file');
echo "  here   " . basename($file) . ": $before  ->  $after\n";
$contact = contact($standIn);
$standIn->change($contact['number'], ['JobTitle' => 'Changed in Exchange']);
echo "  there  the contact number {$contact['number']}: JobTitle  ->  Changed in Exchange\n";

say('Synchronising again: what moved');
$calls += $last = cycle($mirror, $progress, $standIn);
tell($mirror);
[$card] = file_with(folder($mirror, 'contact'), '/^TITLE:Changed in Exchange/m');
echo '  here   ' . basename($card) . " now says TITLE:Changed in Exchange\n";
$changed = array_filter(
    $standIn->dump()['items'],
    fn (array $item): bool => in_array('Changed in the file', $item['properties'], true),
);
if ($changed === []) {
    throw new \RuntimeException('The change in the file did not reach the mailbox.');
}
echo "  there  the event's subject is now “Changed in the file” ($last calls)\n";

say('Once more, with nothing to do');
$calls += $idle = cycle($mirror, $progress, $standIn);
tell($mirror);
echo "  $idle calls, one for each link\n";

say('In step');
$items = 0;
printf("  %-10s %7s %10s %10s\n", 'kind', 'items', 'set aside', 'losses');
foreach ($mirror->links() as $id => $link) {
    $items += $link['items'];
    $unfinished = $mirror->unfinished()[$id];
    printf("  %-10s %7d %10d %10d\n", $link['kind'] . 's', $link['items'], $unfinished['set_aside'], $unfinished['losses']);
}
$status = $standIn->status();
printf("  %d items, %d calls, %.1f seconds, %d mails sent\n", $items, $calls, microtime(true) - $began, $status['mails_sent']);
echo "  The files are in $root\n";
$standIn->stop();
