<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use Exchange\Tests\StandIn;
use OCA\DAV\CalDAV\CalDavBackend;
use OCA\DAV\CardDAV\CardDavBackend;
use PHPUnit\Framework\Assert;
use Random\Randomizer;
use Sabre\VObject\Component\VCalendar;
use Sabre\VObject\Reader;

/**
 * A person's calendar, task list and address book and the mailbox's folders, edited on both sides at once, and what both
 * sides are to hold when they are in step again. The same random numbers make the same edits.
 *
 * An object is known by the first word of its title, such as “event-7”. Conflicts are won by Exchange.
 */
final class Mix
{
    private const FOLDERS = ['event' => 'Calendar', 'task' => 'Tasks', 'contact' => 'Contacts'];
    private const CLASSES = ['event' => 'CalendarItem', 'task' => 'Task', 'contact' => 'Contact'];
    private const TITLES = ['event' => 'Subject', 'task' => 'Subject', 'contact' => 'DisplayName'];
    private const DAILY = '<t:Recurrence xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"><t:DailyRecurrence>'
        . '<t:Interval>1</t:Interval></t:DailyRecurrence><t:NumberedRecurrence><t:StartDate>2026-03-02Z</t:StartDate>'
        . '<t:NumberOfOccurrences>4</t:NumberOfOccurrences></t:NumberedRecurrence></t:Recurrence>';

    private int $made = 0;
    private int $version = 0;
    /** @var array<string, array<string, array{title: string, place: string, changed: list<string>}>> by kind and name */
    private array $expected = ['event' => [], 'task' => [], 'contact' => []];
    /** @var array<string, list<string>> names that this round has not touched yet, by kind */
    private array $untouched = [];

    /**
     * @param array<string, int> $collections id by kind
     */
    public function __construct(
        private readonly StandIn $standIn,
        private readonly CalDavBackend $calendars,
        private readonly CardDavBackend $addressBooks,
        private readonly array $collections,
        private readonly Randomizer $random,
    ) {
    }

    /** Something to begin with, on both sides. */
    public function fill(): void
    {
        foreach (['event' => 6, 'task' => 3, 'contact' => 3] as $kind => $count) {
            for ($number = 0; $number < $count; $number++) {
                $this->createLocally($kind);
                $this->createRemotely($kind);
            }
        }
        $this->createLocally('event', series: true);
        $this->createRemotely('event', series: true);
    }

    /** Another round of edits on both sides, for two sides that are in step. */
    public function stir(): void
    {
        foreach ($this->expected as $kind => $objects) {
            $this->untouched[$kind] = $this->random->shuffleArray(array_keys($objects));
        }
        foreach (array_keys($this->expected) as $kind) {
            $this->createLocally($kind);
            $this->createRemotely($kind);
            $this->renameLocally($kind, $this->take($kind));
            $this->renameRemotely($kind, $this->take($kind));
        }
        $this->renameLocally('event', $this->take('event'));
        $this->renameRemotely('event', $this->take('event'));
        // Replaces the series of the round before.
        $this->createLocally('event', series: true);
        $this->createRemotely('event', series: true);
        $this->mergeable($this->take('event'));
        $this->conflicting($this->take('event'));
        foreach (['task', 'contact', 'event'] as $kind) {
            $this->delete($kind, $this->take($kind), locally: true);
            $this->delete($kind, $this->take($kind), locally: false);
        }
        foreach ([true, false] as $locally) {
            $this->delete('event', $this->take('event'), $locally);
            $this->edited('event', $this->take('event'), $locally);
        }
    }

    /**
     * @return array<string, array<string, array{title: string, place: string, changed: list<string>}>>
     */
    public function expected(): array
    {
        return self::sorted($this->expected);
    }

    /**
     * What Nextcloud holds, in the same shape.
     */
    public function local(): array
    {
        $found = [];
        foreach (['event', 'task'] as $kind) {
            $found[$kind] = [];
            foreach ($this->objects($kind) as $object) {
                $calendar = Reader::read($object['calendardata']);
                Assert::assertInstanceOf(VCalendar::class, $calendar);
                $main = $calendar->getBaseComponent();
                $changed = [];
                foreach ($calendar->getComponents() as $component) {
                    if (isset($component->{'RECURRENCE-ID'})) {
                        $changed[] = (string)$component->SUMMARY;
                    }
                }
                self::add($found[$kind], (string)$main->SUMMARY, (string)($main->LOCATION ?? ''), $changed);
            }
        }
        $found['contact'] = [];
        foreach ($this->addressBooks->getCards($this->collections['contact']) as $card) {
            self::add($found['contact'], (string)Reader::read($card['carddata'])->FN, '', []);
        }
        return self::sorted($found);
    }

