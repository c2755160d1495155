<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Setting;

/**
 * Days back and days ahead that roll on with the calendar, or null: all of it.
 */
final class Window extends Setting
{
    /** A century. */
    private const MOST = 36_525;

    public function __construct(string $name, string $meaning)
    {
        parent::__construct($name, null, $meaning, 'event');
    }

    /**
     * @return array{past: int, future: int}|null
     */
    public function parse(string $text): ?array
    {
        if ($text === 'all') {
            return null;
        }
        if (preg_match('/^(\d{1,5}):(\d{1,5})$/', $text, $days) !== 1 || max($days[1], $days[2]) > self::MOST) {
            throw $this->refuse($text, 'It is the days back and the days ahead (31:183), or all.');
        }
        return ['past' => (int)$days[1], 'future' => (int)$days[2]];
    }

    public function show(mixed $value): string
    {
        return $value === null ? 'all' : "{$value['past']}:{$value['future']}";
    }
}
