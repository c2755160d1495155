<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

/**
 * A series with several occurrences a day: one event here, a series for each time of day in Exchange (docs/adr/0011).
 */
final class SeveralTest extends EndToEndTestCase
{
    private const BOTH = ['2026-03-02T08:00:00Z', '2026-03-02T13:00:00Z'];

    public function testOneEventHereIsASeriesForEachTimeOfDayThere(): void
    {
        ['link' => $link, 'collection' => $calendar] = $this->link($this->addAccount(), 'event');
        $series = self::series('S');
        $this->calendars->createCalendarObject($calendar, 's.ics', $series);
        self::assertSame(1, $this->sync($link)['remote_created']);
        self::assertSame(self::BOTH, array_keys($this->remote->starts()));
        $this->sync($link);
        self::assertSame(1, $this->sync($link)['calls'], 'it rests');
        self::assertSame(['s.ics' => $series], $this->calendar($calendar));

        $this->calendars->updateCalendarObject($calendar, 's.ics', str_replace('BYHOUR=9,14', 'BYHOUR=9,15', $series));
        $this->sync($link);
        self::assertSame(['2026-03-02T08:00:00Z', '2026-03-02T14:00:00Z'], array_keys($this->remote->starts()));

        $this->calendars->deleteCalendarObject($calendar, 's.ics');
        $this->sync($link);
        self::assertSame([], $this->remote->starts());
    }

    public function testATimeOfDayThatIsDeletedThereGoesHere(): void
    {
        ['link' => $link, 'collection' => $calendar] = $this->link($this->addAccount(), 'event');
        $this->calendars->createCalendarObject($calendar, 's.ics', self::series('S'));
        $this->sync($link);
        $this->remote->deleteItem($this->remote->starts()[self::BOTH[1]]);
        self::assertSame(1, $this->sync($link)['local_updated']);
        self::assertSame(['S'], $this->summaries('event', $calendar));
        preg_match_all('/^EXDATE[^:]*:(\d+T\d+)/m', implode('', $this->calendar($calendar)), $left);
        self::assertSame(['20260302T140000', '20260303T140000', '20260304T140000'], $left[1]);
        $this->sync($link);
        self::assertSame(1, $this->sync($link)['calls'], 'it rests');
        self::assertSame([self::BOTH[0]], array_keys($this->remote->starts()));
    }

    private static function series(string $summary): string
    {
        return "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Example//EN\r\nBEGIN:VEVENT\r\nUID:series\r\nDTSTAMP:20260101T000000Z\r\n"
            . "DTSTART;TZID=Europe/Vienna:20260302T090000\r\nDTEND;TZID=Europe/Vienna:20260302T093000\r\n"
            . "RRULE:FREQ=DAILY;BYHOUR=9,14;COUNT=6\r\nSUMMARY:$summary\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    }
}
