<?php

// SPDX-License-Identifier: AGPL-3.0-or-later
//
// Takes the median rates and allocations from the table that the mapping's benchmark prints.

declare(strict_types=1);

require __DIR__ . '/Report.php';

use Exchange\Tests\Report;

const UNITS = ['' => 1, 'K' => 1e3, 'M' => 1e6];

/** The median in a line of the table: fastest, slowest, median, mean. */
function median(string $line, string $unit): ?float
{
    $rates = preg_match_all("~([\\d.]+) ?([KM]?)$unit\\s*(?:│|$)~u", $line, $matches, PREG_SET_ORDER);
    return $rates >= 3 ? (float) $matches[2][1] * UNITS[$matches[2][2]] : null;
}

$report = new Report($argv[1]);
[$bench, $part, $rates, $allocations] = [null, null, [], []];
foreach (file($argv[2], FILE_IGNORE_NEW_LINES) ?: [] as $line) {
    if (preg_match('/(events|contacts)_((?:to|from)_exchange)/', $line, $match) === 1) {
        [$bench, $part] = ["$match[1].$match[2]", null];
        continue;
    }
    if (preg_match('/(max alloc|alloc|dealloc|grow|shrink):/', $line, $match) === 1) {
        $part = $match[1];
        continue;
    }
    // The rates stand on the line below the times; below the name of a part stand its count and, after that, its bytes.
    if ($bench !== null && ($rate = median($line, 'item/s')) !== null) {
        $rates[$bench] = $rate;
    } elseif ($bench !== null && in_array($part, ['alloc', 'grow'], true) && ($count = median($line, '')) !== null) {
        $allocations[$bench] = ($allocations[$bench] ?? 0) + $count;
        $part = null;
    }
}
foreach ($rates as $bench => $rate) {
    $report->add("map.per_second.$bench", $rate, 'items/s', 20_000.0, 'higher');
    $report->add("map.allocations.$bench", $allocations[$bench] ?? 0, 'per item');
}
if (count($rates) !== 4 || count($allocations) !== 4) {
    fwrite(STDERR, 'The mapping\'s benchmark printed ' . count($rates) . ' rates and ' . count($allocations) . " allocations of 4.\n");
    exit(1);
}
