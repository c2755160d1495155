<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use OCA\DAV\CalDAV\CalDavBackend;
use OCA\DAV\CardDAV\CardDavBackend;
use OCP\IDBConnection;
use OCP\IUserManager;
use OCP\Server;
use PHPUnit\Framework\TestCase;

/**
 * A test with a user of its own in the throw-away Nextcloud.
 */
abstract class InstanceTestCase extends TestCase
{
    protected string $user;
    protected IDBConnection $db;
    protected CalDavBackend $calendars;
    protected CardDavBackend $addressBooks;

    protected function setUp(): void
    {
        $this->db = Server::get(IDBConnection::class);
        $this->calendars = Server::get(CalDavBackend::class);
        $this->addressBooks = Server::get(CardDavBackend::class);
        $this->user = 'user' . bin2hex(random_bytes(4));
        self::assertNotFalse(Server::get(IUserManager::class)->createUser($this->user, 'Fixture-User-7'));
    }

    protected function tearDown(): void
    {
        while ($this->db->inTransaction()) {
            $this->db->rollBack();
        }
        Server::get(IUserManager::class)->get($this->user)?->delete();
    }

    protected function principal(): string
    {
        return "principals/users/$this->user";
    }

    /**
     * @return array<string, string> text by uri of what a calendar holds, the trash bin left out
     */
    protected function calendar(int $id): array
    {
        $rows = $this->calendars->getCalendarObjects($id);
        $uris = array_column(array_filter($rows, static fn (array $row): bool => !isset($row['deleted_at'])), 'uri');
        return array_column($this->calendars->getMultipleCalendarObjects($id, $uris), 'calendardata', 'uri');
    }

    /**
     * @return array<string, string> text by uri
     */
    protected function addressBook(int $id): array
    {
        return array_column($this->addressBooks->getCards($id), 'carddata', 'uri');
    }

    protected static function event(string $uid, string $summary): string
    {
        return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Fixture//EN\r\nBEGIN:VEVENT\r\nUID:$uid\r\nDTSTAMP:20260102T030405Z\r\n"
            . "DTSTART:20260301T090000Z\r\nDTEND:20260301T100000Z\r\nSUMMARY:$summary\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    }

    protected static function task(string $uid, string $summary): string
    {
        return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Fixture//EN\r\nBEGIN:VTODO\r\nUID:$uid\r\nDTSTAMP:20260102T030405Z\r\n"
            . "SUMMARY:$summary\r\nEND:VTODO\r\nEND:VCALENDAR\r\n";
    }

    protected static function card(string $uid, string $name): string
    {
        return "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:$uid\r\nFN:$name\r\nN:$name;;;;\r\nEND:VCARD\r\n";
    }
}
