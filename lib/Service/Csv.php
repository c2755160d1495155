<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Service;

/**
 * Lines of a table for a spreadsheet (RFC 4180). What a spreadsheet would take for a formula comes with an apostrophe before it:
 * names of folders and sentences of servers are other people's.
 */
final class Csv
{
    /**
     * @param list<string|int|null> $cells
     */
    public static function line(array $cells): string
    {
        return implode(',', array_map(self::cell(...), $cells)) . "\r\n";
    }

    private static function cell(string|int|null $value): string
    {
        if (!is_string($value)) {
            return (string)$value;
        }
        $value = preg_match('/^\s*[=+\-@\t\r\x{ff1d}\x{ff0b}\x{ff0d}\x{ff20}]/u', $value) === 0 ? $value : "'$value";
        return strpbrk($value, "\",\r\n") === false ? $value : '"' . str_replace('"', '""', $value) . '"';
    }
}
