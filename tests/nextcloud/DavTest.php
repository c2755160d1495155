<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use OCA\DAV\CalDAV\CalDavBackend;
use OCP\IUserManager;
use OCP\Server;

/**
 * What a person does with a calendar program: objects and whole collections go to the trash bin and come back, move, are shared.
 */
final class DavTest extends EndToEndTestCase
{
    private WebServer $server;
    private ?string $other = null;

    protected function setUp(): void
    {
        parent::setUp();
        $this->server = WebServer::start();
    }

    protected function tearDown(): void
    {
        $this->server->stop();
        if ($this->other !== null) {
            Server::get(IUserManager::class)->get($this->other)?->delete();
        }
        parent::tearDown();
    }

    public function testATrashedObjectIsDeletedThereAndARestoredOneComesBack(): void
    {
        ['link' => $link, 'collection' => $calendar] = $this->link($this->addAccount(), 'event');
        $this->put($calendar, 'a', 'A');
        $this->put($calendar, 'b', 'B');
        $this->sync($link);

        // Deleted and restored between two cycles: as if nothing had been.
        $this->dav('DELETE', $this->path($calendar) . '/a.ics');
        $this->restore($calendar, 'a');
        self::assertSame(0, $this->written($this->sync($link)));
        $this->assertInStep(['A', 'B'], 'event', $calendar);

        $this->dav('DELETE', $this->path($calendar) . '/a.ics');
        self::assertSame(1, $this->sync($link)['remote_deleted']);
        $this->assertInStep(['B'], 'event', $calendar);

        $this->restore($calendar, 'a');
        self::assertSame(1, $this->sync($link)['remote_created']);
        $this->assertInStep(['A', 'B'], 'event', $calendar);
        self::assertSame(0, $this->written($this->sync($link)));
    }

    public function testAnObjectThatWasDeletedAndMadeAnewUnderItsOldNameIsChanged(): void
    {
        ['link' => $link, 'collection' => $calendar] = $this->link($this->addAccount(), 'event');
        $this->put($calendar, 'a', 'Before');
        $this->sync($link);
        $this->dav('DELETE', $this->path($calendar) . '/a.ics');
        $this->dav('DELETE', "calendars/$this->user/trashbin/objects/" . $this->trashed($calendar, 'a') . '.ics');
        $this->put($calendar, 'a', 'After');
        // Nextcloud's own change log says that the object is deleted.
        $this->sync($link);
        $this->assertInStep(['After'], 'event', $calendar);
    }

    public function testAChangeThatTheTokenHidesIsFoundByTheFullComparison(): void
    {
        ['link' => $link, 'collection' => $calendar] = $this->link($this->addAccount(), 'event');
        $this->put($calendar, 'a', 'Before');
        $this->sync($link);
        $this->sync($link);
        $token = $this->token($calendar);
        $this->put($calendar, 'a', 'After');
        $this->put($calendar, 'b', 'New');
        // A long transaction of somebody else may set the token back.
        $this->db->executeStatement('UPDATE *PREFIX*calendars SET synctoken = ? WHERE id = ?', [$token, $calendar]);
        self::assertSame(0, $this->written($this->sync($link)), 'the token says that nothing changed');
        $this->db->executeStatement('UPDATE *PREFIX*exchange_links SET last_full = ? WHERE id = ?', [time() - 90_000, $link]);
        $this->sync($link);
        $this->assertInStep(['After', 'New'], 'event', $calendar);
    }

    public function testAnObjectMovesFromOneLinkedCalendarToAnother(): void
    {
        $account = $this->addAccount();
        ['link' => $first, 'collection' => $from] = $this->link($account, 'event');
        $this->remote->createFolder('Team');
        $second = Occ::json(0, 'exchange:link', (string)$account, 'Team', '--create')['id'];
        $to = $this->calendarNamed('Team');
        $this->put($from, 'a', 'Stays');
        $this->put($from, 'b', 'Moves');
        $this->sync($first);
        $this->sync($second);
        $this->dav('MOVE', $this->path($from) . '/b.ics', to: $this->path($to) . '/b.ics');
        foreach ([$second, $first, $second, $first] as $link) {
            $this->sync($link);
        }
        $this->assertInStep(['Stays'], 'event', $from);
        self::assertSame(['Moves'], $this->summaries('event', $to));
        self::assertSame(['Moves'], $this->subjectsIn('Team'));
        // And back.
        $this->dav('MOVE', $this->path($to) . '/b.ics', to: $this->path($from) . '/b.ics');
        foreach ([$first, $second, $first, $second] as $link) {
            $this->sync($link);
        }
        $this->assertInStep(['Moves', 'Stays'], 'event', $from);
        self::assertSame([[], []], [$this->summaries('event', $to), $this->subjectsIn('Team')]);
    }

