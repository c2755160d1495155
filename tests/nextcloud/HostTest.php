<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use OCA\IntegrationExchange\Cycle\Host;
use OCA\IntegrationExchange\Failure;
use OCA\IntegrationExchange\Journal\Journal;
use OCA\IntegrationExchange\Local\Collections;
use OCA\IntegrationExchange\Local\OwnWrites;
use OCP\AppFramework\Utility\ITimeFactory;
use OCP\Server;
use Psr\Log\LoggerInterface;

/**
 * The seven requests, on real collections and a real journal.
 */
final class HostTest extends InstanceTestCase
{
    private int $link;
    private Journal $journal;
    /** @var array<string, mixed> */
    private array $cursors = [];

    protected function setUp(): void
    {
        parent::setUp();
        $this->link = random_int(1_000_000, 2_000_000_000);
        $this->journal = new Journal($this->db, $this->link);
    }

    private function host(string $kind, int $collection, ?\Closure $fence = null): Host
    {
        return new Host(
            Server::get(Collections::class)->objects($kind, $collection),
            $this->journal,
            $this->db,
            Server::get(OwnWrites::class),
            Server::get(ITimeFactory::class),
            Server::get(LoggerInterface::class),
            $fence ?? static fn () => null,
            function (array $cursors): void {
                $this->cursors = $cursors + $this->cursors;
            },
            static function (): void {
            },
        );
    }

    private function newCalendar(): int
    {
        return (int)$this->calendars->createCalendar($this->principal(), 'cal', ['components' => 'VEVENT,VTODO']);
    }

    private static function pair(string $key, ?string $uri, ?string $remote = null): array
    {
        return [
            'key' => $key, 'state' => 'linked', 'uri' => $uri, 'etag' => null, 'remote_id' => $remote, 'version' => 'v1',
            'base' => ['summary' => 'f1'], 'reason' => null, 'losses' => [['property' => 'x', 'reason' => 'Does not fit.']],
        ];
    }

    private static function create(string $uri, string $uid, string $text, string $remote = 'R'): array
    {
        return [
            'operation' => ['do' => 'create', 'uri' => $uri, 'uid' => $uid, 'text' => $text],
            'pair' => self::pair("k-$uri", $uri, "$remote-$uri"), 'forget' => null, 'kept' => [],
        ];
    }

    public function testWritesAnObjectAndItsRowAndThenSeesNoChange(): void
    {
        $calendar = $this->newCalendar();
        $host = $this->host('event', $calendar);
        $outcomes = $host->answer('write', ['writes' => [self::create('a.ics', 'a', self::event('a', 'One'))]]);
        $etag = '"' . md5(self::event('a', 'One')) . '"';
        self::assertSame([['outcome' => 'done', 'etag' => $etag]], $outcomes);
        self::assertSame(['a.ics' => self::event('a', 'One')], $this->calendar($calendar));

        $changes = $host->answer('changes', ['token' => null, 'full' => false]);
        self::assertSame([[], [], 1, 1, []], [
            $changes['changed'], $changes['deleted'], $changes['count'], $changes['pairs'], $changes['intents'],
        ]);
        $rows = $host->answer('load', ['of' => ['remote_ids' => ['R-a.ics'], 'uris' => []]]);
        self::assertSame([$etag, ['summary' => 'f1']], [$rows[0]['etag'], $rows[0]['base']]);
    }

    public function testReportsNewChangedAndDeletedObjectsAndOnlyThose(): void
    {
        $calendar = $this->newCalendar();
        $host = $this->host('event', $calendar);
        $writes = [];
        foreach (['same', 'edited', 'gone'] as $name) {
            $writes[] = self::create("$name.ics", $name, self::event($name, 'Before'));
        }
        $host->answer('write', ['writes' => $writes]);
        $this->calendars->updateCalendarObject($calendar, 'edited.ics', self::event('edited', 'After'));
        $this->calendars->deleteCalendarObject($calendar, 'gone.ics');
        $this->calendars->createCalendarObject($calendar, 'new.ics', self::event('new', 'New'));

        $changes = $host->answer('changes', ['token' => 'another', 'full' => false]);
        self::assertEqualsCanonicalizing([
            ['uri' => 'edited.ics', 'etag' => '"' . md5(self::event('edited', 'After')) . '"'],
            ['uri' => 'new.ics', 'etag' => '"' . md5(self::event('new', 'New')) . '"'],
        ], $changes['changed']);
        self::assertSame(['gone.ics'], $changes['deleted']);
        self::assertSame([3, 3], [$changes['count'], $changes['pairs']]);
    }

