<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Language;

use OCA\IntegrationExchange\Failure;
use OCP\IL10N;

/**
 * Says in a person's language what the engine, the services and the journal say in English, the language of occ and of what is
 * stored. Their sentences are known as patterns (sentences.txt, which a test collects from the source); what fills a pattern is
 * said in the same way, and what is in no pattern stays as it is.
 */
final class Phrasebook
{
    /** @var array<string, string> regular expressions by sentence, those with the most words of their own first */
    private static array $patterns = [];
    /** @var array<string, true> sentences without blanks */
    private static array $fixed = [];

    public function __construct(private readonly IL10N $l)
    {
    }

    /**
     * @param IL10N|null $l another language than that of the request
     */
    public function say(?string $text, ?IL10N $l = null): ?string
    {
        return $text === null ? null : $this->all($text, $l ?? $this->l);
    }

    /**
     * @return array{error: string, message: string, setting?: string} as openapi.json has it
     */
    public function failure(Failure $failure): array
    {
        $said = ['error' => $failure->kind, 'message' => $this->all($failure->onPage ?? $failure->getMessage(), $this->l)];
        return $said + ($failure->setting === null ? [] : ['setting' => $failure->setting]);
    }

    /**
     * @param array<string, mixed> $row
     * @param string ...$columns which of them are said
     * @return array<string, mixed>
     */
    public function row(array $row, string ...$columns): array
    {
        foreach ($columns as $column) {
            $row[$column] = $this->say($row[$column] ?? null);
        }
        return $row;
    }

    /**
     * One pattern, or several one after the other.
     */
    private function all(string $text, IL10N $l): string
    {
        $whole = $this->one($text, $l);
        $end = strlen($text);
        while ($whole === null && ($end = strrpos(substr($text, 0, $end), '. ')) !== false) {
            $head = $this->one(substr($text, 0, $end + 1), $l);
            if ($head !== null) {
                return $head . ' ' . $this->all(substr($text, $end + 2), $l);
            }
        }
        return $whole ?? $text;
    }

    private function one(string $text, IL10N $l): ?string
    {
        self::learn();
        if (isset(self::$fixed[$text])) {
            return $l->t($text);
        }
        foreach (self::$patterns as $sentence => $pattern) {
            if (preg_match($pattern, $text, $blanks) === 1) {
                return $l->t($sentence, array_map(fn (string $blank): string => $this->all($blank, $l), array_slice($blanks, 1)));
            }
        }
        // What one of several places says.
        return preg_match('/^(https?:\S+: )(\p{Lu}.*)$/us', $text, $said) === 1 ? $said[1] . $this->all($said[2], $l) : null;
    }

    private static function learn(): void
    {
        if (self::$patterns !== []) {
            return;
        }
        $sentences = file(__DIR__ . '/sentences.txt', FILE_IGNORE_NEW_LINES) ?: [];
        $own = static fn (string $sentence): int => strlen((string)preg_replace('/%(\d\$)?s/', '', $sentence));
        usort($sentences, static fn (string $a, string $b): int => $own($b) <=> $own($a));
        foreach ($sentences as $sentence) {
            $pattern = self::pattern($sentence);
            $pattern === null ? self::$fixed[$sentence] = true : self::$patterns[$sentence] = $pattern;
        }
    }

    private static function pattern(string $sentence): ?string
    {
        $pattern = '';
        $seen = [];
        // Texts and blanks take turns.
        $parts = preg_split('/(%(?:\d\$)?s)/', $sentence, -1, PREG_SPLIT_DELIM_CAPTURE) ?: [];
        foreach ($parts as $index => $part) {
            $pattern .= match (true) {
                $index % 2 === 0 => preg_quote(str_replace('%%', '%', $part), '/'),
                isset($seen[$part]) => '\\' . $seen[$part],
                // Right after another one it begins with a space, or is empty.
                $index > 1 && $parts[$index - 1] === '' => '((?: .*?)?)',
                default => '(.*?)',
            };
            if ($index % 2 === 1) {
                $seen[$part] ??= count($seen) + 1;
            }
        }
        return $seen === [] ? null : "/^$pattern\$/us";
    }
}
