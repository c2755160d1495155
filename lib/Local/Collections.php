<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Local;

use OCA\DAV\CalDAV\BirthdayService;
use OCA\DAV\CalDAV\CalDavBackend;
use OCA\DAV\CardDAV\CardDavBackend;
use OCA\IntegrationExchange\Failure;
use OCP\AppFramework\IAppContainer;
use OCP\IDBConnection;

/**
 * The collections of a user that can be linked: calendars, task lists and address books, their own and what others share with
 * them. Left out are what Nextcloud makes by itself (birthdays, the system's and the recently contacted people: those two are
 * no collections of anybody), and what lies in the trash bin.
 */
final class Collections
{
    private const COMPONENTS = ['event' => 'VEVENT', 'task' => 'VTODO'];
    /** Names of the calendar and the address book that Nextcloud makes for everybody, and again where they are missing. */
    private const DEFAULT = ['personal', 'contacts'];
    private const DELETED = '{http://nextcloud.com/ns}deleted-at';
    /** Nextcloud's backends say who shares a collection how, and leave it to their callers to obey. */
    private const READ_ONLY = '{http://owncloud.org/ns}read-only';
    private const COLOUR = '{http://apple.com/ns/ical/}calendar-color';
    private const SUPPORTED = '{urn:ietf:params:xml:ns:caldav}supported-calendar-component-set';

    public function __construct(
        private readonly CalDavBackend $calendars,
        private readonly CardDavBackend $addressBooks,
        private readonly IDBConnection $db,
        private readonly IAppContainer $container,
    ) {
    }

    /**
     * @return list<Collection>
     */
    public function of(string $userId, string $kind): array
    {
        return $kind === 'contact' ? $this->addressBooks($userId) : $this->calendars($userId, $kind);
    }

    /**
     * Whether the user may write to a collection now; null where it is not there for them (any more). Costs one small query
     * where it is their own.
     */
    public function writable(string $userId, string $kind, int $id): ?bool
    {
        $owner = $kind === 'contact'
            ? 'SELECT principaluri FROM *PREFIX*addressbooks WHERE id = ?'
            : 'SELECT principaluri FROM *PREFIX*calendars WHERE id = ? AND deleted_at IS NULL';
        if ($this->db->executeQuery($owner, [$id])->fetchOne() === self::principal($userId)) {
            return true;
        }
        foreach ($this->of($userId, $kind) as $collection) {
            if ($collection->id === $id) {
                return $collection->writable;
            }
        }
        return null;
    }

    /**
     * Nextcloud's backends check no rights, so whoever writes to a collection of a user asks here first.
     *
     * @throws Failure where the collection is not there for the user, or may only be read though it is to be written
     */
    public function admit(string $userId, string $kind, int $id, bool $writes): void
    {
        $writable = $this->writable($userId, $kind, $id);
        if ($writable === null) {
            throw new Failure(
                'gone',
                'The Nextcloud collection of this link does not exist any more, or is not shared with its user any more; remove the'
                    . ' link, or restore the collection or the share.'
            );
        }
        if ($writes && !$writable) {
            throw new Failure('denied', 'The Nextcloud collection of this link may only be read by now; ask its owner for the right'
                . ' to change it. Until then nothing is synchronised.');
        }
    }

    /**
     * @param string|null $colour `#rrggbb`; null: the one that Nextcloud gives. Address books have none.
     */
    public function create(string $userId, string $kind, string $name, ?string $colour = null): Collection
    {
        $uri = $this->freeUri($userId, $kind, $name);
        $properties = ['{DAV:}displayname' => $name];
        $id = $kind === 'contact'
            ? $this->addressBooks->createAddressBook(self::principal($userId), $uri, $properties)
            : $this->calendars->createCalendar(
                self::principal($userId),
                $uri,
                $properties + ['components' => self::COMPONENTS[$kind]] + ($colour === null ? [] : [self::COLOUR => $colour])
            );
        return new Collection($kind, (int)$id, $uri, $name);
    }

