<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Setting;

/**
 * A short line of text.
 */
final class Placeholder extends Setting
{
    private const LONGEST = 60;

    public function parse(string $text): string
    {
        $text = trim($text);
        $fits = mb_check_encoding($text, 'UTF-8') && $text !== '' && mb_strlen($text) <= self::LONGEST
            && preg_match('/[\x00-\x1f\x7f]/', $text) === 0;
        return $fits ? $text : throw $this->refuse($text, 'It is one line of at most ' . self::LONGEST . ' characters.');
    }

    public function show(mixed $value): string
    {
        return $value;
    }
}
