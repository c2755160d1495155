<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Setting;

/**
 * A number, or null, which leaves it to the engine's own judgement.
 */
final class Limit extends Setting
{
    private const MOST = 1_000_000;

    public function __construct(string $name, string $meaning)
    {
        parent::__construct($name, null, $meaning);
    }

    public function parse(string $text): ?int
    {
        if ($text === 'auto') {
            return null;
        }
        return ctype_digit($text) && (int)$text <= self::MOST
            ? (int)$text
            : throw $this->refuse($text, 'It is a number up to ' . self::MOST . ', or auto.');
    }

    public function show(mixed $value): string
    {
        return $value === null ? 'auto' : (string)$value;
    }
}