    public function testReadsNoJournalRowsWhileTheTokenIsTheSame(): void
    {
        $host = $this->host('event', $this->newCalendar());
        $host->answer('write', ['writes' => [self::create('a.ics', 'a', self::event('a', 'One'))]]);
        $token = $host->answer('changes', ['token' => null, 'full' => false])['token'];
        $before = $this->journal->rowsRead;
        self::assertSame(1, $before);
        self::assertSame($token, $host->answer('changes', ['token' => $token, 'full' => false])['token']);
        self::assertSame($before, $this->journal->rowsRead);
        $host->answer('changes', ['token' => $token, 'full' => true]);
        self::assertGreaterThan($before, $this->journal->rowsRead);
    }

    public function testKeepsEventsAndTasksOfOneCalendarApart(): void
    {
        $calendar = $this->newCalendar();
        $this->calendars->createCalendarObject($calendar, 'e.ics', self::event('e', 'Event'));
        $this->calendars->createCalendarObject($calendar, 't.ics', self::task('t', 'Task'));
        $tasks = $this->host('task', $calendar);
        $changes = $tasks->answer('changes', ['token' => null, 'full' => false]);
        self::assertSame(['t.ics'], array_column($changes['changed'], 'uri'));
        self::assertSame(['t.ics'], array_column($tasks->answer('read', ['uris' => ['e.ics', 't.ics']]), 'uri'));
        self::assertSame(['t'], array_column($tasks->answer('find', ['uids' => ['e', 't']]), 'uid'));
    }

    public function testALostRaceChangesNothing(): void
    {
        $calendar = $this->newCalendar();
        $host = $this->host('event', $calendar);
        $this->calendars->createCalendarObject($calendar, 'a.ics', self::event('a', 'Theirs'));
        $update = ['do' => 'update', 'uri' => 'a.ics', 'etag' => '"old"', 'text' => self::event('a', 'Ours')];
        $delete = ['do' => 'delete', 'uri' => 'a.ics', 'etag' => '"old"'];
        $missing = ['do' => 'update', 'uri' => 'none.ics', 'etag' => '"old"', 'text' => self::event('n', 'Ours')];
        $kept = [['side' => 'local', 'uri' => 'a.ics', 'text' => 'x', 'reason' => 'Lost.']];
        $outcomes = $host->answer('write', ['writes' => array_map(
            static fn (array $operation): array => [
                'operation' => $operation, 'pair' => self::pair('k', $operation['uri']), 'forget' => null, 'kept' => $kept,
            ],
            [$update, $delete, $missing]
        )]);
        self::assertSame(['stale', 'stale', 'missing'], array_column($outcomes, 'outcome'));
        self::assertSame(['a.ics' => self::event('a', 'Theirs')], $this->calendar($calendar));
        self::assertSame(0, $this->journal->count());
        self::assertSame(0, $this->keptVersions());
    }

    public function testCreatingWhatExistsIsRefusedByUriAndByUid(): void
    {
        $calendar = $this->newCalendar();
        $host = $this->host('event', $calendar);
        $this->calendars->createCalendarObject($calendar, 'a.ics', self::event('a', 'Theirs'));
        $outcomes = $host->answer('write', ['writes' => [
            self::create('a.ics', 'b', self::event('b', 'Same uri')),
            self::create('b.ics', 'a', self::event('a', 'Same UID')),
            self::create('c.ics', 'c', self::event('c', 'Free')),
            self::create('d.ics', 'c', self::event('c', 'Same UID in the same batch')),
        ]]);
        self::assertSame(['exists', 'exists', 'done', 'exists'], array_column($outcomes, 'outcome'));
        self::assertSame(['a.ics', 'c.ics'], array_keys($this->calendar($calendar)));
    }

    public function testWhatNextcloudCannotReadIsRefusedWithAReasonAndTheOthersGoOn(): void
    {
        $calendar = $this->newCalendar();
        $outcomes = $this->host('event', $calendar)->answer('write', ['writes' => [
            self::create('bad.ics', 'bad', "BEGIN:VCALENDAR\r\nthis is nothing"),
            self::create('good.ics', 'good', self::event('good', 'Good')),
        ]]);
        self::assertSame(['refused', 'done'], array_column($outcomes, 'outcome'));
        self::assertStringStartsWith('Nextcloud cannot read this item: ', $outcomes[0]['reason']);
        self::assertSame(['good.ics'], array_keys($this->calendar($calendar)));
        self::assertSame(1, $this->journal->count());
    }

