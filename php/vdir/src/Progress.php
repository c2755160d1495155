<?php

// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace Vdir;

/** One progress line for all links of a run, redrawn in place on a terminal and silent elsewhere until the end. */
final class Progress
{
    private const WIDTH = 30;

    private string $drawn = '';

    private readonly bool $terminal;

    /** @param resource $stream */
    public function __construct(private readonly mixed $stream = STDERR)
    {
        $this->terminal = stream_isatty($stream);
    }

    /** @param array<int, array> $reports the last report of each link */
    public function show(array $reports): void
    {
        [$seen, $total] = self::sum($reports);
        if (!$this->terminal || $total === 0) {
            return;
        }
        $line = self::line($seen, $total);
        if ($line !== $this->drawn) {
            fwrite($this->stream, "\r" . $line);
            $this->drawn = $line;
        }
    }

    /** Ends the line, so that what follows stands below it. */
    public function end(array $reports): void
    {
        [$seen, $total] = self::sum($reports);
        if ($total > 0) {
            fwrite($this->stream, ($this->terminal ? "\r" : '') . self::line($seen, $total) . "\n");
        }
        $this->drawn = '';
    }

    private static function line(int $seen, int $total): string
    {
        $done = intdiv(self::WIDTH * min($seen, $total), $total);
        return sprintf('  [%s%s] %d of %d items', str_repeat('#', $done), str_repeat('.', self::WIDTH - $done), $seen, $total);
    }

    /** @return array{int, int} */
    private static function sum(array $reports): array
    {
        return [array_sum(array_column($reports, 'seen')), array_sum(array_column($reports, 'total'))];
    }
}
