<?php

// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace Exchange\Tests\Active;

use Random\Randomizer;

/** Changes on both sides, and how long each takes to the other. */
final class Delays
{
    public const KINDS = ['event', 'task', 'contact'];
    /** Items of a folder that changes keep to. */
    private const FEW = 2;
    private const MANY = 6;
    /** Seconds after which a change is lost. */
    private const LOST = 120;

    /** @var array<string, Change> changes on their way, by what is changed */
    private array $under = [];
    /** @var array{to_nextcloud: list<float>, to_exchange: list<float>} */
    public array $seconds = ['to_nextcloud' => [], 'to_exchange' => []];

    /** @param list<Person> $people */
    public function __construct(
        private readonly array $people,
        private readonly Editor $editor,
        private readonly Sides $sides,
        private readonly Http $http,
        private readonly Randomizer $random,
    ) {
    }

    /** Makes a change somewhere, of something that is on its way nowhere. */
    public function change(bool $locally): void
    {
        $person = $this->people[$this->random->getInt(0, count($this->people) - 1)];
        $kind = self::KINDS[$this->random->getInt(0, 2)];
        $names = array_map(strval(...), array_keys($this->editor->titles($person, $kind)));
        $free = array_values(array_filter($names, fn (string $name): bool => !isset($this->under["$person->account/$name"])));
        $dice = $this->random->getInt(0, 9);
        if ($free === [] || count($names) < self::FEW || ($dice < 3 && count($names) < self::MANY)) {
            $change = $this->editor->create($person, $kind, $locally);
        } else {
            $name = $free[$this->random->getInt(0, count($free) - 1)];
            $change = $dice >= 8
                ? $this->editor->delete($person, $kind, $name, $locally)
                : $this->editor->change($person, $kind, $name, $locally);
        }
        $this->under["$person->account/$change->name"] = $change;
    }

    /** Looks after what is on its way. */
    public function look(): bool
    {
        foreach ($this->under as $key => $change) {
            if ($change->locally ? $this->isInExchange($change) : $this->isInNextcloud($change)) {
                $this->seconds[$change->locally ? 'to_exchange' : 'to_nextcloud'][] = self::now() - $change->began;
                unset($this->under[$key]);
            } elseif (self::now() - $change->began > self::LOST) {
                throw new \RuntimeException("A change of $change->name of {$change->person->address} is lost: “{$change->title}”.");
            }
        }
        return $this->under !== [];
    }

    private function isInExchange(Change $change): bool
    {
        return $change->title === null
            ? $this->sides->item($change->person, $change->kind, $change->name) === null
            : $this->sides->item($change->person, $change->kind, $change->title) !== null;
    }

    private function isInNextcloud(Change $change): bool
    {
        if ($change->title === null) {
            return $this->sides->uri($change->person, $change->kind, $change->name) === null
                && $this->http->get($change->person, $change->kind, (string) $change->uri) === null;
        }
        $uri = $this->sides->uri($change->person, $change->kind, $change->title);
        return $uri !== null && str_contains((string) $this->http->get($change->person, $change->kind, $uri), $change->title);
    }

    private static function now(): float
    {
        return hrtime(true) / 1e9;
    }
}
