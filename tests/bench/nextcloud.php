<?php

// SPDX-License-Identifier: AGPL-3.0-or-later
//
// Inside a throw-away Nextcloud: what an import costs against a bare loop that stores the same objects through the same
// backends, in the same run.

declare(strict_types=1);

use Exchange\Tests\Report;
use Exchange\Tests\StandIn;
use OCA\DAV\CalDAV\CalDavBackend;
use OCA\DAV\CardDAV\CardDavBackend;
use OCA\IntegrationExchange\Cycle\Synchronisation;
use OCA\IntegrationExchange\Local\Collections;
use OCA\IntegrationExchange\Service\Accounts;
use OCA\IntegrationExchange\Service\Links;
use OCA\IntegrationExchange\Service\SignIn;
use OCP\Server;

require __DIR__ . '/inside.php';

const USER = 'admin';
const WRITES = ['CreateItem', 'UpdateItem', 'DeleteItem', 'CreateAttachment', 'DeleteAttachment'];

/** @return array<int, \OCA\IntegrationExchange\Db\Link> the mailbox's calendar and contacts, linked to new collections */
function links(StandIn $standIn, string $name): array
{
    $accounts = Server::get(Accounts::class);
    $account = $accounts->add(USER, $standIn->address, $standIn->url, SignIn::withPassword($standIn->address, $standIn->password));
    $service = Server::get(Links::class);
    foreach ($service->of([$account->getId()]) as $link) {
        $service->unlink($link);
    }
    $links = [];
    foreach ($accounts->folders($account) as $folder) {
        if ($folder['kind'] !== 'task') {
            $link = $service->link($account, $folder, "$name {$folder['name']}", true);
            $links[$link->getId()] = $link;
        }
    }
    return $links;
}

function synchronise(array $links): float
{
    $began = microtime(true);
    foreach (Server::get(Synchronisation::class)->run(array_keys($links)) as $result) {
        if (!$result->ok()) {
            throw new \RuntimeException("The import did not end well: {$result->message}");
        }
    }
    return microtime(true) - $began;
}

/** @return array<string, array<string, string>> text by kind and uri */
function texts(array $links): array
{
    $texts = [];
    foreach ($links as $link) {
        $objects = Server::get(Collections::class)->objects($link->getKind(), $link->getCollectionId());
        foreach (array_chunk(array_keys(iterator_to_array($objects->etags())), 100) as $uris) {
            foreach ($objects->read(array_map(strval(...), $uris)) as $object) {
                $texts[$link->getKind()][$object['uri']] = $object['text'];
            }
        }
    }
    return $texts;
}

/** Stores the texts through Nextcloud's own backends and nothing else. */
function bare(array $texts, string $name): float
{
    $collections = Server::get(Collections::class);
    [$calendars, $books] = [Server::get(CalDavBackend::class), Server::get(CardDavBackend::class)];
    $calendar = $collections->create(USER, 'event', "$name calendar")->id;
    $book = $collections->create(USER, 'contact', "$name contacts")->id;
    $began = microtime(true);
    foreach ($texts['event'] as $uri => $text) {
        $calendars->createCalendarObject($calendar, $uri, $text);
    }
    foreach ($texts['contact'] as $uri => $text) {
        $books->createCard($book, $uri, $text, false);
    }
    return microtime(true) - $began;
}

function measure(Report $report): void
{
    $standIn = StandIn::start(['--seed', '3', '--contacts', '1000', '--events', '1000', '--tasks', '0', '--no-validate']);
    $links = links($standIn, 'First import');
    synchronise($links);
    $texts = texts($links);
    $items = array_sum(array_map(count(...), $texts));
    if ($items !== 2000) {
        throw new \RuntimeException("Only $items of 2000 items were imported.");
    }
    // The bare loop before and after, so that neither has the warmer or the emptier database.
    $before = bare($texts, 'First loop');
    $links = links($standIn, 'Second import');
    $standIn->calls();
    $import = synchronise($links);
    $calls = $standIn->calls();
    $after = bare($texts, 'Second loop');
    $report->add('import.nextcloud_calls_per_item', array_sum($calls) / $items, 'calls', 0.05);
    $report->add('import.nextcloud_remote_writes', array_sum(array_intersect_key($calls, array_flip(WRITES))), 'calls', 0);
    $report->add('import.floor_ratio', 2 * $import / ($before + $after), 'ratio', 1.25);
}

Report::fill($argv[1], measure(...));
