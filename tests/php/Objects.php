<?php

// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace Exchange\Tests;

use Random\Engine\Mt19937;
use Random\Randomizer;

/**
 * Random calendar objects and cards, as people and their programs write them. The same seed makes the same objects.
 */
final class Objects
{
    private const WORDS = ['Lunch', 'Überraschung', 'Q3\, budget', 'a\;b', 'back\\\\slash', 'naïve €', 'plan 😀', '<b>&amp;', '日本語', 'x'];
    private const ODD = ['X-ODD;A="q;r:s":value', 'COMMENT:Remark', 'X-MOZ-GENERATION:3', 'X-APPLE-SORT-ORDER:42', 'X-EMPTY:', 'x-lower:1'];
    private const ALARMS = ['TRIGGER:-PT15M', 'TRIGGER:-P1D', 'TRIGGER;RELATED=END:-PT5M', 'TRIGGER;VALUE=DATE-TIME:20260105T060000Z'];

    private readonly Randomizer $random;

    public function __construct(int $seed)
    {
        $this->random = new Randomizer(new Mt19937($seed));
    }

    public function make(string $kind, string $uid): string
    {
        $lines = match ($kind) {
            'event' => $this->event($uid),
            'task' => $this->task($uid),
            'contact' => $this->contact($uid),
        };
        return implode('', array_map(static fn (string $line): string => "$line\r\n", array_merge([], ...$lines)));
    }

    /** @param list<string> $choices */
    private function pick(array $choices): string
    {
        return $choices[$this->random->getInt(0, count($choices) - 1)];
    }

    private function text(int $words = 4): string
    {
        $count = $this->random->getInt(1, $words);
        return implode(' ', array_map(fn (): string => $this->pick(self::WORDS), range(1, $count)));
    }

    /**
     * @return list<string> the lines, so many times in a hundred, else none
     */
    private function maybe(int $percent, string ...$lines): array
    {
        return $this->random->getInt(1, 100) <= $percent ? $lines : [];
    }

    /** @return list<list<string>> what events and tasks have in common */
    private function common(): array
    {
        return [
            ['SUMMARY:' . $this->text()],
            $this->maybe(40, 'DESCRIPTION:' . $this->text() . '\n' . $this->text()),
            $this->maybe(30, 'LOCATION:' . $this->text()),
            $this->maybe(30, 'CLASS:' . $this->pick(['PUBLIC', 'PRIVATE', 'CONFIDENTIAL'])),
            $this->maybe(30, 'PRIORITY:' . $this->pick(['0', '1', '5', '9'])),
            $this->maybe(30, 'CATEGORIES:' . $this->text(1) . ',' . $this->text(1)),
            $this->maybe(10, 'GEO:48.2;16.37'),
            $this->maybe(10, 'RELATED-TO;RELTYPE=PARENT:other@example.org'),
            $this->maybe(50, $this->pick(self::ODD)),
            $this->maybe(30, $this->pick(self::ODD)),
        ];
    }

    /** @return list<list<string>> */
    private function alarms(): array
    {
        $alarm = fn (): array => [
            'BEGIN:VALARM', 'ACTION:' . $this->pick(['DISPLAY', 'AUDIO', 'EMAIL']), $this->pick(self::ALARMS), 'END:VALARM',
        ];
        return [$this->maybe(50, ...$alarm()), $this->maybe(30, ...$alarm()), $this->maybe(10, ...$alarm())];
    }

    /**
     * @return list<string> parameters of a date, the hour it is at, and what follows
     */
    private function clock(): array
    {
        return match ($this->random->getInt(0, 4)) {
            0 => [';VALUE=DATE', '', ''],
            1 => ['', 'T090000', 'Z'],
            2 => [';TZID=America/New_York', 'T090000', ''],
            default => [';TZID=Europe/Vienna', 'T090000', ''],
        };
    }