    /**
     * What the mailbox holds, in the same shape.
     */
    public function remote(): array
    {
        $found = [];
        foreach (array_keys(self::FOLDERS) as $kind) {
            $found[$kind] = [];
            foreach ($this->items($kind) as $item) {
                $changed = array_map(
                    static fn (array $exception): string => $exception['properties']['0x0037'] ?? '',
                    array_values($item['exceptions'])
                );
                self::add($found[$kind], self::title($kind, $item), $item['properties']['Appointment/0x8208'] ?? '', $changed);
            }
        }
        return self::sorted($found);
    }

    private function createLocally(string $kind, bool $series = false): void
    {
        [$name, $title] = $this->baptise($kind);
        $collection = $this->collections[$kind];
        if ($kind === 'contact') {
            $text = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:$name\r\nFN:$title\r\nN:$name;;;;\r\nEND:VCARD\r\n";
            $this->addressBooks->createCard($collection, "$name.vcf", $text);
        } else {
            $lines = ["UID:$name", 'DTSTAMP:20260102T030405Z', "SUMMARY:$title"];
            $time = ['DTSTART:20260301T090000Z', 'DTEND:20260301T100000Z'];
            $component = $kind === 'event' ? 'VEVENT' : 'VTODO';
            $parts = match (true) {
                $series => [
                    [...$lines, ...$time, 'RRULE:FREQ=DAILY;COUNT=4', 'EXDATE:20260304T090000Z'],
                    ["UID:$name", 'DTSTAMP:20260102T030405Z', "SUMMARY:$name changed", 'RECURRENCE-ID:20260302T090000Z',
                        'DTSTART:20260302T120000Z', 'DTEND:20260302T130000Z'],
                ],
                $kind === 'event' => [[...$lines, ...$time]],
                default => [$lines],
            };
            $text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Fixture//EN\r\n";
            foreach ($parts as $part) {
                $text .= "BEGIN:$component\r\n" . implode("\r\n", $part) . "\r\nEND:$component\r\n";
            }
            $this->calendars->createCalendarObject($collection, "$name.ics", "{$text}END:VCALENDAR\r\n");
        }
        $this->expect($kind, $name, $title, $series ? ["$name changed"] : []);
    }

    private function createRemotely(string $kind, bool $series = false): void
    {
        [$name, $title] = $this->baptise($kind);
        $more = match ($kind) {
            'event' => ['Start' => '2026-03-02T10:00:00Z', 'End' => '2026-03-02T11:00:00Z'],
            'task' => [],
            'contact' => ['GivenName' => $name, 'Surname' => 'Remote'],
        };
        $number = $this->standIn->create(
            strtolower(self::FOLDERS[$kind]),
            self::CLASSES[$kind],
            [self::TITLES[$kind] => $title] + $more,
            $series ? self::DAILY : ''
        );
        if ($series) {
            $this->standIn->change($number, ['Subject' => "$name changed"], occurrence: 2);
            $this->standIn->delete($number, 4);
        }
        $this->expect($kind, $name, $title, $series ? ["$name changed"] : []);
    }

    private function renameLocally(string $kind, string $name): void
    {
        $this->expected[$kind][$name]['title'] = $title = $this->newTitle($name);
        if ($kind === 'contact') {
            $this->writeCard($name, $title);
        } else {
            $this->writeObject($kind, $name, ['SUMMARY' => $title]);
        }
    }

    private function renameRemotely(string $kind, string $name): void
    {
        $this->expected[$kind][$name]['title'] = $title = $this->newTitle($name);
        $this->standIn->change($this->item($kind, $name)['number'], [self::TITLES[$kind] => $title]);
    }

    /** Different properties of one event on the two sides: both stay. */
    private function mergeable(string $name): void
    {
        $this->expected['event'][$name]['place'] = $place = 'Room ' . ++$this->version;
        $this->writeObject('event', $name, ['LOCATION' => $place]);
        $this->renameRemotely('event', $name);
    }

    /** The same property on both sides: Exchange wins. */
    private function conflicting(string $name): void
    {
        $this->renameLocally('event', $name);
        $this->renameRemotely('event', $name);
    }

