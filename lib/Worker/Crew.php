<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Worker;

use Closure;

/**
 * Several workers of one host: starts them, starts those anew that end by themselves, and ends with them. A worker ends when its
 * input does, so none outlives the process that watches over it.
 */
final class Crew
{
    /** Seconds that workers get to end in order. */
    private const GRACE = 9.0;
    /** The longest pause before a worker is started anew, in seconds. */
    private const LONGEST = 60;
    /** Seconds after which a worker counts as one that works. */
    private const WORKS = 60;

    /** @var array<int, array{process: resource, input: resource, since: float}> */
    private array $running = [];
    /** @var array<int, array{next: float, failures: int}> */
    private array $missing = [];

    public function __construct(private readonly Life $life)
    {
    }

    /**
     * @param non-empty-list<string> $command of one worker
     * @param int $later exit status of a worker that cannot go on for a reason which all have
     * @param Closure(string): void $tell
     * @return Ending|null null where the workers ended because of something that they told
     */
    public function run(array $command, int $processes, int $later, Closure $tell): ?Ending
    {
        $this->life->begin();
        $this->missing = array_fill(0, $processes, ['next' => 0.0, 'failures' => 0]);
        try {
            while (($ending = $this->life->ending()) === null) {
                foreach ($this->missing as $number => ['next' => $next]) {
                    isset($this->running[$number]) || $next > self::now() || $this->start($number, $command);
                }
                if (in_array($later, $this->collect($tell), true)) {
                    return null;
                }
                usleep(200_000);
            }
            $tell($ending->sentence());
            return $ending;
        } finally {
            $this->stop();
        }
    }

    /**
     * @param non-empty-list<string> $command
     */
    private function start(int $number, array $command): void
    {
        $process = proc_open($command, [['pipe', 'r'], STDOUT, STDERR], $pipes);
        if ($process !== false) {
            $this->running[$number] = ['process' => $process, 'input' => $pipes[0], 'since' => self::now()];
        }
    }

    /**
     * Notes which workers have ended, and when they begin anew.
     *
     * @return list<int> their exit statuses
     */
    private function collect(Closure $tell): array
    {
        $statuses = [];
        foreach ($this->running as $number => ['process' => $process, 'input' => $input, 'since' => $since]) {
            $failures = $this->missing[$number]['failures'] ?? 0;
            $status = proc_get_status($process);
            if ($status['running']) {
                if ($failures > 0 && self::now() - $since > self::WORKS) {
                    unset($this->missing[$number]);
                }
                continue;
            }
            fclose($input);
            proc_close($process);
            unset($this->running[$number]);
            $pause = min(self::LONGEST, 2 ** min($failures, 10));
            $this->missing[$number] = ['next' => self::now() + $pause, 'failures' => $failures + 1];
            $statuses[] = $status['exitcode'];
            $tell("Worker number $number ended (status {$status['exitcode']}); it starts anew in $pause seconds.");
        }
        return $statuses;
    }

    private function stop(): void
    {
        $end = self::now() + self::GRACE;
        foreach ($this->running as ['process' => $process, 'input' => $input]) {
            proc_terminate($process, SIGTERM);
            fclose($input);
        }
        foreach ($this->running as ['process' => $process]) {
            while (proc_get_status($process)['running'] && self::now() < $end) {
                usleep(20_000);
            }
            proc_terminate($process, SIGKILL);
            proc_close($process);
        }
        $this->running = [];
    }

    private static function now(): float
    {
        return hrtime(true) / 1e9;
    }
}
