<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests;

/**
 * Reads the texts of a PHP file that are not translated as they stand, with a blank where a value is filled in: put together with
 * dots, with variables in them, or by sprintf.
 */
final class PhpTexts
{
    private const END = ['.', ',', ')', ';', ':', '?', ']', '=>', '??'];
    /** Functions whose texts are translated as they stand, or go to the log. */
    private const APART = ['t', 'n', 'debug', 'info', 'warning', 'error'];
    private int $at = 0;

    /**
     * @param list<string> $words
     * @param list<int|string> $kinds of the words: a token's number, or the word itself
     */
    private function __construct(private readonly array $words, private readonly array $kinds)
    {
    }

    /**
     * @return list<string>
     */
    public static function of(string $code): array
    {
        $tokens = array_values(array_filter(
            token_get_all($code),
            static fn (array|string $token): bool => !in_array($token[0], [T_WHITESPACE, T_COMMENT, T_DOC_COMMENT], true)
        ));
        $words = array_map(static fn (array|string $token): string => is_array($token) ? $token[1] : $token, $tokens);
        $kinds = array_map(static fn (array|string $token): int|string => is_array($token) ? $token[0] : $token, $tokens);
        return (new self($words, $kinds))->texts();
    }

    /**
     * @return list<string>
     */
    private function texts(): array
    {
        $texts = [];
        $apart = false;
        while (isset($this->words[$this->at])) {
            if (!$this->isText()) {
                $this->at++;
                continue;
            }
            // The plural follows the singular.
            $apart = ($apart && $this->word(-1) === ',') || ($this->word(-1) === '(' && in_array($this->word(-2), self::APART, true));
            $text = $this->text();
            if (!$apart) {
                $texts[] = self::blanks($text);
            }
        }
        return $texts;
    }

    private function text(): string
    {
        $text = '';
        do {
            $text .= match (true) {
                $this->kind() === T_CONSTANT_ENCAPSED_STRING => self::literal($this->words[$this->at++]),
                $this->kind() === '"' => $this->filled(),
                default => $this->value(),
            };
        } while ($this->word() === '.' && ++$this->at > 0);
        return $text;
    }

    /**
     * "… {$x->y} … $z …"
     */
    private function filled(): string
    {
        $text = '';
        for ($this->at++; $this->kind() !== '"'; $this->at++) {
            if ($this->kind() === T_ENCAPSED_AND_WHITESPACE) {
                $text .= stripcslashes($this->word());
                continue;
            }
            $text .= "\0";
            if ($this->kind() === T_CURLY_OPEN) {
                for ($depth = 1; $depth > 0;) {
                    $this->at++;
                    $depth += $this->deeper();
                }
            } elseif (in_array($this->word(1), ['->', '?->'], true)) {
                $this->at += 2;
            } elseif ($this->kind(1) === '[') {
                $this->at += 3;
            }
        }
        $this->at++;
        return $text;
    }

    /**
     * What stands between two dots and is no text.
     */
    private function value(): string
    {
        for ($depth = 0; isset($this->words[$this->at]) && ($depth > 0 || !in_array($this->word(), self::END, true)); $this->at++) {
            $depth += $this->deeper();
        }
        return "\0";
    }

    private function deeper(): int
    {
        return (int)in_array($this->word(), ['(', '[', '{'], true) - (int)in_array($this->word(), [')', ']', '}'], true);
    }

    private function isText(): bool
    {
        return in_array($this->kind(), [T_CONSTANT_ENCAPSED_STRING, '"'], true);
    }

    private function word(int $offset = 0): string
    {
        return $this->words[$this->at + $offset] ?? '';
    }

    private function kind(int $offset = 0): int|string
    {
        return $this->kinds[$this->at + $offset] ?? '';
    }

    private static function literal(string $word): string
    {
        $inner = substr($word, 1, -1);
        return $word[0] === "'" ? str_replace(["\\'", '\\\\'], ["'", '\\'], $inner) : stripcslashes($inner);
    }

    private static function blanks(string $text): string
    {
        $count = 0;
        $number = static function () use (&$count): string {
            $count++;
            return "%$count\$s";
        };
        $text = str_replace('%%', '%', $text);
        $text = (string)preg_replace('/%(?!s|d)/', '%%', $text);
        return trim(Sentences::numbered((string)preg_replace_callback('/\0|%s|%d/', $number, $text)));
    }
}
