<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Setting;

/**
 * A number between two others.
 */
final class Number extends Setting
{
    public function __construct(
        string $name,
        int $default,
        private readonly int $least,
        private readonly int $most,
        string $meaning,
    ) {
        parent::__construct($name, $default, $meaning);
    }

    public function parse(string $text): int
    {
        $fits = ctype_digit($text) && strlen($text) < 10 && (int)$text >= $this->least && (int)$text <= $this->most;
        return $fits ? (int)$text : throw $this->refuse($text, "It is a number from $this->least to $this->most.");
    }

    public function within(int $value): int
    {
        return max($this->least, min($this->most, $value));
    }

    public function show(mixed $value): string
    {
        return (string)$value;
    }
}
