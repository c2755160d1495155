<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Setting;

/**
 * Some words in no order, at least one where it matters: of a list, or any.
 */
final class Words extends Setting
{
    /**
     * @param list<string> $default
     * @param list<string> $words of which it is some; none: it is any, or nothing
     */
    public function __construct(string $name, array $default, public readonly array $words, string $meaning)
    {
        parent::__construct($name, $default, $meaning);
    }

    /**
     * @param string $text with commas between them, or a list in JSON
     * @return list<string>
     */
    public function parse(string $text): array
    {
        $given = str_starts_with($text, '[') ? json_decode($text, true, 2) : explode(',', $text);
        $given = array_filter(array_map(static fn (mixed $word): string => trim(is_string($word) ? $word : ''), (array)$given));
        if ($this->words === []) {
            return array_values(array_unique($given));
        }
        if ($given === [] || array_diff($given, $this->words) !== []) {
            throw $this->refuse($text, 'It is one or more of ' . implode(', ', $this->words) . ', with commas between them.');
        }
        return array_values(array_intersect($this->words, $given));
    }

    public function show(mixed $value): string
    {
        return implode(',', $value);
    }
}
