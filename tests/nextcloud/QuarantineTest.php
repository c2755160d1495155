<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

/**
 * What is set aside is shown with what to do, and tried again by hand.
 */
final class QuarantineTest extends EndToEndTestCase
{
    /**
     * Makes an object unreadable, or readable again, behind Nextcloud's back: its etag stays as it was.
     */
    private function rewrite(int $calendar, string $uri, string $text): void
    {
        $sql = 'UPDATE *PREFIX*calendarobjects SET calendardata = ? WHERE calendarid = ? AND uri = ?';
        $this->db->executeStatement($sql, [$text, $calendar, $uri]);
    }

    /**
     * @return list<array<string, mixed>>
     */
    private function setAside(int $link): array
    {
        return array_values(array_filter(
            Occ::json(0, 'exchange:status', '--link', (string)$link)['set_aside'],
            static fn (array $item): bool => $item['link'] === $link
        ));
    }

    public function testAnObjectIsTriedAgainByHandAndOnlyThatOne(): void
    {
        ['link' => $link, 'collection' => $calendar] = $this->link($this->addAccount(), 'event');
        foreach (['a', 'b'] as $name) {
            $this->calendars->createCalendarObject($calendar, "$name.ics", self::event($name, strtoupper($name)));
            $this->rewrite($calendar, "$name.ics", "SUMMARY:Broken $name");
        }
        self::assertSame(2, $this->sync($link)['set_aside']);
        $items = $this->setAside($link);
        self::assertSame([['a.ics', 'Broken a'], ['b.ics', 'Broken b']], array_map(
            static fn (array $item): array => [$item['uri'], $item['title']],
            $items
        ));
        self::assertStringContainsString("exchange:retry $link", $items[0]['suggestion']);

        $this->rewrite($calendar, 'a.ics', self::event('a', 'A'));
        $this->rewrite($calendar, 'b.ics', self::event('b', 'B'));
        $this->sync($link);
        self::assertCount(2, $this->setAside($link), 'nothing seems to have changed');
        self::assertSame(1, Occ::json(0, 'exchange:retry', (string)$link, '--object=b.ics')['retried']);
        self::assertSame(['a.ics'], array_column($this->setAside($link), 'uri'));
        self::assertSame(['B'], array_keys($this->remote->items('event')));
        self::assertSame(1, Occ::json(0, 'exchange:retry', (string)$link)['retried']);
        $this->assertInStep(['A', 'B'], 'event', $calendar);
        self::assertSame(0, Occ::json(0, 'exchange:retry', (string)$link)['retried']);
        self::assertSame('usage', Occ::json(2, 'exchange:retry', (string)$link, '--object=a.ics')['error']);
    }

    public function testAnItemThatOnlyExchangeHasIsTriedAgainByHand(): void
    {
        ['link' => $link, 'collection' => $calendar] = $this->link($this->addAccount(), 'event');
        $this->remote->createEvent('Bad');
        $this->standIn->fault(['kind' => 'message', 'code' => 'ErrorCorruptData', 'operation' => 'GetItem']);
        $this->sync($link);
        $this->standIn->clearFaults();
        $this->remote->createEvent('Good');
        $items = $this->setAside($link);
        self::assertSame([null], array_column($items, 'uri'));
        $this->sync($link);
        self::assertSame(['Good'], $this->summaries('event', $calendar));
        self::assertSame(1, Occ::json(0, 'exchange:retry', (string)$link, '--object', $items[0]['key'])['retried']);
        $this->assertInStep(['Bad', 'Good'], 'event', $calendar);
        self::assertSame([], $this->setAside($link));
    }
}