    public function testAnObjectThatMovesToACalendarWithoutALinkLeavesExchangeAndComesBackWithIt(): void
    {
        ['link' => $link, 'collection' => $calendar] = $this->link($this->addAccount(), 'event');
        $this->calendars->createCalendar($this->principal(), 'private', ['components' => 'VEVENT']);
        $this->put($calendar, 'a', 'A');
        $this->sync($link);
        $this->dav('MOVE', $this->path($calendar) . '/a.ics', to: "calendars/$this->user/private/a.ics");
        self::assertSame(1, $this->sync($link)['remote_deleted']);
        self::assertSame([], $this->remote->items('event'));
        $this->dav('MOVE', "calendars/$this->user/private/a.ics", to: $this->path($calendar) . '/a.ics');
        self::assertSame(1, $this->sync($link)['remote_created']);
        $this->assertInStep(['A'], 'event', $calendar);
    }

    public function testATrashedCalendarStopsItsLinkAndARestoredOneGoesOn(): void
    {
        ['link' => $link, 'collection' => $calendar] = $this->link($this->addAccount(), 'event');
        $this->put($calendar, 'a', 'A');
        $this->sync($link);
        $this->dav('DELETE', $this->path($calendar));
        $result = Occ::json(1, 'exchange:sync', '--link', (string)$link)['links'][0];
        self::assertSame('gone', $result['error']);
        self::assertSame('stopped', $this->status($link, 3)['state']);
        self::assertSame(['A'], array_keys($this->remote->items('event')), 'nothing is deleted in Exchange');

        Server::get(CalDavBackend::class)->restoreCalendar($calendar);
        $this->remote->createEvent('B');
        $this->sync($link);
        $this->assertInStep(['A', 'B'], 'event', $calendar);
    }

    public function testASharedCalendarIsLinkedWhereItMayBeChangedAndLeftAloneWhereNot(): void
    {
        $shared = (int)$this->calendars->createCalendar($this->others(), 'shared', [
            '{DAV:}displayname' => 'Family', 'components' => 'VEVENT',
        ]);
        $account = (string)$this->addAccount();
        $this->share("calendars/$this->other/shared", writable: false);
        $link = Occ::json(0, 'exchange:link', $account, 'Calendar', '--collection', "Family ($this->other)")['id'];
        self::assertSame('The collection is shared with you for reading only, so changes go to Exchange only.', $this->oneWay($link));
        Occ::json(0, 'exchange:unlink', (string)$link);

        $this->share("calendars/$this->other/shared", writable: true);
        $link = Occ::json(0, 'exchange:link', $account, 'Calendar', '--collection', "Family ($this->other)")['id'];
        $this->calendars->createCalendarObject($shared, 'o.ics', self::event('o', 'Ours'));
        $this->remote->createEvent('Theirs');
        $this->sync($link);
        $this->assertInStep(['Ours', 'Theirs'], 'event', $shared);

        $this->remote->rename('event', 'Ours', 'Changed');
        $this->sync($link);
        $version = (string)Occ::json(0, 'exchange:history', '--link', (string)$link)[0]['id'];
        $this->remote->rename('event', 'Changed', 'Ours');
        $this->sync($link);

        $this->share("calendars/$this->other/shared", writable: false);
        $refused = Occ::json(1, 'exchange:restore', $version);
        self::assertSame('denied', $refused['error']);
        self::assertStringContainsString('may only be read', $refused['message']);
        $this->remote->createEvent('Later');
        $result = Occ::json(1, 'exchange:sync', '--link', (string)$link)['links'][0];
        self::assertSame('denied', $result['error']);
        self::assertStringContainsString('may only be read', $result['message']);
        self::assertSame(['Ours', 'Theirs'], $this->summaries('event', $shared));

        $this->share("calendars/$this->other/shared", writable: null);
        self::assertSame('gone', Occ::json(1, 'exchange:restore', $version)['error']);
        $this->calendars->createCalendarObject($shared, 'secret.ics', self::event('secret', 'Secret'));
        $result = Occ::json(1, 'exchange:sync', '--link', (string)$link)['links'][0];
        self::assertSame('gone', $result['error']);
        self::assertSame(['Later', 'Ours', 'Theirs'], array_keys($this->remote->items('event')));

        $this->share("calendars/$this->other/shared", writable: true);
        $this->sync($link);
        $this->assertInStep(['Later', 'Ours', 'Secret', 'Theirs'], 'event', $shared);
    }

    public function testWhatMayOnlyBeReadGoesToExchangeAndNothingComesBack(): void
    {
        $shared = (int)$this->calendars->createCalendar($this->others(), 'shared', [
            '{DAV:}displayname' => 'Family', 'components' => 'VEVENT',
        ]);
        $account = (string)$this->addAccount();
        $this->share("calendars/$this->other/shared", writable: false);
        $link = Occ::json(0, 'exchange:link', $account, 'Calendar', '--collection', "Family ($this->other)")['id'];
        $this->calendars->createCalendarObject($shared, 'o.ics', self::event('o', 'Ours'));
        $this->remote->createEvent('Theirs');
        self::assertSame(1, $this->sync($link)['remote_created']);
        $this->remote->rename('event', 'Ours', 'Renamed there');
        $this->sync($link);
        self::assertSame(['Ours'], $this->summaries('event', $shared));
        self::assertSame(self::event('o', 'Ours'), $this->calendar($shared)['o.ics']);
        self::assertContains('Theirs', array_keys($this->remote->items('event')));
    }

