<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

/**
 * A process that is killed in the middle, on each side of the work; afterwards nothing is lost and nothing is doubled.
 */
final class CrashTest extends EndToEndTestCase
{
    private const ITEMS = 60;

    /**
     * Starts a synchronisation and kills it as soon as the condition holds.
     *
     * @param callable(): bool $reached
     */
    private function killWhen(int $link, callable $reached): void
    {
        $process = Occ::start(['exchange:sync', '--link', (string)$link, '--output=json'], $pipes);
        $end = microtime(true) + 30;
        while (!$reached()) {
            self::assertTrue(proc_get_status($process)['running'], 'it ended before it could be killed');
            self::assertLessThan($end, microtime(true), 'it never got that far');
            usleep(5_000);
        }
        proc_terminate($process, SIGKILL);
        array_map(fclose(...), $pipes);
        proc_close($process);
    }

    /**
     * @return list<string>
     */
    private static function names(): array
    {
        $names = array_map(static fn (int $number): string => "Event $number", range(1, self::ITEMS));
        sort($names);
        return $names;
    }

    public function testKilledWhileExporting(): void
    {
        ['link' => $link, 'collection' => $calendar] = $this->link($this->addAccount(), 'event');
        foreach (self::names() as $number => $name) {
            $this->calendars->createCalendarObject($calendar, "$number.ics", self::event("uid-$number", $name));
        }
        // The first batch is carried out, but its answer takes so long that the process is killed before it comes.
        $this->standIn->fault(['kind' => 'slow', 'ms' => 10_000, 'operation' => 'CreateItem']);
        $this->killWhen($link, fn (): bool => $this->remote->items('event') !== []);
        $this->standIn->clearFaults();
        $this->sync($link);
        $this->sync($link);
        $this->assertInStep(self::names(), 'event', $calendar);
        self::assertSame(self::ITEMS, $this->status($link)['in_step']);
    }

    public function testKilledWhileImporting(): void
    {
        ['link' => $link, 'collection' => $calendar] = $this->link($this->addAccount(), 'event');
        foreach (self::names() as $name) {
            $this->remote->createEvent($name);
        }
        $this->killWhen($link, fn (): bool => $this->calendars->getCalendarObjects($calendar) !== []);
        $this->sync($link);
        $this->assertInStep(self::names(), 'event', $calendar);
        self::assertSame(self::ITEMS, $this->status($link)['in_step']);
        self::assertSame(0, $this->status($link)['unfinished']);
    }
}
