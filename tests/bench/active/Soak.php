<?php

// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace Exchange\Tests\Active;

use Exchange\Tests\StandIn;
use Random\Randomizer;

/** Random edits of many people, and faults of their Exchange. */
final class Soak
{
    /** Items of a folder that edits keep to. */
    private const FEW = 2;
    private const MANY = 8;
    /** Who edits an item: one side alone, so that what becomes of it is known, or both. */
    private const SIDES = ['here-', 'there-', 'both-'];

    private int $edits = 0;
    private int $faults = 0;

    /** @param list<Person> $people */
    public function __construct(
        private readonly array $people,
        private readonly StandIn $standIn,
        private readonly Editor $editor,
        private readonly Randomizer $random,
    ) {
    }

    public function edits(): int
    {
        return $this->edits;
    }

    public function faults(): int
    {
        return $this->faults;
    }

    public function edit(): void
    {
        $person = $this->people[$this->random->getInt(0, count($this->people) - 1)];
        $kind = $person->kinds()[$this->random->getInt(0, 1)];
        $names = array_map(strval(...), array_keys($this->editor->titles($person, $kind)));
        $dice = $this->random->getInt(0, 9);
        $this->edits++;
        if (count($names) < self::FEW || ($dice < 3 && count($names) < self::MANY)) {
            $side = self::SIDES[$this->random->getInt(0, 2)];
            $series = $kind === 'event' && $side !== 'both-' && $this->random->getInt(0, 4) === 0;
            $this->editor->create($person, $kind, $side !== 'there-', $series, $side);
            return;
        }
        $name = $names[$this->random->getInt(0, count($names) - 1)];
        $shared = str_contains($name, '-both-');
        $locally = $shared ? $this->random->getInt(0, 1) === 1 : str_contains($name, '-here-');
        // Both sides have what is edited on both; what is deleted on one side and edited on the other stays, so nobody deletes these.
        if ($dice >= 8 && !$shared) {
            $this->editor->delete($person, $kind, $name, $locally);
        } elseif (!$shared || $this->editor->isThere($person, $kind, $name)) {
            $this->editor->change($person, $kind, $name, $locally);
        }
    }

    public function fault(): void
    {
        $this->faults++;
        $some = $this->random->getInt(1, 5);
        match ($this->random->getInt(0, 8)) {
            0 => $this->standIn->cutStreams(),
            1 => $this->standIn->closeStreams(),
            2 => $this->standIn->loseSubscriptions($this->people[$this->random->getInt(0, count($this->people) - 1)]->address, now: true),
            3 => $this->standIn->loseSubscriptions(now: $this->random->getInt(0, 1) === 1),
            4 => $this->standIn->fault(['kind' => 'busy-message', 'back_off_ms' => 500, 'count' => $some]),
            5 => $this->standIn->fault(['kind' => 'unavailable', 'count' => $some]),
            6 => $this->standIn->fault(['kind' => 'connection-reset', 'count' => $some]),
            7 => $this->standIn->fault(['kind' => 'reply-lost', 'operation' => 'CreateItem', 'count' => 1]),
            8 => $this->standIn->fault(['kind' => 'slow', 'ms' => 5_000, 'count' => $some]),
        };
    }
}
