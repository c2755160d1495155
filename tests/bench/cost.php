<?php

// SPDX-License-Identifier: AGPL-3.0-or-later
//
// Inside a throw-away Nextcloud: what a cycle costs by the size of its link and by what changed, in calls to Exchange, rows of the
// journal and local objects; and the memory of a first import. The comparison of uris and etags is left out of the rows: the token
// saves it where nothing changed.
//
//   cost.php REPORT SIZE [SMALLER]   SMALLER: the figures of a smaller link, which those of this one must not exceed

declare(strict_types=1);

use Exchange\Engine;
use Exchange\Tests\Report;
use Exchange\Tests\StandIn;
use OCA\DAV\CardDAV\CardDavBackend;
use OCA\IntegrationExchange\Cycle\Options;
use OCA\IntegrationExchange\Cycle\Parts;
use OCA\IntegrationExchange\Cycle\Synchronisation;
use OCA\IntegrationExchange\Service\Accounts;
use OCA\IntegrationExchange\Service\Links;
use OCA\IntegrationExchange\Service\SignIn;
use OCP\Server;

require __DIR__ . '/inside.php';

const USER = 'admin';
/** What a first import of 100,000 items may take above an idle occ. */
const MEMORY = 96;
/** Some items are groups of contacts. */
const SPARE = 10;

function kib(string $field): int
{
    preg_match("/^$field:\\s+(\\d+) kB/m", (string) file_get_contents('/proc/self/status'), $match);
    return (int) $match[1];
}

/** The mailbox's contacts, linked to a new address book: ids of the link and of the book. */
function link_contacts(StandIn $standIn, int $size): array
{
    $accounts = Server::get(Accounts::class);
    $account = $accounts->add(USER, $standIn->address, $standIn->url, SignIn::withPassword($standIn->address, $standIn->password));
    foreach (Server::get(Links::class)->of([$account->getId()]) as $old) {
        Server::get(Links::class)->unlink($old);
    }
    $folder = array_column($accounts->folders($account), null, 'kind')['contact'];
    $link = Server::get(Links::class)->link($account, $folder, "Cost of $size", true);
    return [$link->getId(), $link->getCollectionId()];
}

/** One cycle, answered as the app does, and what it asked for. */
function cycle(int $id, StandIn $standIn): array
{
    $parts = Server::get(Parts::class);
    $link = $parts->link($id);
    $report = [];
    $host = $parts->host($link, static fn () => null, static function (array $said) use (&$report): void {
        $report = $said;
    });
    $counts = ['rows_read' => 0, 'rows_written' => 0, 'objects_read' => 0];
    $standIn->calls();
    $engine = new Engine();
    $engine->sync($parts->describe($link, $parts->account($link), false, new Options()));
    while (($request = $engine->next(1000)) !== null) {
        if ($request->kind === 'idle') {
            continue;
        }
        $payload = $request->payload;
        $answer = $request->kind === 'hold' ? null : $host->answer($request->kind, $payload);
        match ($request->kind) {
            'load' => $counts['rows_read'] += count($answer),
            'read' => $counts['objects_read'] += count($answer),
            'write' => $counts['rows_written'] += count($payload['writes']),
            'save' => $counts['rows_written'] += count($payload['pairs'] ?? []) + count($payload['forget'] ?? []),
            default => null,
        };
        $engine->reply($request, $answer);
    }
    if (($report['error'] ?? null) !== null || !($report['done'] ?? false)) {
        throw new \RuntimeException('A cycle ended early: ' . json_encode($report));
    }
    return ['calls' => array_sum($standIn->calls())] + $counts + ['report' => $report];
}

/** Changes so many contacts in Exchange, or in Nextcloud; no groups, which ask for their members. */
function change(string $side, int $count, StandIn $standIn, int $book): void
{
    static $round = 0;
    $round++;
    if ($side === 'remote') {
        $contacts = array_filter($standIn->dump()['items'], static fn (array $item): bool => $item['class'] === 'Contact');
        foreach (array_slice($contacts, 0, $count) as $item) {
            $standIn->change($item['number'], ['JobTitle' => "Changed in round $round"]);
        }
        return;
    }
    $backend = Server::get(CardDavBackend::class);
    $sql = 'SELECT uri, carddata FROM *PREFIX*cards WHERE addressbookid = ? ORDER BY id LIMIT ' . ($count + SPARE);
    $cards = Server::get(\OCP\IDBConnection::class)->executeQuery($sql, [$book])->fetchAll();
    $contacts = array_filter($cards, static fn (array $card): bool => !str_contains((string) $card['carddata'], 'KIND:group'));
    foreach (array_slice($contacts, 0, $count) as $card) {
        $text = preg_replace('/^TITLE:.*(\r\n[ \t].*)*\r\n/m', '', (string) $card['carddata']);
        $backend->updateCard($book, $card['uri'], str_replace('END:VCARD', "TITLE:Changed in round $round\r\nEND:VCARD", $text));
    }
}

function measure(Report $report, int $size, ?int $smaller): void
{
    $standIn = StandIn::start(['--seed', '9', '--contacts', (string) ($size + SPARE), '--events', '0', '--tasks', '0', '--no-validate']);
    [$link, $book] = link_contacts($standIn, $size);
    $idle = kib('VmRSS');
    $result = Server::get(Synchronisation::class)->run([$link])[$link];
    if (!$result->ok() || $result->counts['local_created'] !== $size + SPARE) {
        throw new \RuntimeException("The import did not end well: $result->message");
    }
    if ($size === 100_000) {
        $report->add('cost.memory_mb', (kib('VmHWM') - $idle) / 1024, 'MiB', MEMORY);
    }
    cycle($link, $standIn);
    foreach (['remote', 'local'] as $side) {
        foreach ([0, 1, 100] as $changes) {
            change($side, $changes, $standIn, $book);
            $cost = cycle($link, $standIn);
            $moved = $cost['report'][$side === 'remote' ? 'local_updated' : 'remote_updated'];
            if ($moved !== $changes) {
                throw new \RuntimeException("Of $changes changes ($side) $moved crossed.");
            }
            foreach (['calls', 'rows_read', 'rows_written', 'objects_read'] as $what) {
                $goal = $smaller === null ? null : $report->value("cost.$what.$side.$changes.of_$smaller");
                $report->add("cost.$what.$side.$changes.of_$size", $cost[$what], $what, $goal);
            }
            // The echo of what was written.
            cycle($link, $standIn);
        }
    }
}

Report::fill($argv[1], fn (Report $report) => measure($report, (int) $argv[2], isset($argv[3]) ? (int) $argv[3] : null));
