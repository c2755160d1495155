<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

/**
 * Very many deletions stop a link, and a person says how it goes on.
 */
final class BrakeTest extends EndToEndTestCase
{
    private const ITEMS = 15;
    private int $link;
    private int $collection;

    /**
     * Fifteen events in step; then all but two of them are deleted in Nextcloud, and the brake stops the link.
     */
    private function braked(): void
    {
        ['link' => $this->link, 'collection' => $this->collection] = $this->link($this->addAccount(), 'event');
        foreach (range(1, self::ITEMS) as $number) {
            $this->calendars->createCalendarObject($this->collection, "$number.ics", self::event("uid-$number", "Event $number"));
        }
        self::assertSame(self::ITEMS, $this->sync($this->link)['remote_created']);
        foreach (range(3, self::ITEMS) as $number) {
            $this->calendars->deleteCalendarObject($this->collection, "$number.ics");
        }
        $result = Occ::json(1, 'exchange:sync', '--link', (string)$this->link)['links'][0];
        self::assertSame('brake', $result['error']);
        $status = $this->status($this->link, 3);
        self::assertSame('stopped', $status['state']);
        self::assertStringContainsString("“occ exchange:approve {$this->link}” goes on", $status['message']);
        self::assertStringContainsString("“occ exchange:approve $this->link --restore” brings", $status['message']);
        self::assertCount(self::ITEMS, $this->remote->items('event'));
    }

    public function testApprovingDeletesWhatWasAnnounced(): void
    {
        $this->braked();
        self::assertSame(13, Occ::json(0, 'exchange:approve', (string)$this->link)['remote_deleted']);
        $this->assertInStep(['Event 1', 'Event 2'], 'event', $this->collection);
        self::assertSame('active', $this->status($this->link)['state']);
        self::assertSame('configuration', Occ::json(1, 'exchange:approve', (string)$this->link)['error']);
        // What was deleted in Exchange comes back, too.
        $versions = Occ::json(0, 'exchange:history', '--link', (string)$this->link);
        self::assertCount(13, $versions);
        self::assertSame([['exchange', 'deleted']], array_values(array_unique(array_map(
            static fn (array $version): array => [$version['side'], $version['cause']],
            $versions
        ), SORT_REGULAR)));
        $back = array_column($versions, 'id', 'title')['Event 7'];
        self::assertSame('created', Occ::json(0, 'exchange:restore', (string)$back)['did']);
        $this->assertInStep(['Event 1', 'Event 2', 'Event 7'], 'event', $this->collection);
    }

    public function testMoreThanWasAnnouncedIsNotDeleted(): void
    {
        $this->braked();
        $this->calendars->deleteCalendarObject($this->collection, '2.ics');
        self::assertSame('brake', Occ::json(1, 'exchange:approve', (string)$this->link)['error']);
        self::assertCount(self::ITEMS, $this->remote->items('event'));
        // The new number is announced now.
        self::assertSame(14, Occ::json(0, 'exchange:approve', (string)$this->link)['remote_deleted']);
        $this->assertInStep(['Event 1'], 'event', $this->collection);
    }

    public function testRestoringBringsTheItemsBack(): void
    {
        $this->braked();
        self::assertSame(13, Occ::json(0, 'exchange:approve', (string)$this->link, '--restore')['local_created']);
        self::assertCount(self::ITEMS, $this->calendar($this->collection));
        self::assertCount(self::ITEMS, $this->remote->items('event'));
        self::assertSame('active', $this->status($this->link)['state']);
        $again = $this->sync($this->link);
        self::assertSame(0, $again['local_created'] + $again['remote_created'] + $again['remote_deleted'] + $again['local_deleted']);
    }
}
