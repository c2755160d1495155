<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use Closure;
use PHPUnit\Framework\Assert;

/**
 * What can be seen of the machine's processes: the command lines of all, and the environments of errands.
 */
final class Processes
{
    private const LOOK = 'require $argv[1]; while (!feof(STDIN)) { $read = [STDIN]; $none = null; '
        . 'file_put_contents($argv[2], ' . self::class . '::now() . "\n", FILE_APPEND); '
        . 'if (stream_select($read, $none, $none, 0, 20000)) { fgets(STDIN); } }';

    /**
     * Looks again and again until the function that it returns is called, which gives what it saw.
     *
     * @return Closure(): string
     */
    public static function watch(): Closure
    {
        $seen = (string)tempnam(dirname((string)getenv('NEXTCLOUD_CONFIG_DIR')), 'processes');
        $process = proc_open([PHP_BINARY, '-r', self::LOOK, __FILE__, $seen], [['pipe', 'r']], $pipes);
        Assert::assertIsResource($process);
        return static function () use ($process, $pipes, $seen): string {
            fclose($pipes[0]);
            proc_close($process);
            $text = (string)file_get_contents($seen);
            unlink($seen);
            return $text;
        };
    }

    /**
     * The command lines of all processes, and after that of an errand of this Nextcloud its environment.
     */
    public static function now(): string
    {
        $text = '';
        foreach (glob('/proc/[0-9]*') as $process) {
            $line = strtr((string)@file_get_contents("$process/cmdline"), "\0", ' ');
            $environment = str_contains($line, 'occ --no-warnings --no-interaction exchange:errand')
                ? strtr((string)@file_get_contents("$process/environ"), "\0", ' ')
                : '';
            $ours = str_contains($environment, 'NEXTCLOUD_CONFIG_DIR=' . getenv('NEXTCLOUD_CONFIG_DIR') . ' ');
            $text .= $ours ? "$line\nerrand: $environment\n" : "$line\n";
        }
        return $text;
    }

    /**
     * Whether another PHP was seen at work for this Nextcloud.
     */
    public static function haveErrand(string $seen): bool
    {
        return str_contains($seen, "\nerrand: ");
    }
}
