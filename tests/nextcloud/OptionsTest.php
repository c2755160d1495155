<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

/**
 * What a link may want otherwise: its direction, its window of time, who may delete, what is private.
 */
final class OptionsTest extends EndToEndTestCase
{
    private int $link;
    private int $collection;

    private function linked(string ...$settings): void
    {
        ['link' => $this->link, 'collection' => $this->collection] = $this->link($this->addAccount(), 'event');
        Occ::json(0, 'exchange:link:set', (string)$this->link, ...$settings);
    }

    private static function eventIn(int $days, string $uid, string $summary): string
    {
        $day = gmdate('Ymd', time() + $days * 86_400);
        return str_replace(['20260301T09', '20260301T10'], ["{$day}T09", "{$day}T10"], self::event($uid, $summary));
    }

    private function createRemote(int $days, string $summary, string $more = ''): void
    {
        $day = gmdate('Y-m-d', time() + $days * 86_400);
        $this->remote->create('event', "<t:Subject>$summary</t:Subject>$more<t:Start>{$day}T09:00:00Z</t:Start>"
            . "<t:End>{$day}T10:00:00Z</t:End>");
    }

    private function assertSides(array $here, array $there, string $message = ''): void
    {
        self::assertSame($here, $this->summaries('event', $this->collection), "in Nextcloud $message");
        self::assertSame($there, array_keys($this->remote->items('event')), "in Exchange $message");
    }

    public function testToNextcloudNothingIsEverWrittenInExchange(): void
    {
        $this->linked('--direction=to_nextcloud');
        $this->remote->createEvent('A');
        $this->remote->createEvent('B');
        $this->calendars->createCalendarObject($this->collection, 'o.ics', self::event('o', 'Ours'));
        $this->sync($this->link);
        $this->assertSides(['A', 'B', 'Ours'], ['A', 'B']);
        $uri = $this->uri('event', $this->collection, 'A');
        $text = str_replace('SUMMARY:A', 'SUMMARY:A here', $this->calendar($this->collection)[$uri]);
        $this->calendars->updateCalendarObject($this->collection, $uri, $text);
        $this->calendars->deleteCalendarObject($this->collection, $this->uri('event', $this->collection, 'B'));
        $this->sync($this->link);
        $this->assertSides(['A here', 'Ours'], ['A', 'B'], 'as Nextcloud’s own changes stay there');
        $this->standIn->calls();
        $this->sync($this->link);
        self::assertSame([], array_intersect(array_keys($this->standIn->calls()), ['CreateItem', 'UpdateItem', 'DeleteItem']));
        $this->remote->rename('event', 'B', 'B again');
        $this->remote->createEvent('C');
        $this->sync($this->link);
        $this->assertSides(['A here', 'B again', 'C', 'Ours'], ['A', 'B again', 'C']);
        self::assertSame(1, $this->status($this->link)['outside']);
    }

    public function testToExchangeNothingIsEverWrittenInNextcloud(): void
    {
        $this->linked('--direction=to_exchange');
        foreach (['a' => 'A', 'b' => 'B'] as $uid => $name) {
            $this->calendars->createCalendarObject($this->collection, "$uid.ics", self::event($uid, $name));
        }
        $this->remote->createEvent('Theirs');
        $this->sync($this->link);
        $this->assertSides(['A', 'B'], ['A', 'B', 'Theirs']);
        $this->remote->rename('event', 'A', 'A there');
        $this->remote->delete('event', 'B');
        $this->sync($this->link);
        $this->assertSides(['A', 'B'], ['A there', 'Theirs']);
        $this->calendars->updateCalendarObject($this->collection, 'b.ics', self::event('b', 'B again'));
        $this->sync($this->link);
        $this->assertSides(['A', 'B again'], ['A there', 'B again', 'Theirs']);
    }

    public function testAWindowShowsWhatLiesInItAndNeverDeletesInExchange(): void
    {
        $this->linked('--window=10:20');
        $this->createRemote(-15, 'Long ago');
        $this->createRemote(2, 'Soon');
        $this->createRemote(40, 'Far ahead');
        $this->sync($this->link);
        $all = ['Far ahead', 'Long ago', 'Soon'];
        $this->assertSides(['Soon'], $all);
        Occ::json(0, 'exchange:link:set', (string)$this->link, '--window=30:20');
        $this->sync($this->link);
        $this->assertSides(['Long ago', 'Soon'], $all, 'with a wider window');
        Occ::json(0, 'exchange:link:set', (string)$this->link, '--window=1:60');
        $this->sync($this->link);
        $this->assertSides(['Far ahead', 'Soon'], $all, 'with another window');
        self::assertSame(2, $this->status($this->link)['in_step']);
        Occ::json(0, 'exchange:link:set', (string)$this->link, '--window=all');
        $this->sync($this->link);
        $this->assertSides($all, $all, 'without a window');
    }

    public function testThePolicyMayDecideOverADeletion(): void
    {
        foreach (['edit' => [['A here'], ['A here']], 'policy' => [[], []]] as $deletes => [$here, $there]) {
            $this->linked('--policy=exchange', "--deletes=$deletes");
            $this->calendars->createCalendarObject($this->collection, 'a.ics', self::event("a-$deletes", 'A'));
            $this->sync($this->link);
            $this->calendars->updateCalendarObject($this->collection, 'a.ics', self::event("a-$deletes", 'A here'));
            $this->remote->delete('event', 'A');
            $this->sync($this->link);
            $this->assertSides($here, $there, "with --deletes=$deletes");
            Occ::json(0, 'exchange:unlink', (string)$this->link);
            array_map(fn (string $name) => $this->remote->delete('event', $name), $there);
            $this->calendars->deleteCalendar($this->collection, true);
        }
    }

    public function testAPrivateItemIsMaskedAndTheMaskNeverReachesTheOriginal(): void
    {
        $this->linked('--privacy=masked', '--placeholder=Not telling');
        $this->createRemote(1, 'Doctor', '<t:Sensitivity>Private</t:Sensitivity>');
        $this->createRemote(2, 'Lunch');
        $this->sync($this->link);
        $this->assertSides(['Lunch', 'Not telling'], ['Doctor', 'Lunch']);
        self::assertStringNotContainsString('Doctor', implode($this->calendar($this->collection)));
        $uri = $this->uri('event', $this->collection, 'Not telling');
        $text = str_replace('SUMMARY:Not telling', 'SUMMARY:Guess', $this->calendar($this->collection)[$uri]);
        $this->calendars->updateCalendarObject($this->collection, $uri, $text);
        $this->sync($this->link);
        self::assertSame(['Doctor', 'Lunch'], array_keys($this->remote->items('event')));
    }
}