    public function testDeletesToTheTrashBinAgainAndAgain(): void
    {
        $calendar = $this->newCalendar();
        $host = $this->host('event', $calendar);
        foreach (['First' => 'same', 'Second' => 'same', 'Third' => 'other'] as $life => $uid) {
            $created = $host->answer('write', ['writes' => [self::create('a.ics', $uid, self::event($uid, $life))]]);
            self::assertSame('done', $created[0]['outcome'], $life);
            $delete = ['do' => 'delete', 'uri' => 'a.ics', 'etag' => $created[0]['etag']];
            $deleted = $host->answer('write', ['writes' => [
                ['operation' => $delete, 'pair' => null, 'forget' => 'k-a.ics', 'kept' => []],
            ]]);
            self::assertSame([['outcome' => 'done', 'etag' => null]], $deleted, $life);
        }
        self::assertSame([], $this->calendar($calendar));
        self::assertSame(0, $this->journal->count());
        $trash = $this->calendars->getDeletedCalendarObjectsByPrincipal($this->principal());
        self::assertSame(['a-deleted.ics'], array_column($trash, 'uri'));
    }

    public function testContactsGoTheSameWay(): void
    {
        $book = (int)$this->addressBooks->createAddressBook($this->principal(), 'book', []);
        $host = $this->host('contact', $book);
        $outcomes = $host->answer('write', ['writes' => [
            self::create('a.vcf', 'a', self::card('a', 'Ann Example')),
            self::create('a.vcf', 'b', self::card('b', 'Same uri')),
            self::create('c.vcf', 'a', self::card('a', 'Same UID')),
        ]]);
        self::assertSame(['done', 'exists', 'exists'], array_column($outcomes, 'outcome'));
        $update = ['do' => 'update', 'uri' => 'a.vcf', 'etag' => $outcomes[0]['etag'], 'text' => self::card('a', 'Ann Sample')];
        $outcomes = $host->answer('write', ['writes' => [
            ['operation' => $update, 'pair' => self::pair('k-a.vcf', 'a.vcf'), 'forget' => null, 'kept' => []],
        ]]);
        self::assertSame('done', $outcomes[0]['outcome']);
        self::assertSame(['a.vcf' => self::card('a', 'Ann Sample')], $this->addressBook($book));
        self::assertSame([], $host->answer('changes', ['token' => null, 'full' => false])['changed']);
        $outcomes = $host->answer('write', ['writes' => [[
            'operation' => ['do' => 'delete', 'uri' => 'a.vcf', 'etag' => $outcomes[0]['etag']],
            'pair' => null, 'forget' => 'k-a.vcf', 'kept' => [],
        ]]]);
        self::assertSame([['outcome' => 'done', 'etag' => null]], $outcomes);
        self::assertSame([], $this->addressBook($book));
    }

    public function testACardIsWrittenAlthoughTheBackendRemembersTheSameText(): void
    {
        $book = (int)$this->addressBooks->createAddressBook($this->principal(), 'book', []);
        $host = $this->host('contact', $book);
        $ours = self::card('a', 'Ours');
        $host->answer('write', ['writes' => [self::create('a.vcf', 'a', $ours)]]);
        // Another process changes the card behind the back of this one.
        $theirs = self::card('a', 'Theirs');
        $sql = 'UPDATE *PREFIX*cards SET carddata = ?, etag = ? WHERE addressbookid = ? AND uri = ?';
        $this->db->executeStatement($sql, [$theirs, md5($theirs), $book, 'a.vcf']);
        $update = ['do' => 'update', 'uri' => 'a.vcf', 'etag' => '"' . md5($theirs) . '"', 'text' => $ours];
        $outcomes = $host->answer('write', ['writes' => [
            ['operation' => $update, 'pair' => self::pair('k-a.vcf', 'a.vcf'), 'forget' => null, 'kept' => []],
        ]]);
        self::assertSame([['outcome' => 'done', 'etag' => '"' . md5($ours) . '"']], $outcomes);
        self::assertSame(['a.vcf' => $ours], $this->addressBook($book));
    }