    /**
     * Removes objects, and the collection with them where nothing else is in it and it is a calendar or address book that the
     * user made, or this app for them. Calendars and what is in them go to the trash bin.
     *
     * @param list<string> $uris
     */
    public function remove(string $userId, string $kind, int $id, array $uris): void
    {
        $own = 'SELECT principaluri, uri FROM *PREFIX*' . ($kind === 'contact' ? 'addressbooks' : 'calendars') . ' WHERE id = ?';
        $row = $this->db->executeQuery($own, [$id])->fetch() ?: ['principaluri' => '', 'uri' => ''];
        $whole = $row['principaluri'] === self::principal($userId) && !in_array($row['uri'], self::DEFAULT, true);
        if ($whole && $this->size($kind, $id) === count($uris)) {
            $kind === 'contact'
                ? $this->addressBooks->deleteAddressBook($id)
                : $this->calendars->deleteCalendar($id, forceDeletePermanently: $uris === []);
            return;
        }
        $objects = $this->objects($kind, $id);
        foreach ($uris as $uri) {
            $objects->delete($uri);
        }
    }

    /**
     * Removes a collection that this app made, with all that is in it and without the trash bin. A person may have removed it
     * before, and another may have its number by now: it must be theirs and have that name.
     */
    public function destroy(string $userId, string $kind, int $id, string $uri): void
    {
        $own = 'SELECT uri FROM *PREFIX*' . ($kind === 'contact' ? 'addressbooks' : 'calendars') . ' WHERE id = ? AND principaluri = ?';
        if ($this->db->executeQuery($own, [$id, self::principal($userId)])->fetchOne() === $uri) {
            $kind === 'contact' ? $this->addressBooks->deleteAddressBook($id) : $this->calendars->deleteCalendar($id, true);
        }
    }

    /**
     * How much is in a calendar or address book, of whatever kind.
     */
    private function size(string $kind, int $id): int
    {
        $count = $kind === 'contact'
            ? 'SELECT COUNT(*) FROM *PREFIX*cards WHERE addressbookid = ?'
            : 'SELECT COUNT(*) FROM *PREFIX*calendarobjects WHERE calendarid = ? AND calendartype = 0 AND deleted_at IS NULL';
        return (int)$this->db->executeQuery($count, [$id])->fetchOne();
    }

    public function objects(string $kind, int $id): Objects
    {
        return $kind === 'contact'
            ? new Cards($this->addressBooks, $this->db, $id, fn () => $this->container->resolve(CardDavBackend::class))
            : new CalendarObjects($this->calendars, $this->db, $id, self::COMPONENTS[$kind]);
    }

    /**
     * @return list<Collection>
     */
    private function calendars(string $userId, string $kind): array
    {
        $collections = [];
        foreach ($this->calendars->getCalendarsForUser(self::principal($userId)) as $row) {
            $components = $row[self::SUPPORTED]->getValue();
            if (
                in_array(self::COMPONENTS[$kind], $components, true)
                && ($row[self::DELETED] ?? null) === null
                && !str_starts_with((string)$row['uri'], BirthdayService::BIRTHDAY_CALENDAR_URI)
            ) {
                $collections[] = self::collection($kind, $row);
            }
        }
        return $collections;
    }

    /**
     * @return list<Collection>
     */
    private function addressBooks(string $userId): array
    {
        return array_map(
            static fn (array $row): Collection => self::collection('contact', $row),
            array_values($this->addressBooks->getAddressBooksForUser(self::principal($userId)))
        );
    }

    private static function collection(string $kind, array $row): Collection
    {
        $name = (string)($row['{DAV:}displayname'] ?? $row['uri']);
        return new Collection($kind, (int)$row['id'], (string)$row['uri'], $name, !($row[self::READ_ONLY] ?? false));
    }

    private function freeUri(string $userId, string $kind, string $name): string
    {
        $slug = trim((string)preg_replace('/[^a-z0-9]+/', '-', strtolower($name)), '-');
        $slug = $slug === '' ? 'exchange' : substr($slug, 0, 60);
        for ($number = 1;; $number++) {
            $uri = $number === 1 ? $slug : "$slug-$number";
            // Also finds what lies in the trash bin, whose names are taken.
            $taken = $kind === 'contact'
                ? $this->addressBooks->getAddressBooksByUri(self::principal($userId), $uri)
                : $this->calendars->getCalendarByUri(self::principal($userId), $uri);
            if ($taken === null) {
                return $uri;
            }
        }
    }

    private static function principal(string $userId): string
    {
        return "principals/users/$userId";
    }
}
