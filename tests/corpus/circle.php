<?php

// SPDX-License-Identifier: AGPL-3.0-or-later
//
// The circle of real files inside a Nextcloud: from one account through the stand-in Exchange into a second one.

declare(strict_types=1);

use Exchange\Tests\StandIn;
use OCA\DAV\CalDAV\CalDavBackend;
use OCA\DAV\CardDAV\CardDavBackend;
use OCA\IntegrationExchange\Cycle\Synchronisation;
use OCA\IntegrationExchange\Db\Link;
use OCA\IntegrationExchange\Journal\Journals;
use OCA\IntegrationExchange\Local\Collections;
use OCA\IntegrationExchange\Service\Accounts;
use OCA\IntegrationExchange\Service\Links;
use OCA\IntegrationExchange\Service\SignIn;
use OCP\Server;
use Sabre\VObject\Node;
use Sabre\VObject\Reader;

/** @return array<string, Link> a new collection for each default folder of the mailbox, by kind */
function links(StandIn $standIn, string $user, string $name): array
{
    $accounts = Server::get(Accounts::class);
    $account = $accounts->add($user, $standIn->address, $standIn->url, SignIn::withPassword($standIn->address, $standIn->password));
    $links = [];
    foreach ($accounts->folders($account) as $folder) {
        if ($folder['default']) {
            $links[$folder['kind']] = Server::get(Links::class)->link($account, $folder, "$name {$folder['kind']}", true);
        }
    }
    return $links;
}

function disconnect(array $links): void
{
    $accounts = Server::get(Accounts::class);
    $accounts->remove($accounts->get(reset($links)->getAccountId()));
}

/** What two cycles wrote; the second must write nothing. */
function synchronise(array $links, string $who): void
{
    foreach ([1, 2] as $cycle) {
        $ids = array_map(fn (Link $link): int => $link->getId(), array_values($links));
        foreach (Server::get(Synchronisation::class)->run($ids) as $result) {
            if (!$result->ok()) {
                throw new \RuntimeException("Synchronising $who did not end well: {$result->message}");
            }
            $written = array_sum(array_filter(
                $result->counts,
                fn (string $count): bool => preg_match('/^(local|remote)_(created|updated|deleted)$/', $count) === 1,
                ARRAY_FILTER_USE_KEY,
            ));
            if ($cycle === 2 && $written !== 0) {
                throw new \RuntimeException("A second cycle of $who wrote $written objects.");
            }
        }
    }
}

/**
 * A card as Nextcloud's CardDAV server takes it: one without a UID gets one, what is not allowed is mended or refused
 * (Sabre\CardDAV\Plugin::validateVCard).
 */
function admitted(string $text): string
{
    $card = Reader::read($text);
    $problems = $card->validate(Node::PROFILE_CARDDAV | Node::REPAIR);
    foreach ($problems as $problem) {
        if ($problem['level'] === 3) {
            throw new \RuntimeException($problem['message']);
        }
    }
    return $problems === [] ? $text : $card->serialize();
}

/**
 * Stores the files as Nextcloud does.
 *
 * @return array{array<string, array<string, string>>, array<string, int>} the texts as stored, by kind and name, and how often
 *     Nextcloud refused one, by kind and reason
 */
function put(array $objects, array $links): array
{
    [$calendars, $books] = [Server::get(CalDavBackend::class), Server::get(CardDavBackend::class)];
    [$stored, $refused] = [[], []];
    foreach ($objects as $kind => $texts) {
        $id = $links[$kind]->getCollectionId();
        foreach ($texts as $uri => $text) {
            try {
                if ($kind === 'contact') {
                    $text = admitted($text);
                    $books->createCard($id, $uri, $text, false);
                } else {
                    $calendars->createCalendarObject($id, $uri, $text);
                }
                $stored[$kind][$uri] = $text;
            } catch (\Throwable $error) {
                // Without what is said of the one file.
                $reason = "$kind: " . preg_replace('/[:(\d].*/s', '…', $error->getMessage());
                $refused[$reason] = ($refused[$reason] ?? 0) + 1;
            }
        }
    }
    arsort($refused);
    return [$stored, $refused];
}

/** @return array<string, array{string, string}> uri and text by the id of the item, of those in step */
function texts(Link $link): array
{
    $rows = Server::get(Journals::class)->of($link->getId())->after('', PHP_INT_MAX);
    $linked = array_filter($rows, fn (array $row): bool => $row['state'] === 'linked');
    $objects = Server::get(Collections::class)->objects($link->getKind(), $link->getCollectionId());
    $texts = [];
    foreach (array_chunk(array_column($linked, 'uri'), 100) as $uris) {
        foreach ($objects->read($uris) as $object) {
            $texts[$object['uri']] = $object['text'];
        }
    }
    $byItem = [];
    foreach ($linked as $row) {
        $byItem[$row['remote_id']] = [$row['uri'], $texts[$row['uri']]];
    }
    return $byItem;
}

function circle(array $objects, string $name, mixed $out): void
{
    $standIn = StandIn::start(['--no-validate']);
    $here = links($standIn, 'admin', "Here $name");
    [$stored, $refused] = put($objects, $here);
    synchronise($here, 'the first account');
    $there = links($standIn, 'second', "There $name");
    synchronise($there, 'the second account');
    $pairs = 0;
    foreach ($here as $kind => $link) {
        $arrived = texts($there[$kind]);
        foreach (texts($link) as $item => [$uri, $before]) {
            if (($stored[$kind][$uri] ?? $before) !== $before) {
                throw new \RuntimeException("$uri was changed where it lies.");
            }
            $pair = ['kind' => $kind, 'name' => $uri, 'before' => $before, 'after' => $arrived[$item][1]];
            fwrite($out, json_encode($pair, JSON_THROW_ON_ERROR | JSON_INVALID_UTF8_SUBSTITUTE) . "\n");
            $pairs++;
        }
    }
    if ($standIn->status()['mails_sent'] !== 0) {
        throw new \RuntimeException('Synchronising sent mail.');
    }
    printf("  %s: %d in step in both accounts, %d that Nextcloud does not store:\n", $name, $pairs, array_sum($refused));
    foreach ($refused as $reason => $count) {
        printf("  %5d  %s\n", $count, $reason);
    }
    array_map(disconnect(...), [$here, $there]);
    $standIn->stop();
}