    public function testSavesRowsKeptVersionsAndCursorsTogether(): void
    {
        $host = $this->host('event', $this->newCalendar());
        $intent = ['state' => 'creating', 'base' => []] + self::pair('b', 'b.ics');
        $host->answer('save', [
            'pairs' => [self::pair('a', 'a.ics', 'AbC'), self::pair('c', 'c.ics', 'aBc'), $intent],
            'forget' => [],
            'kept' => [['side' => 'remote', 'uri' => null, 'text' => 'BEGIN', 'reason' => 'Lost.']],
            'cursor' => 'remote-1', 'token' => 'local-1',
        ]);
        self::assertSame(['remote_cursor' => 'remote-1', 'local_token' => 'local-1'], self::sorted($this->cursors));
        self::assertSame(1, $this->keptVersions());
        // Ids that differ in case only are two ids.
        $rows = $host->answer('load', ['of' => ['remote_ids' => ['aBc'], 'uris' => ['b.ics']]]);
        self::assertEqualsCanonicalizing(['b', 'c'], array_column($rows, 'key'));
        self::assertSame(['a', 'b'], array_column($host->answer('load', ['after' => ['key' => '', 'limit' => 2]]), 'key'));
        self::assertSame(['c'], array_column($host->answer('load', ['after' => ['key' => 'b', 'limit' => 2]]), 'key'));
        self::assertSame(['b'], array_column($host->answer('changes', ['token' => '?', 'full' => false])['intents'], 'key'));

        $host->answer('save', ['pairs' => [], 'forget' => ['a', 'b'], 'kept' => [], 'cursor' => '', 'token' => null]);
        self::assertSame(['remote_cursor' => null, 'local_token' => 'local-1'], self::sorted($this->cursors));
        self::assertSame(1, $this->journal->count());
    }

    public function testARowMovesToAnotherKeyInOneSave(): void
    {
        $host = $this->host('event', $this->newCalendar());
        $host->answer('save', ['pairs' => [self::pair('old', 'a.ics', 'R')], 'cursor' => null, 'token' => null]);
        $host->answer('save', ['pairs' => [self::pair('new', 'a.ics', 'R')], 'forget' => ['old'], 'cursor' => null]);
        self::assertSame(['new'], array_column($host->answer('load', ['after' => ['key' => '', 'limit' => 9]]), 'key'));
        self::assertSame([], $this->cursors);
    }

    public function testAVersionWithoutItsTextIsTheObjectBeforeTheWrite(): void
    {
        $calendar = $this->newCalendar();
        $host = $this->host('event', $calendar);
        [['etag' => $etag]] = $host->answer('write', ['writes' => [self::create('a.ics', 'a', self::event('a', 'Before'))]]);
        $kept = static fn (string $cause): array => [
            ['side' => 'local', 'cause' => $cause, 'uri' => 'a.ics', 'title' => null, 'text' => null, 'reason' => 'Lost.'],
        ];
        $update = ['do' => 'update', 'uri' => 'a.ics', 'etag' => $etag, 'text' => self::event('a', 'After')];
        [['etag' => $etag]] = $host->answer('write', ['writes' => [
            ['operation' => $update, 'pair' => self::pair('k-a.ics', 'a.ics'), 'forget' => null, 'kept' => $kept('overwritten')],
        ]]);
        $delete = ['operation' => ['do' => 'delete', 'uri' => 'a.ics', 'etag' => $etag], 'pair' => null, 'forget' => 'k-a.ics'];
        $host->answer('write', ['writes' => [$delete + ['kept' => $kept('deleted')]]]);
        // Somebody else was faster: there is nothing to keep.
        $host->answer('write', ['writes' => [$delete + ['kept' => $kept('deleted')]]]);
        $sql = 'SELECT cause, title, body, size FROM *PREFIX*exchange_history WHERE link_id = ? ORDER BY id';
        $rows = $this->db->executeQuery($sql, [$this->link])->fetchAll();
        self::assertSame([['overwritten', 'Before'], ['deleted', 'After']], array_map(
            static fn (array $row): array => [$row['cause'], $row['title']],
            $rows
        ));
        self::assertSame([self::event('a', 'Before'), self::event('a', 'After')], array_column($rows, 'body'));
        self::assertSame(strlen(self::event('a', 'Before')), (int)$rows[0]['size']);
    }

