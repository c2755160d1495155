<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use OCA\IntegrationExchange\Service\Accounts;
use OCA\IntegrationExchange\Service\Links;
use OCP\DB\QueryBuilder\IQueryBuilder;
use OCP\Server;

/**
 * The journal is lost, or one of the three (journal, collection, mailbox) is restored from an old backup: pairs are found again,
 * nothing is there twice, and what differs is merged.
 */
final class RebuildTest extends EndToEndTestCase
{
    private const NAMES = ['A', 'B', 'C', 'D'];

    private int $account;
    private int $link;
    private int $calendar;

    /** Two events from each side, in step. */
    private function begin(): void
    {
        $this->account = $this->addAccount();
        ['link' => $this->link, 'collection' => $this->calendar] = $this->link($this->account, 'event');
        foreach (['A', 'B'] as $name) {
            $this->calendars->createCalendarObject($this->calendar, "$name.ics", self::event("uid-$name", $name));
        }
        foreach (['C', 'D'] as $name) {
            $this->remote->createEvent($name);
        }
        $this->sync($this->link);
        $this->assertInStep(self::NAMES, 'event', $this->calendar);
    }

    /** Each side changes something of its own. */
    private function edit(): void
    {
        $this->calendars->updateCalendarObject($this->calendar, 'A.ics', str_replace(
            'END:VEVENT',
            "LOCATION:Here\r\nEND:VEVENT",
            self::event('uid-A', 'A')
        ));
        $this->calendars->createCalendarObject($this->calendar, 'E.ics', self::event('uid-E', 'E'));
        $this->remote->createEvent('F');
    }

    private function assertRested(string ...$names): void
    {
        $this->assertInStep($names, 'event', $this->calendar);
        $again = $this->sync($this->link);
        foreach (['local', 'remote'] as $side) {
            foreach (['created', 'updated', 'deleted'] as $what) {
                self::assertSame(0, $again["{$side}_$what"], "{$side}_$what");
            }
        }
        $this->assertInStep($names, 'event', $this->calendar);
        self::assertSame(count($names), $this->status($this->link)['in_step']);
        self::assertStringContainsString('LOCATION:Here', $this->calendar($this->calendar)['A.ics']);
        self::assertSame('Here', $this->item('A')['properties']['Appointment/0x8208'] ?? null);
    }

    public function testAnAccountThatIsDisconnectedAndConnectedAgain(): void
    {
        $this->begin();
        Occ::json(0, 'exchange:account:remove', (string)$this->account);
        $this->edit();
        $this->account = $this->addAccount();
        $accounts = Server::get(Accounts::class);
        $account = $accounts->get($this->account);
        $folder = array_column($accounts->folders($account), null, 'name')['Calendar'];
        $this->link = Server::get(Links::class)->link($account, $folder, 'Exchange event', false)->getId();
        $result = $this->sync($this->link);
        self::assertSame([1, 1], [$result['local_created'], $result['remote_created']]);
        $this->assertRested('A', 'B', 'C', 'D', 'E', 'F');
    }

    public function testAJournalWhoseRowsAreGone(): void
    {
        $this->begin();
        $this->sync($this->link);
        $this->db->executeStatement('DELETE FROM *PREFIX*exchange_pairs WHERE link_id = ?', [$this->link]);
        // The cursors are still there: alone they would hide what the mailbox holds already.
        $this->edit();
        $result = $this->sync($this->link);
        self::assertSame([1, 1], [$result['local_created'], $result['remote_created']]);
        $this->assertRested('A', 'B', 'C', 'D', 'E', 'F');
    }

    public function testAJournalFromAnOldBackup(): void
    {
        $this->begin();
        $backup = $this->backup(['exchange_pairs' => 'link_id', 'exchange_links' => 'id'], $this->link);
        $this->edit();
        $this->remote->rename('event', 'B', 'B2');
        $this->calendars->deleteCalendarObject($this->calendar, 'E.ics');
        $this->remote->delete('event', 'D');
        $this->sync($this->link);
        $this->assertInStep(['A', 'B2', 'C', 'F'], 'event', $this->calendar);
        $this->restore($backup, $this->link);
        $this->sync($this->link);
        $this->assertRested('A', 'B2', 'C', 'F');
    }

    public function testADatabaseFromAnOldBackup(): void
    {
        $this->begin();
        $collection = ['calendarobjects' => 'calendarid', 'calendars' => 'id', 'calendarchanges' => 'calendarid'];
        $objects = $this->backup($collection, $this->calendar);
        $journal = $this->backup(['exchange_pairs' => 'link_id', 'exchange_links' => 'id'], $this->link);
        $this->edit();
        $this->remote->delete('event', 'D');
        $this->sync($this->link);
        $this->assertInStep(['A', 'B', 'C', 'E', 'F'], 'event', $this->calendar);
        $this->restore($objects, $this->calendar);
        $this->restore($journal, $this->link);
        $this->assertSame(['A', 'B', 'C', 'D'], $this->summaries('event', $this->calendar));
        // What was made and changed since then is still in Exchange and comes back.
        $this->sync($this->link);
        $this->assertInStep(['A', 'B', 'C', 'E', 'F'], 'event', $this->calendar);
        $this->sync($this->link);
        $this->assertInStep(['A', 'B', 'C', 'E', 'F'], 'event', $this->calendar);
        self::assertSame('Here', $this->item('A')['properties']['Appointment/0x8208'] ?? null);
    }