    public function testASharedAddressBookLikewise(): void
    {
        $shared = (int)$this->addressBooks->createAddressBook($this->others(), 'shared', ['{DAV:}displayname' => 'Friends']);
        $account = (string)$this->addAccount();
        $book = "addressbooks/users/$this->other/shared";
        $this->share($book, writable: false);
        $link = Occ::json(0, 'exchange:link', $account, 'Contacts', '--collection', "Friends ($this->other)")['id'];
        self::assertStringContainsString('for reading only', (string)$this->oneWay($link));
        Occ::json(0, 'exchange:unlink', (string)$link);
        $this->share($book, writable: true);
        $link = Occ::json(0, 'exchange:link', $account, 'Contacts', '--collection', "Friends ($this->other)")['id'];
        $this->addressBooks->createCard($shared, 'o.vcf', self::card('o', 'Olaf'));
        $this->remote->createContact('Thea', 'Remote');
        $this->sync($link);
        $this->assertInStep(['Olaf', 'Thea Remote'], 'contact', $shared);
        $this->share($book, writable: null);
        self::assertSame('gone', Occ::json(1, 'exchange:sync', '--link', (string)$link)['links'][0]['error']);
    }

    /** Why changes go one way only. */
    private function oneWay(int $link): ?string
    {
        return $this->status($link)['direction_reason'];
    }

    private function put(int $calendar, string $uid, string $summary): void
    {
        $this->dav('PUT', $this->path($calendar) . "/$uid.ics", self::event($uid, $summary));
    }

    private function restore(int $calendar, string $uid): void
    {
        $trashed = "calendars/$this->user/trashbin/objects/" . $this->trashed($calendar, $uid) . '.ics';
        $this->dav('MOVE', $trashed, to: "calendars/$this->user/trashbin/restore/file");
    }

    private function dav(string $method, string $path, ?string $body = null, ?string $to = null): void
    {
        $status = $this->server->send($method, $path, $this->user, $body, to: $to);
        self::assertContains($status, [201, 204], "$method $path: $status");
    }

    /** Somebody else, who has collections to share; their principal. */
    private function others(): string
    {
        $this->other = 'other' . bin2hex(random_bytes(4));
        Server::get(IUserManager::class)->createUser($this->other, 'Fixture-User-7');
        return "principals/users/$this->other";
    }

    /**
     * @param bool|null $writable null: not any more
     */
    private function share(string $path, ?bool $writable): void
    {
        $href = "<d:href>principal:principals/users/$this->user</d:href>";
        $what = $writable === null
            ? "<o:remove>$href</o:remove>"
            : "<o:set>$href" . ($writable ? '<o:read-write/>' : '') . '</o:set>';
        $body = '<?xml version="1.0"?><o:share xmlns:d="DAV:" xmlns:o="http://owncloud.org/ns">' . $what . '</o:share>';
        self::assertSame(200, $this->server->send('POST', $path, (string)$this->other, $body, 'application/xml'));
    }

    private function path(int $calendar): string
    {
        $uris = array_column($this->calendars->getUsersOwnCalendars($this->principal()), 'uri', 'id');
        return "calendars/$this->user/{$uris[$calendar]}";
    }

    private function trashed(int $calendar, string $uid): int
    {
        $sql = 'SELECT id FROM *PREFIX*calendarobjects WHERE calendarid = ? AND uid = ? AND deleted_at IS NOT NULL';
        return (int)$this->db->executeQuery($sql, [$calendar, $uid])->fetchOne();
    }

    private function token(int $calendar): int
    {
        return (int)$this->db->executeQuery('SELECT synctoken FROM *PREFIX*calendars WHERE id = ?', [$calendar])->fetchOne();
    }

    private function calendarNamed(string $name): int
    {
        return (int)array_column($this->calendars->getUsersOwnCalendars($this->principal()), 'id', '{DAV:}displayname')[$name];
    }

    /**
     * @return list<string>
     */
    private function subjectsIn(string $folder): array
    {
        $items = array_filter($this->standIn->dump()['items'], static fn (array $item): bool => $item['folder'] === $folder);
        return array_values(array_map(static fn (array $item): string => $item['properties']['0x0037'], $items));
    }

    /**
     * @param array<string, mixed> $report
     */
    private function written(array $report): int
    {
        return array_sum(array_map(static fn (string $what): int => $report[$what], [
            'local_created', 'local_updated', 'local_deleted', 'remote_created', 'remote_updated', 'remote_deleted',
        ]));
    }
}
