<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Service;

/**
 * How one text differs from another, line by line.
 */
final class Difference
{
    /** Lines on each side up to which the shortest difference is looked for; beyond, everything between is shown. */
    private const LINES = 1_500;

    /**
     * @return list<string> lines that begin with a space (in both), “-” (in the first only) or “+” (in the second only)
     */
    public static function of(string $first, string $second): array
    {
        [$a, $b] = [self::lines($first), self::lines($second)];
        $start = [];
        while ($a !== [] && $b !== [] && $a[0] === $b[0]) {
            $start[] = ' ' . array_shift($a);
            array_shift($b);
        }
        $end = [];
        while ($a !== [] && $b !== [] && end($a) === end($b)) {
            array_unshift($end, ' ' . array_pop($a));
            array_pop($b);
        }
        return [...$start, ...self::between($a, $b), ...$end];
    }

    /**
     * @return list<string>
     */
    private static function lines(string $text): array
    {
        return $text === '' ? [] : explode("\n", rtrim(str_replace("\r\n", "\n", $text), "\n"));
    }

    /**
     * @param list<string> $a
     * @param list<string> $b
     * @return list<string>
     */
    private static function between(array $a, array $b): array
    {
        $common = max(count($a), count($b)) <= self::LINES ? self::common($a, $b) : [];
        $lines = [];
        [$i, $j] = [0, 0];
        while ($i < count($a) || $j < count($b)) {
            if ($i < count($a) && $j < count($b) && $a[$i] === $b[$j]) {
                $lines[] = ' ' . $a[$i++];
                $j++;
            } elseif ($i < count($a) && ($j === count($b) || ($common[$i + 1][$j] ?? 0) >= ($common[$i][$j + 1] ?? 0))) {
                $lines[] = '-' . $a[$i++];
            } else {
                $lines[] = '+' . $b[$j++];
            }
        }
        return $lines;
    }

    /**
     * @param list<string> $a
     * @param list<string> $b
     * @return array<int, array<int, int>> the length of the longest common part of both from [i, j] on; nothing where it is 0
     */
    private static function common(array $a, array $b): array
    {
        $lengths = [];
        for ($i = count($a) - 1; $i >= 0; $i--) {
            for ($j = count($b) - 1; $j >= 0; $j--) {
                $length = $a[$i] === $b[$j]
                    ? ($lengths[$i + 1][$j + 1] ?? 0) + 1
                    : max($lengths[$i + 1][$j] ?? 0, $lengths[$i][$j + 1] ?? 0);
                if ($length > 0) {
                    $lengths[$i][$j] = $length;
                }
            }
        }
        return $lengths;
    }
}
