<?php

// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace Exchange\Tests\Active;

use Exchange\Tests\StandIn;
use Random\Randomizer;

/**
 * Edits on both sides, and what things are called afterwards. An object is known by the first word of its title, such as “event-7”;
 * the second tells its version.
 */
final class Editor
{
    private const FOLDERS = ['event' => 'calendar', 'task' => 'tasks', 'contact' => 'contacts'];
    private const CLASSES = ['event' => 'CalendarItem', 'task' => 'Task', 'contact' => 'Contact'];
    private const DAILY = '<t:Recurrence xmlns:t="http://schemas.microsoft.com/exchange/services/2006/types"><t:DailyRecurrence>'
        . '<t:Interval>1</t:Interval></t:DailyRecurrence><t:NumberedRecurrence><t:StartDate>2026-03-02Z</t:StartDate>'
        . '<t:NumberOfOccurrences>4</t:NumberOfOccurrences></t:NumberedRecurrence></t:Recurrence>';

    private int $made = 0;
    private int $version = 0;
    /** @var array<int, array<string, array<string, string>>> title by account, kind and name */
    private array $titles = [];

    public function __construct(
        private readonly StandIn $standIn,
        private readonly Door $door,
        private readonly Sides $sides,
        private readonly Randomizer $random,
    ) {
    }

    /** @return array<string, string> title by name */
    public function titles(Person $person, string $kind): array
    {
        return $this->titles[$person->account][$kind] ?? [];
    }

    /** @param string $prefix what the name begins with after the kind */
    public function create(Person $person, string $kind, bool $locally, bool $series = false, string $prefix = ''): Change
    {
        $name = "$kind-$prefix" . ++$this->made;
        $title = $this->titles[$person->account][$kind][$name] = "$name v" . ++$this->version;
        $uri = $locally ? $name . ($kind === 'contact' ? '.vcf' : '.ics') : null;
        $began = self::now();
        $locally ? $this->createLocally($person, $kind, $name, $title, (string) $uri, $series)
            : $this->createRemotely($person, $kind, $name, $title, $series);
        return new Change($person, $kind, $name, $locally, $title, $uri, $began);
    }

    /** Whether both sides have it by now. */
    public function isThere(Person $person, string $kind, string $name): bool
    {
        return $this->sides->uri($person, $kind, $name) !== null && $this->sides->item($person, $kind, $name) !== null;
    }

    /** Another title, and another place or job title. */
    public function change(Person $person, string $kind, string $name, bool $locally): Change
    {
        $uri = $this->sides->uri($person, $kind, $name);
        $title = $this->titles[$person->account][$kind][$name] = "$name v" . ++$this->version;
        $more = 'Number ' . $this->random->getInt(1, 999);
        if ($locally) {
            $text = (string) $this->door->get($person, $kind, (string) $uri);
            $text = self::with($text, $kind === 'contact' ? 'FN' : 'SUMMARY', $title);
            $text = $kind === 'task' ? $text : self::with($text, $kind === 'contact' ? 'TITLE' : 'LOCATION', $more);
            $began = self::now();
            $this->door->put($person, $kind, (string) $uri, $text);
        } else {
            $number = $this->sides->item($person, $kind, $name)['number'];
            $set = match ($kind) {
                'event' => ['Subject' => $title, 'Location' => $more],
                'task' => ['Subject' => $title],
                'contact' => ['DisplayName' => $title, 'JobTitle' => $more],
            };
            $began = self::now();
            $this->standIn->change($number, $set, mailbox: $person->address);
        }
        return new Change($person, $kind, $name, $locally, $title, $uri, $began);
    }

    public function delete(Person $person, string $kind, string $name, bool $locally): Change
    {
        $uri = $this->sides->uri($person, $kind, $name);
        $number = $this->sides->item($person, $kind, $name)['number'] ?? 0;
        unset($this->titles[$person->account][$kind][$name]);
        $began = self::now();
        $locally ? $this->door->delete($person, $kind, (string) $uri) : $this->standIn->delete($number, mailbox: $person->address);
        return new Change($person, $kind, $name, $locally, null, $uri, $began);
    }

    private function createLocally(Person $person, string $kind, string $name, string $title, string $uri, bool $series): void
    {
        if ($kind === 'contact') {
            $text = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:$name\r\nFN:$title\r\nN:$name;;;;\r\nEND:VCARD\r\n";
        } else {
            $lines = ["UID:$name", 'DTSTAMP:20260102T030405Z', "SUMMARY:$title"];
            $time = $kind === 'event' ? ['DTSTART:20260301T090000Z', 'DTEND:20260301T100000Z'] : [];
            $parts = $series ? [
                [...$lines, ...$time, 'RRULE:FREQ=DAILY;COUNT=4', 'EXDATE:20260304T090000Z'],
                ["UID:$name", 'DTSTAMP:20260102T030405Z', "SUMMARY:$name changed", 'RECURRENCE-ID:20260302T090000Z',
                    'DTSTART:20260302T120000Z', 'DTEND:20260302T130000Z'],
            ] : [[...$lines, ...$time]];
            $component = $kind === 'event' ? 'VEVENT' : 'VTODO';
            $text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Fixture//EN\r\n";
            foreach ($parts as $part) {
                $text .= "BEGIN:$component\r\n" . implode("\r\n", $part) . "\r\nEND:$component\r\n";
            }
            $text .= "END:VCALENDAR\r\n";
        }
        $this->door->put($person, $kind, $uri, $text);
    }

    private function createRemotely(Person $person, string $kind, string $name, string $title, bool $series): void
    {
        $set = match ($kind) {
            'event' => ['Subject' => $title, 'Start' => '2026-03-02T10:00:00Z', 'End' => '2026-03-02T11:00:00Z'],
            'task' => ['Subject' => $title],
            'contact' => ['DisplayName' => $title, 'GivenName' => $name, 'Surname' => 'Remote'],
        };
        $xml = $series ? self::DAILY : '';
        $number = $this->standIn->create(self::FOLDERS[$kind], self::CLASSES[$kind], $set, $xml, $person->address);
        if ($series) {
            $this->standIn->change($number, ['Subject' => "$name changed"], occurrence: 2, mailbox: $person->address);
            $this->standIn->delete($number, 4, $person->address);
        }
    }

    /** The text with another value of a property, in its first component only. */
    private static function with(string $text, string $property, string $value): string
    {
        $changed = preg_replace("/^$property(?:;[^:]*)?:.*\r\n(?:[ \t].*\r\n)*/m", "$property:$value\r\n", $text, 1, $count);
        return (string) ($count === 1
            ? $changed
            : preg_replace('/^(UID[:;].*\r\n(?:[ \t].*\r\n)*)/m', "\$1$property:$value\r\n", $text, 1));
    }

    private static function now(): float
    {
        return hrtime(true) / 1e9;
    }
}
