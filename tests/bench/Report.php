<?php

// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace Exchange\Tests;

use Closure;
use Throwable;

/** The benchmark's rows: collected in a file by several processes, printed as one table at the end. */
final class Report
{
    public function __construct(private readonly string $file)
    {
    }

    /**
     * Measures into that file. A failure ends the process: Nextcloud's own handler would log it and end as if all were well.
     *
     * @param Closure(self): void $measure
     */
    public static function fill(string $file, Closure $measure): self
    {
        try {
            $report = new self($file);
            $measure($report);
            return $report;
        } catch (Throwable $error) {
            fwrite(STDERR, "$error\n");
            exit(1);
        }
    }

    public function add(string $name, float $value, string $unit, ?float $goal = null, string $better = 'lower'): void
    {
        $rows = $this->rows();
        $rows[] = ['name' => $name, 'value' => round($value, 4), 'unit' => $unit, 'goal' => $goal, 'better' => $better];
        file_put_contents($this->file, json_encode($rows, JSON_PRETTY_PRINT | JSON_PRESERVE_ZERO_FRACTION | JSON_THROW_ON_ERROR));
    }

    public function value(string $name): ?float
    {
        return array_column($this->rows(), 'value', 'name')[$name] ?? null;
    }

    /** Whether all goals are met. */
    private function met(): bool
    {
        return !in_array(false, array_map(self::reaches(...), $this->rows()), true);
    }

    /** Prints all rows; an exit status that says whether the goals are met. */
    public function verdict(): int
    {
        $this->print();
        return $this->met() ? 0 : 1;
    }

    public function print(): void
    {
        printf("%-34s %14s  %-12s %10s\n", 'name', 'value', 'unit', 'goal');
        foreach ($this->rows() as $row) {
            $goal = $row['goal'] === null ? '' : ($row['better'] === 'lower' ? '≤ ' : '≥ ') . $row['goal'];
            $met = match (self::reaches($row)) {
                null => '',
                true => 'met',
                false => 'MISSED',
            };
            printf("%-34s %14s  %-12s %12s  %s\n", $row['name'], round($row['value'], 4), $row['unit'], $goal, $met);
        }
    }

    /**
     * @param array<string, mixed> $row
     * @return ?bool null: it has no goal
     */
    private static function reaches(array $row): ?bool
    {
        return match (true) {
            $row['goal'] === null => null,
            $row['better'] === 'lower' => $row['value'] <= $row['goal'],
            default => $row['value'] >= $row['goal'],
        };
    }

    /** @return list<array<string, mixed>> */
    private function rows(): array
    {
        return is_file($this->file) ? json_decode((string) file_get_contents($this->file), true, flags: JSON_THROW_ON_ERROR) : [];
    }
}
