<?php

// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace Exchange\Tests\Active;

use DateTimeZone;
use Exchange\Tests\StandIn;
use Sabre\VObject\Component\VCalendar;
use Sabre\VObject\Reader;

/**
 * What a folder and its collection hold, item by item in one shape, so that they can be compared: title, place, start in UTC, UID and
 * changed occurrences of an event; the title of a task; name and job title of a contact.
 */
final class Sides
{
    private const FOLDERS = ['event' => 'Calendar', 'task' => 'Tasks', 'contact' => 'Contacts'];
    private const SUBJECT = '0x0037';
    private const DISPLAY_NAME = '0x3001';
    private const JOB_TITLE = '0x3a17';
    private const PLACE = 'Appointment/0x8208';
    private const START = 'Appointment/0x820d';

    public function __construct(private readonly StandIn $standIn, private readonly Backend $backend)
    {
    }

    /**
     * How the two sides differ from each other, and from what they should hold.
     *
     * @param ?array<string, string> $expected title by name of all that an Editor left there; null: nothing is known
     * @return list<string> sentences
     */
    public function differences(Person $person, string $kind, ?array $expected): array
    {
        $local = $this->local($person, $kind);
        $remote = $this->remote($person, $kind);
        $where = "$kind of $person->address";
        $found = [];
        foreach (['Nextcloud' => [$local, $remote], 'Exchange' => [$remote, $local]] as $side => [$here, $there]) {
            foreach (array_diff(array_unique($here), $there) as $item) {
                $found[] = "Only $side has this $where: $item";
            }
            foreach (array_filter(array_count_values($here), static fn (int $times): bool => $times > 1) as $item => $times) {
                $found[] = "$side has this $where $times times: $item";
            }
            if ($expected !== null) {
                $surprises = self::surprises($here, $expected);
                array_push($found, ...array_map(fn (string $what): string => "$side has $what ($where)", $surprises));
            }
        }
        return $found;
    }

    /**
     * What of one side is not as it should be.
     *
     * @param list<string> $items
     * @param array<string, string> $expected title by name
     * @return list<string>
     */
    private static function surprises(array $items, array $expected): array
    {
        $titles = [];
        foreach ($items as $item) {
            $title = explode(' | ', $item)[0];
            $titles[strtok($title, ' ')][] = $title;
        }
        $found = [];
        foreach ($expected + $titles as $name => $any) {
            $there = $titles[$name] ?? [];
            // Of what both sides edit nobody can say who was the last.
            $right = str_contains((string) $name, '-both-')
                ? count($there) === 1
                : $there === array_values(array_filter([$expected[$name] ?? null]));
            if (!$right) {
                $found[] = '“' . implode('”, “', $there) . '” in place of “' . ($expected[$name] ?? '') . '”';
            }
        }
        return $found;
    }

    /** @return list<string> */
    public function local(Person $person, string $kind): array
    {
        return array_values(array_map(fn (string $text): string => self::read($kind, $text), $this->backend->all($person, $kind)));
    }

    /** @return list<string> */
    public function remote(Person $person, string $kind): array
    {
        return array_map(static function (array $item) use ($kind): string {
            $properties = $item['properties'];
            $changed = array_map(
                static fn (array $exception): string => $exception['properties'][self::SUBJECT] ?? '',
                array_values($item['exceptions']),
            );
            return match ($kind) {
                'event' => self::line($properties[self::SUBJECT] ?? '', $properties[self::PLACE] ?? '',
                    strtr($properties[self::START] ?? '', ['-' => '', ':' => '']), (string) $item['uid'], ...self::sorted($changed)),
                'task' => self::line($properties[self::SUBJECT] ?? ''),
                'contact' => self::line($properties[self::DISPLAY_NAME] ?? '', $properties[self::JOB_TITLE] ?? ''),
            };
        }, $this->items($person, $kind));
    }

    /** @return list<array<string, mixed>> as the stand-in dumps them */
    public function items(Person $person, string $kind): array
    {
        $items = $this->standIn->dump($person->address)['items'];
        return array_values(array_filter($items, static fn (array $item): bool => $item['folder'] === self::FOLDERS[$kind]));
    }

    /** The item that is called so, or whose title begins with that word. */
    public function item(Person $person, string $kind, string $name): ?array
    {
        $property = $kind === 'contact' ? self::DISPLAY_NAME : self::SUBJECT;
        foreach ($this->items($person, $kind) as $item) {
            if (str_starts_with(($item['properties'][$property] ?? '') . ' ', "$name ")) {
                return $item;
            }
        }
        return null;
    }

    /** The uri of the object that is called so, or whose title begins with that word. */
    public function uri(Person $person, string $kind, string $name): ?string
    {
        $property = $kind === 'contact' ? 'FN' : 'SUMMARY';
        foreach ($this->backend->all($person, $kind) as $uri => $text) {
            if (preg_match('/^' . $property . '(;[^:]*)?:' . preg_quote($name, '/') . '[ \r]/m', $text) === 1) {
                return (string) $uri;
            }
        }
        return null;
    }

    private static function read(string $kind, string $text): string
    {
        $object = Reader::read($text);
        if ($kind === 'contact') {
            return self::line((string) $object->FN, (string) ($object->TITLE ?? ''));
        }
        assert($object instanceof VCalendar);
        $main = $object->getBaseComponent();
        if ($kind === 'task') {
            return self::line((string) $main->SUMMARY);
        }
        $changed = [];
        foreach ($object->getComponents() as $component) {
            if (isset($component->{'RECURRENCE-ID'})) {
                $changed[] = (string) $component->SUMMARY;
            }
        }
        $start = $main->DTSTART->getDateTime()->setTimezone(new DateTimeZone('UTC'))->format('Ymd\THis\Z');
        $parts = [(string) $main->SUMMARY, (string) ($main->LOCATION ?? ''), $start, (string) $main->UID];
        return self::line(...$parts, ...self::sorted($changed));
    }

    private static function line(string ...$parts): string
    {
        return implode(' | ', $parts);
    }

    private static function sorted(array $texts): array
    {
        sort($texts);
        return $texts;
    }
}
