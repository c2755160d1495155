<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Setting;

/**
 * One of some words; the first is the default.
 */
final class Choice extends Setting
{
    /**
     * @param non-empty-list<string> $words
     */
    public function __construct(string $name, public readonly array $words, string $meaning, ?string $kind = null)
    {
        parent::__construct($name, $words[0], $meaning, $kind);
    }

    public function parse(string $text): string
    {
        $fits = in_array($text, $this->words, true);
        return $fits ? $text : throw $this->refuse($text, 'It is one of ' . implode(', ', $this->words) . '.');
    }

    public function show(mixed $value): string
    {
        return $value;
    }
}
