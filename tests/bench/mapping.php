<?php

// SPDX-License-Identifier: AGPL-3.0-or-later
//
// Takes the median rates from the table that the mapping's benchmark prints.

declare(strict_types=1);

require __DIR__ . '/Report.php';

use Exchange\Tests\Report;

const GOALS = ['events' => 20_000.0, 'contacts' => null];
const UNITS = ['' => 1, 'K' => 1e3, 'M' => 1e6];

$report = new Report($argv[1]);
$bench = null;
$found = 0;
foreach (file($argv[2]) ?: [] as $line) {
    if (preg_match('/(events|contacts)_(to|from)_exchange/', $line, $match) === 1) {
        $bench = $match;
    }
    // The rates stand on the line below the times: fastest, slowest, median, mean.
    if ($bench !== null && preg_match_all('~([\d.]+) ([KM]?)item/s~', $line, $rates, PREG_SET_ORDER) >= 3) {
        [, $number, $unit] = $rates[2];
        $name = "map.{$bench[1]}_per_second.{$bench[2]}_exchange";
        $report->add($name, (float) $number * UNITS[$unit], 'items/s', GOALS[$bench[1]], 'higher');
        $bench = null;
        $found++;
    }
}
if ($found !== 4) {
    fwrite(STDERR, "The mapping's benchmark printed $found of 4 rates.\n");
    exit(1);
}