    /** @return list<list<string>> */
    private function event(string $uid): array
    {
        [$params, $time, $z] = $this->clock();
        $end = $time === '' ? "DTEND$params:20260106" : "DTEND$params:20260105T094500$z";
        $head = ['BEGIN:VEVENT', "UID:$uid", 'DTSTAMP:20260101T000000Z'];
        $pattern = $this->pick(['DAILY', 'WEEKLY', 'WEEKLY;BYDAY=MO,SA', 'DAILY;INTERVAL=7']) . $this->pick(['', ';COUNT=9']);
        $rule = $this->maybe(40, "RRULE:FREQ=$pattern");
        $changed = [];
        if ($rule !== []) {
            $rule = array_merge($rule, $this->maybe(40, "EXDATE$params:20260112$time$z"));
            $day = $time === '' ? ['20260119', '20260120'] : ["20260119T190000$z", "20260119T200000$z"];
            $changed = $this->random->getInt(1, 100) > 40 ? [] : [
                $head, ["RECURRENCE-ID$params:20260119$time$z", "DTSTART$params:$day[0]", "DTEND$params:$day[1]"],
                ...$this->common(), ...$this->alarms(), ['END:VEVENT'],
            ];
        }
        return [
            ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Example//EN'], $head,
            ["DTSTART$params:20260105$time$z"], $this->maybe(80, $end), ...$this->common(),
            $this->maybe(30, 'TRANSP:' . $this->pick(['OPAQUE', 'TRANSPARENT'])),
            $this->maybe(10, 'STATUS:' . $this->pick(['CONFIRMED', 'TENTATIVE'])),
            $rule, ...$this->alarms(), ['END:VEVENT'], ...$changed, ['END:VCALENDAR'],
        ];
    }

    /** @return list<list<string>> */
    private function task(string $uid): array
    {
        [$params, $time, $z] = $this->clock();
        return [
            ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Example//EN', 'BEGIN:VTODO', "UID:$uid", 'DTSTAMP:20260101T000000Z'],
            ...$this->common(),
            $this->maybe(40, "DTSTART$params:20260105$time$z"), $this->maybe(50, "DUE$params:20260107$time$z"),
            match ($this->random->getInt(0, 4)) {
                0 => ['STATUS:COMPLETED', 'COMPLETED:20260104T153000Z', 'PERCENT-COMPLETE:100'],
                1 => ['STATUS:IN-PROCESS', 'PERCENT-COMPLETE:30'],
                2 => ['STATUS:CANCELLED'],
                3 => ['STATUS:NEEDS-ACTION'],
                default => [],
            },
            $this->maybe(20, 'X-PINNED:true'), $this->maybe(20, 'X-OC-HIDESUBTASKS:1'),
            ...$this->alarms(), ['END:VTODO', 'END:VCALENDAR'],
        ];
    }

    /** @return list<list<string>> */
    private function contact(string $uid): array
    {
        [$given, $family] = [$this->text(1), $this->text(1)];
        $types = ['', ';TYPE=HOME', ';TYPE=WORK', ';TYPE=CELL', ';TYPE="work,fax"'];
        $several = fn (int $most, string $line): array => array_map(
            fn (int $number): string => str_replace(['?', '#'], [$this->pick($types), (string) $number], $line),
            array_keys(array_fill(0, $this->random->getInt(0, $most), null)),
        );
        return [
            ['BEGIN:VCARD', 'VERSION:' . $this->pick(['3.0', '3.0', '4.0']), "UID:$uid", "N:$family;$given;;;", "FN:$given $family"],
            $several(5, 'EMAIL?:person#@example.org'), $several(6, 'TEL?:+43 1 #'), $several(4, 'ADR?:;;Lane #\nRear;Town;;#010;Austria'),
            $this->maybe(20, 'item1.EMAIL:boat@example.org', 'item1.X-ABLabel:Boat'),
            $this->maybe(20, 'item2.X-ABRELATEDNAMES:Bo', 'item2.X-ABLabel:_$!<Friend>!$_'),
            $this->maybe(30, 'ORG:' . $this->text(1) . ';' . $this->text(1)),
            $this->maybe(30, 'TITLE:' . $this->text()), $this->maybe(10, 'TITLE:' . $this->text()),
            $this->maybe(40, 'NOTE:' . $this->text() . '\n' . $this->text()), $this->maybe(10, 'NOTE:' . $this->text()),
            $this->maybe(30, 'BDAY:19850412'), $this->maybe(20, 'CATEGORIES:' . $this->text(1) . ',' . $this->text(1)),
            $this->maybe(20, 'URL:https://example.org/~ada'), $this->maybe(10, 'IMPP;X-SERVICE-TYPE=XMPP:xmpp:ada@example.org'),
            $this->maybe(10, 'KEY;ENCODING=b:AAAA'), $this->maybe(50, $this->pick(self::ODD)),
            ['REV:20260101T000000Z', 'END:VCARD'],
        ];
    }
}
