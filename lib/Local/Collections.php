<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Local;

use OCA\DAV\CalDAV\BirthdayService;
use OCA\DAV\CalDAV\CalDavBackend;
use OCA\DAV\CardDAV\CardDavBackend;
use OCP\AppFramework\IAppContainer;
use OCP\IDBConnection;

/**
 * The collections of a user that can be linked: their own calendars, task lists and address books. Left out are what others
 * share with them, what Nextcloud makes by itself (birthdays, the system's and the recently contacted people: those two are
 * no collections of the user's own), and what lies in the trash bin.
 */
final class Collections
{
    private const COMPONENTS = ['event' => 'VEVENT', 'task' => 'VTODO'];
    private const DELETED = '{http://nextcloud.com/ns}deleted-at';
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

    public function create(string $userId, string $kind, string $name): Collection
    {
        $uri = $this->freeUri($userId, $kind, $name);
        $properties = ['{DAV:}displayname' => $name];
        $id = $kind === 'contact'
            ? $this->addressBooks->createAddressBook(self::principal($userId), $uri, $properties)
            : $this->calendars->createCalendar(
                self::principal($userId),
                $uri,
                $properties + ['components' => self::COMPONENTS[$kind]]
            );
        return new Collection($kind, (int)$id, $uri, $name);
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
        foreach ($this->calendars->getUsersOwnCalendars(self::principal($userId)) as $row) {
            $components = $row[self::SUPPORTED]->getValue();
            if (
                in_array(self::COMPONENTS[$kind], $components, true)
                && ($row[self::DELETED] ?? null) === null
                && $row['uri'] !== BirthdayService::BIRTHDAY_CALENDAR_URI
            ) {
                $name = (string)($row['{DAV:}displayname'] ?? $row['uri']);
                $collections[] = new Collection($kind, (int)$row['id'], (string)$row['uri'], $name);
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
            static fn (array $row): Collection => new Collection(
                'contact',
                (int)$row['id'],
                (string)$row['uri'],
                (string)($row['{DAV:}displayname'] ?? $row['uri'])
            ),
            array_values($this->addressBooks->getUsersOwnAddressBooks(self::principal($userId)))
        );
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
