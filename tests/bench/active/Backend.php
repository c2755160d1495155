<?php

// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace Exchange\Tests\Active;

use Closure;
use OCA\DAV\CalDAV\CalDavBackend;
use OCA\DAV\CardDAV\CardDavBackend;
use OCP\DB\Exception;
use OCP\Server;

/** Nextcloud's own storage, which tells everybody of a change as a request does. */
final class Backend implements Door
{
    private const ATTEMPTS = 100;
    private const PAUSE = 50_000;

    private readonly CalDavBackend $calendars;
    private readonly CardDavBackend $books;

    public function __construct()
    {
        $this->calendars = Server::get(CalDavBackend::class);
        $this->books = Server::get(CardDavBackend::class);
    }

    public function get(Person $person, string $kind, string $uri): ?string
    {
        $collection = $person->collections[$kind]['id'];
        if ($kind === 'contact') {
            return ($this->books->getCard($collection, $uri) ?: [])['carddata'] ?? null;
        }
        $row = $this->calendars->getCalendarObject($collection, $uri);
        return $row === null || isset($row['{http://nextcloud.com/ns}deleted-at']) ? null : $row['calendardata'];
    }

    public function put(Person $person, string $kind, string $uri, string $text): void
    {
        $collection = $person->collections[$kind]['id'];
        $new = $this->get($person, $kind, $uri) === null;
        self::insist(fn () => match (true) {
            $kind === 'contact' && $new => $this->books->createCard($collection, $uri, $text),
            $kind === 'contact' => $this->books->updateCard($collection, $uri, $text),
            $new => $this->calendars->createCalendarObject($collection, $uri, $text),
            default => $this->calendars->updateCalendarObject($collection, $uri, $text),
        });
    }

    public function delete(Person $person, string $kind, string $uri): void
    {
        $collection = $person->collections[$kind]['id'];
        self::insist(fn () => $kind === 'contact'
            ? $this->books->deleteCard($collection, $uri)
            : $this->calendars->deleteCalendarObject($collection, $uri));
    }

    /**
     * All that a collection holds, the trash bin left out.
     *
     * @return array<string, string> text by uri
     */
    public function all(Person $person, string $kind): array
    {
        $collection = $person->collections[$kind]['id'];
        if ($kind === 'contact') {
            return array_column($this->books->getCards($collection), 'carddata', 'uri');
        }
        $rows = $this->calendars->getCalendarObjects($collection);
        $uris = array_column(array_filter($rows, static fn (array $row): bool => !isset($row['deleted_at'])), 'uri');
        return array_column($this->calendars->getMultipleCalendarObjects($collection, $uris), 'calendardata', 'uri');
    }

    /** A database may refuse one of two writers, as it does to people's programs, which try again. */
    private static function insist(Closure $write): void
    {
        for ($attempt = 1;; $attempt++) {
            try {
                $write();
                return;
            } catch (Exception $error) {
                if ($attempt === self::ATTEMPTS || !preg_match('/locked|deadlock|lock wait/i', $error->getMessage())) {
                    throw $error;
                }
                usleep(self::PAUSE);
            }
        }
    }
}