    public function testACollectionFromAnOldBackupInWhichMuchIsMissingIsAskedAbout(): void
    {
        $this->begin();
        $collection = ['calendarobjects' => 'calendarid', 'calendars' => 'id', 'calendarchanges' => 'calendarid'];
        $objects = $this->backup($collection, $this->calendar);
        for ($number = 10; $number < 25; $number++) {
            $this->calendars->createCalendarObject($this->calendar, "$number.ics", self::event("uid-$number", "N$number"));
        }
        $this->sync($this->link);
        $this->restore($objects, $this->calendar);
        $before = $this->remote->items('event');
        $result = Occ::json(1, 'exchange:sync', '--link', (string)$this->link)['links'][0];
        self::assertSame('brake', $result['error']);
        self::assertSame($before, $this->remote->items('event'));
    }

    /**
     * The mailbox is what it was before E and F were made, A was changed and D was deleted.
     */
    private function mailboxOfBefore(): void
    {
        $this->begin();
        $this->standIn->backUp();
        $this->edit();
        $this->remote->delete('event', 'D');
        $this->sync($this->link);
        $this->assertInStep(['A', 'B', 'C', 'E', 'F'], 'event', $this->calendar);
        $this->standIn->restore();
        self::assertSame(self::NAMES, array_keys($this->remote->items('event')));
    }

    public function testAMailboxFromAnOldBackupGetsBackWhatItLost(): void
    {
        $this->mailboxOfBefore();
        $plan = Occ::json(0, 'exchange:sync', '--link', (string)$this->link, '--restore', '--dry-run')['links'][0];
        self::assertSame([0, 0], [$plan['local_deleted'], $plan['remote_deleted']]);
        $result = Occ::json(0, 'exchange:sync', '--link', (string)$this->link, '--restore')['links'][0];
        self::assertSame([0, 2], [$result['local_deleted'], $result['remote_created']]);
        $this->assertInStep(['A', 'B', 'C', 'D', 'E', 'F'], 'event', $this->calendar);
        $again = $this->sync($this->link);
        self::assertSame([0, 0, 0, 0], [
            $again['local_created'], $again['remote_created'], $again['local_deleted'], $again['remote_deleted'],
        ]);
        // What was changed since the backup stands as the mailbox has it; the later version is kept.
        self::assertStringNotContainsString('LOCATION', $this->calendar($this->calendar)['A.ics']);
        $this->restoreFromHistory('A');
        self::assertStringContainsString('LOCATION:Here', $this->calendar($this->calendar)['A.ics']);
        self::assertSame('Here', $this->item('A')['properties']['Appointment/0x8208'] ?? null);
    }

    public function testWhatAMailboxFromAnOldBackupTookAwayIsKept(): void
    {
        $this->mailboxOfBefore();
        $this->sync($this->link);
        $this->assertInStep(['A', 'B', 'C', 'D'], 'event', $this->calendar);
        foreach (['A', 'E', 'F'] as $title) {
            $this->restoreFromHistory($title);
        }
        $this->assertRested('A', 'B', 'C', 'D', 'E', 'F');
    }

    private function restoreFromHistory(string $title): void
    {
        $versions = Occ::json(0, 'exchange:history', '--link', (string)$this->link);
        $versions = array_filter($versions, static fn (array $version): bool => $version['title'] === $title);
        $version = array_values($versions)[0]['id'] ?? null;
        self::assertNotNull($version, "a kept version of “{$title}”");
        Occ::json(0, 'exchange:restore', (string)$version);
    }

    /**
     * @param array<string, string> $tables the column by which rows belong to it, by table
     * @return array<string, array{string, list<array<string, mixed>>}>
     */
    private function backup(array $tables, int $id): array
    {
        // PostgreSQL gives what is binary as a stream.
        $plain = static fn (mixed $value): mixed => is_resource($value) ? stream_get_contents($value) : $value;
        $rows = fn (string $table, string $column): array => [
            $column,
            array_map(
                static fn (array $row): array => array_map($plain, $row),
                $this->db->executeQuery("SELECT * FROM *PREFIX*$table WHERE $column = ?", [$id])->fetchAll()
            ),
        ];
        return array_combine(array_keys($tables), array_map($rows, array_keys($tables), $tables));
    }

    private function restore(array $backup, int $id): void
    {
        foreach ($backup as $table => [$column, $rows]) {
            $this->db->executeStatement("DELETE FROM *PREFIX*$table WHERE $column = ?", [$id]);
            foreach ($rows as $row) {
                $query = $this->db->getQueryBuilder();
                $query->insert($table);
                foreach ($row as $name => $value) {
                    $type = $name === 'calendardata' ? IQueryBuilder::PARAM_LOB : IQueryBuilder::PARAM_STR;
                    $query->setValue($name, $query->createNamedParameter($value, $type));
                }
                $query->executeStatement();
            }
        }
    }

    private function item(string $subject): array
    {
        $items = array_filter(
            $this->standIn->dump()['items'],
            static fn (array $item): bool => $item['folder'] === 'Calendar' && $item['properties']['0x0037'] === $subject
        );
        self::assertCount(1, $items, $subject);
        return array_values($items)[0];
    }
}
