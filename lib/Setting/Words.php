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
     * @param list<string>|null $of the words that there are; null: any, also none
     */
    public function __construct(string $name, array $default, private readonly ?array $of, string $meaning)
    {
        parent::__construct($name, $default, $meaning);
    }

    /**
     * @param string $text with commas between them, or a list in JSON
     * @return list<string>
     */
    public function parse(string $text): array
    {
        $words = str_starts_with($text, '[') ? json_decode($text, true, 2) : explode(',', $text);
        $words = array_filter(array_map(static fn (mixed $word): string => trim(is_string($word) ? $word : ''), (array)$words));
        if ($this->of === null) {
            return array_values(array_unique($words));
        }
        if ($words === [] || array_diff($words, $this->of) !== []) {
            throw $this->refuse($text, 'it is one or more of ' . implode(', ', $this->of) . ', with commas between them');
        }
        return array_values(array_intersect($this->of, $words));
    }

    public function show(mixed $value): string
    {
        return implode(',', $value);
    }
}
