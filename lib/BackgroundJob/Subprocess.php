<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\BackgroundJob;

use OCA\IntegrationExchange\Native\Extension;
use OCP\IConfig;

/**
 * Where the PHP of the background jobs lacks the extension, but the administrator has said where it lies: another PHP with
 * `-d extension=…` does the work.
 */
final class Subprocess
{
    /** Seconds that it gets to end by itself after its budget, and again after it was asked to. */
    private const GRACE = 15;

    public function __construct(private readonly Extension $extension, private readonly IConfig $config)
    {
    }

    public function possible(): bool
    {
        return PHP_SAPI === 'cli' && PHP_BINARY !== '' && function_exists('proc_open') && $this->extension->path() !== null;
    }

    /**
     * Synchronises the due links.
     *
     * @return string|null what went wrong with the process itself, as a sentence
     */
    public function synchronise(int $budget): ?string
    {
        $command = [
            PHP_BINARY,
            '-d',
            'extension=' . $this->extension->path(),
            \OC::$SERVERROOT . '/occ',
            'exchange:sync',
            '--due',
            "--seconds=$budget",
            '--output=json',
        ];
        $nothing = ['file', '/dev/null', 'w'];
        $process = proc_open($command, [['file', '/dev/null', 'r'], $nothing, $nothing], $pipes, \OC::$SERVERROOT);
        if ($process === false) {
            return 'The system does not let background jobs start another PHP process.';
        }
        $code = $this->wait($process, $budget);
        // 1 and 3 tell of links, and those carry their own messages.
        return match ($code) {
            0, 1, 3 => null,
            null => 'A PHP process that synchronised did not end in time and was stopped.',
            default => "A PHP process with the extension {$this->extension->path()} ended with status $code; try "
                . '“php -d extension=' . $this->extension->path() . ' occ exchange:self-test”.',
        };
    }

    /**
     * @param resource $process
     */
    private function wait($process, int $budget): ?int
    {
        foreach ([[$budget + self::GRACE, 15], [self::GRACE, 9]] as [$seconds, $signal]) {
            $end = microtime(true) + $seconds;
            do {
                $status = proc_get_status($process);
                if (!$status['running']) {
                    return $status['exitcode'];
                }
                usleep(100_000);
            } while (microtime(true) < $end);
            proc_terminate($process, $signal);
        }
        proc_close($process);
        return null;
    }
}
