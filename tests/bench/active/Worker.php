<?php

// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace Exchange\Tests\Active;

/** A process of occ exchange:worker, and what it costs. */
final class Worker
{
    private const TICKS = 100;

    /** @param resource $process */
    private function __construct(private $process, public readonly int $pid)
    {
    }

    /**
     * @param string $log file that gets what it says
     * @param list<string> $within a command that runs the worker as its last arguments, such as in another namespace
     */
    public static function start(string $log, array $within = [], array $environment = []): self
    {
        $command = [...$within, PHP_BINARY, '-d', 'extension=' . getenv('EXCHANGE_EXTENSION'), 'occ', '--no-warnings', 'exchange:worker'];
        $log = ['file', $log, 'a'];
        $descriptors = [['file', '/dev/null', 'r'], $log, $log];
        $process = proc_open($command, $descriptors, $pipes, (string) getenv('NEXTCLOUD_ROOT'), $environment + getenv());
        if ($process === false) {
            throw new \RuntimeException('The worker did not start.');
        }
        return new self($process, proc_get_status($process)['pid']);
    }

    public function lives(): bool
    {
        return proc_get_status($this->process)['running'];
    }

    public function end(int $signal = SIGTERM): void
    {
        proc_terminate($this->process, $signal);
        proc_close($this->process);
    }

    /** Resident memory in MiB. */
    public function memory(): float
    {
        preg_match('/^VmRSS:\s+(\d+) kB/m', (string) file_get_contents("/proc/$this->pid/status"), $match);
        return (int) ($match[1] ?? 0) / 1024;
    }

    public function files(): int
    {
        return max(0, count((array) scandir("/proc/$this->pid/fd")) - 2);
    }

    /** Seconds of CPU so far. */
    public function cpu(): float
    {
        $fields = explode(' ', (string) preg_replace('/^.*\) /', '', (string) file_get_contents("/proc/$this->pid/stat")));
        return ((int) ($fields[11] ?? 0) + (int) ($fields[12] ?? 0)) / self::TICKS;
    }
}