    private function delete(string $kind, string $name, bool $locally): void
    {
        unset($this->expected[$kind][$name]);
        $this->remove($kind, $name, $locally);
    }

    /** Deleted on one side, edited on the other: the edit wins. */
    private function edited(string $kind, string $name, bool $deletedLocally): void
    {
        $deletedLocally ? $this->renameRemotely($kind, $name) : $this->renameLocally($kind, $name);
        $this->remove($kind, $name, $deletedLocally);
    }

    private function remove(string $kind, string $name, bool $locally): void
    {
        if (!$locally) {
            $this->standIn->delete($this->item($kind, $name)['number']);
        } elseif ($kind === 'contact') {
            $this->addressBooks->deleteCard($this->collections['contact'], $this->card($name)['uri']);
        } else {
            $this->calendars->deleteCalendarObject($this->collections[$kind], $this->object($kind, $name)['uri']);
        }
    }

    /**
     * @param array<string, string> $properties of the object itself, not of its changed occurrences
     */
    private function writeObject(string $kind, string $name, array $properties): void
    {
        $object = $this->object($kind, $name);
        $calendar = Reader::read($object['calendardata']);
        Assert::assertInstanceOf(VCalendar::class, $calendar);
        foreach ($properties as $property => $value) {
            $calendar->getBaseComponent()->{$property} = $value;
        }
        $this->calendars->updateCalendarObject($this->collections[$kind], $object['uri'], $calendar->serialize());
    }

    private function writeCard(string $name, string $title): void
    {
        $row = $this->card($name);
        $card = Reader::read($row['carddata']);
        $card->FN = $title;
        $this->addressBooks->updateCard($this->collections['contact'], $row['uri'], $card->serialize());
    }

    private function object(string $kind, string $name): array
    {
        return self::only($this->objects($kind), static fn (array $row): bool => str_contains($row['calendardata'], "SUMMARY:$name "));
    }

    private function card(string $name): array
    {
        $cards = $this->addressBooks->getCards($this->collections['contact']);
        return self::only($cards, static fn (array $row): bool => str_contains($row['carddata'], "FN:$name "));
    }

    private function item(string $kind, string $name): array
    {
        return self::only($this->items($kind), static fn (array $item): bool => str_starts_with(self::title($kind, $item), "$name "));
    }

    /**
     * @return list<array<string, mixed>> of a calendar without its trash bin
     */
    private function objects(string $kind): array
    {
        $rows = $this->calendars->getCalendarObjects($this->collections[$kind]);
        $uris = array_column(array_filter($rows, static fn (array $row): bool => !isset($row['deleted_at'])), 'uri');
        return array_values($this->calendars->getMultipleCalendarObjects($this->collections[$kind], $uris));
    }

    /**
     * @return list<array<string, mixed>>
     */
    private function items(string $kind): array
    {
        return array_values(array_filter(
            $this->standIn->dump()['items'],
            static fn (array $item): bool => $item['folder'] === self::FOLDERS[$kind]
        ));
    }

    private static function title(string $kind, array $item): string
    {
        return $item['properties'][$kind === 'contact' ? '0x3001' : '0x0037'] ?? '';
    }

    /**
     * @return array{string, string} name and title of something new
     */
    private function baptise(string $kind): array
    {
        $name = "$kind-" . ++$this->made;
        return [$name, $this->newTitle($name)];
    }

    private function newTitle(string $name): string
    {
        return "$name v" . ++$this->version;
    }

    private function expect(string $kind, string $name, string $title, array $changed): void
    {
        $this->expected[$kind][$name] = ['title' => $title, 'place' => '', 'changed' => $changed];
    }

    private function take(string $kind): string
    {
        return array_pop($this->untouched[$kind]) ?? throw new \LogicException("There are too few objects of kind $kind.");
    }

    private static function add(array &$found, string $title, string $place, array $changed): void
    {
        $name = strtok($title, ' ');
        Assert::assertArrayNotHasKey($name, $found, "“{$title}” is there twice");
        sort($changed);
        $found[$name] = ['title' => $title, 'place' => $place, 'changed' => $changed];
    }

    private static function only(array $rows, callable $test): array
    {
        $found = array_values(array_filter($rows, $test));
        Assert::assertCount(1, $found);
        return $found[0];
    }

    private static function sorted(array $sides): array
    {
        foreach (array_keys($sides) as $kind) {
            ksort($sides[$kind]);
        }
        return $sides;
    }
}
