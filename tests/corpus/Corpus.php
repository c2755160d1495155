<?php

// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace Exchange\Tests;

/**
 * Real calendar and contact files, one object each as a server would store them, in rounds in which no UID repeats.
 */
final class Corpus
{
    /** @var array<string, array<string, array<int, string>>> text by kind, name and round */
    private array $objects = ['event' => [], 'task' => [], 'contact' => []];

    /** @var array<string, int> how often a UID was seen, by kind and UID */
    private array $seen = [];

    public int $files = 0;

    public int $objectCount = 0;

    public function __construct(string $folder)
    {
        $paths = [];
        foreach (new \RecursiveIteratorIterator(new \RecursiveDirectoryIterator($folder, \FilesystemIterator::SKIP_DOTS)) as $file) {
            if (in_array(strtolower($file->getExtension()), ['ics', 'vcf'], true)) {
                $paths[] = $file->getPathname();
            }
        }
        sort($paths);
        foreach ($paths as $path) {
            $this->files++;
            $this->add(substr($path, strlen($folder) + 1), (string) file_get_contents($path));
        }
    }

    public function rounds(): int
    {
        return max($this->seen);
    }

    /** @return array<string, array<string, string>> text by kind and name */
    public function round(int $round): array
    {
        return array_map(fn (array $names): array => array_map(
            fn (array $rounds): string => $rounds[$round],
            array_filter($names, fn (array $rounds): bool => isset($rounds[$round])),
        ), $this->objects);
    }

    private function add(string $path, string $text): void
    {
        $name = trim(preg_replace('/[^A-Za-z0-9]+/', '-', $path) ?? '', '-');
        if (str_ends_with(strtolower($path), '.vcf')) {
            $parts = preg_split('/^(?=BEGIN:VCARD)/mi', $text, -1, PREG_SPLIT_NO_EMPTY) ?: [$text];
            foreach (array_values($parts) as $index => $part) {
                $this->put('contact', "$name-$index.vcf", $part);
            }
            return;
        }
        foreach (self::split($text) as $index => $part) {
            $kind = preg_match('/^BEGIN:VTODO/mi', $part) === 1 ? 'task' : 'event';
            $this->put($kind, "$name-$index.ics", $part);
        }
    }

    private function put(string $kind, string $name, string $text): void
    {
        $key = $kind . ' ' . (self::uid($text) ?? $name);
        $round = $this->seen[$key] = ($this->seen[$key] ?? 0) + 1;
        $this->objects[$kind][$name][$round] = $text;
        $this->objectCount++;
    }

    /**
     * A calendar file as one object a UID, as every CalDAV server takes it (RFC 4791 section 4.1). What is not of that shape
     * stays whole.
     *
     * @return list<string>
     */
    private static function split(string $text): array
    {
        $lines = preg_split('/(?<=\n)/', $text, -1, PREG_SPLIT_NO_EMPTY) ?: [];
        [$shared, $groups, $block, $depth] = [[], [], [], 0];
        foreach ($lines as $line) {
            $word = strtoupper(trim($line));
            $depth += str_starts_with($word, 'BEGIN:') ? 1 : 0;
            if ($depth <= 1) {
                $shared[] = $line;
            } else {
                $block[] = $line;
            }
            if (str_starts_with($word, 'END:')) {
                $depth--;
                if ($depth === 1) {
                    $groups[self::group(implode('', $block))][] = implode('', $block);
                    $block = [];
                }
            }
        }
        $items = array_filter($groups, fn (string $group): bool => $group !== 'shared', ARRAY_FILTER_USE_KEY);
        if ($depth !== 0 || $block !== [] || count($items) < 2 || substr_count(strtoupper($text), 'BEGIN:VCALENDAR') !== 1) {
            return [$text];
        }
        $end = array_pop($shared);
        $head = implode('', $shared) . implode('', $groups['shared'] ?? []);
        return array_values(array_map(fn (array $blocks): string => $head . implode('', $blocks) . $end, $items));
    }

    private static function group(string $block): string
    {
        return preg_match('/^BEGIN:(VEVENT|VTODO)/i', $block, $kind) === 1
            ? $kind[1] . ' ' . (self::uid($block) ?? md5($block))
            : 'shared';
    }

    private static function uid(string $text): ?string
    {
        $unfolded = preg_replace('/\r?\n[ \t]/', '', $text) ?? '';
        $items = preg_replace('/^BEGIN:VTIMEZONE.*?^END:VTIMEZONE/msi', '', $unfolded) ?? '';
        return preg_match('/^UID(?:;[^:\r\n]*)?:([^\r\n]*)/mi', $items, $match) === 1 ? trim($match[1]) : null;
    }
}