    public function testAWindowThatRollsLoadsWhatLeavesItAndWhatComesIn(): void
    {
        $rows = [
            // key => state, starts, ends
            'a' => ['linked', 100, 149], 'b' => ['linked', 100, 150], 'c' => ['linked', 250, 260], 'd' => ['linked', 251, 260],
            'e' => ['linked', null, null], 'f' => ['linked', 251, null], 'g' => ['outside', 100, 149], 'h' => ['outside', 100, 150],
            'i' => ['outside', 250, 260], 'j' => ['outside', 251, 260], 'k' => ['outside', 100, null], 'l' => ['outside', 251, null],
            'm' => ['set_aside', 100, 149], 'n' => ['outside', null, null],
        ];
        $host = $this->host('event', $this->newCalendar());
        $host->answer('save', ['cursor' => null, 'pairs' => array_map(
            static fn (string $key, array $row): array => ['state' => $row[0], 'starts' => $row[1], 'ends' => $row[2]]
                + self::pair($key, $row[0] === 'outside' ? null : "$key.ics", $key),
            array_keys($rows),
            $rows
        )]);
        $load = static fn (string $after, int $limit): array => $host->answer('load', [
            'rolling' => ['from' => 150, 'until' => 250, 'after' => $after, 'limit' => $limit],
        ]);
        self::assertSame(['a', 'd', 'f', 'h', 'i', 'k'], array_column($load('', 100), 'key'));
        self::assertSame(['a', 'd', 'f'], array_column($load('', 3), 'key'));
        self::assertSame(['h', 'i', 'k'], array_column($load('f', 3), 'key'));
        self::assertSame([100, 149], [$load('', 1)[0]['starts'], $load('', 1)[0]['ends']]);
        $changes = $host->answer('changes', ['token' => '?', 'full' => true]);
        self::assertSame(7, $changes['pairs'], 'what a window left out is no pair');
        self::assertCount(7, $changes['deleted']);
    }

    public function testWithoutTheLeaseNothingIsWritten(): void
    {
        $calendar = $this->newCalendar();
        $host = $this->host('event', $calendar, static fn () => throw new Failure('stopped', 'Lost.'));
        $requests = [
            ['write', ['writes' => [self::create('a.ics', 'a', self::event('a', 'One'))]]],
            ['save', ['pairs' => [self::pair('k', 'b.ics')], 'cursor' => 'C', 'token' => 'T']],
        ];
        foreach ($requests as [$kind, $payload]) {
            try {
                $host->answer($kind, $payload);
                self::fail("$kind went through");
            } catch (Failure $failure) {
                self::assertSame('stopped', $failure->kind);
            }
        }
        self::assertSame([[], 0, []], [$this->calendar($calendar), $this->journal->count(), $this->cursors]);
    }

    public function testACollectionThatIsGoneEndsTheCycleWithASentence(): void
    {
        $calendar = $this->newCalendar();
        $host = $this->host('event', $calendar);
        $this->calendars->deleteCalendar($calendar);
        foreach ([['changes', ['token' => null]], ['write', ['writes' => []]]] as [$kind, $payload]) {
            try {
                $host->answer($kind, $payload);
                self::fail("$kind went through");
            } catch (Failure $failure) {
                self::assertSame('gone', $failure->kind);
                self::assertStringContainsString('does not exist any more', $failure->getMessage());
            }
        }
    }

    public function testTextThatIsNotUtf8IsReadAsWindows1252(): void
    {
        $calendar = $this->newCalendar();
        $this->calendars->createCalendarObject($calendar, 'a.ics', self::event('a', 'Caf'));
        $latin = str_replace('SUMMARY:Caf', "SUMMARY:Caf\xE9", self::event('a', 'Caf'));
        $query = $this->db->getQueryBuilder();
        $query->update('calendarobjects')
            ->set('calendardata', $query->createNamedParameter($latin, \OCP\DB\QueryBuilder\IQueryBuilder::PARAM_LOB))
            ->where($query->expr()->eq('calendarid', $query->createNamedParameter($calendar)))
            ->executeStatement();
        $objects = $this->host('event', $calendar)->answer('read', ['uris' => ['a.ics']]);
        self::assertStringContainsString('SUMMARY:Café', $objects[0]['text']);
    }

    private function keptVersions(): int
    {
        $sql = 'SELECT COUNT(*) FROM *PREFIX*exchange_history WHERE link_id = ?';
        return (int)$this->db->executeQuery($sql, [$this->link])->fetchOne();
    }

    private static function sorted(array $map): array
    {
        krsort($map);
        return $map;
    }
}
