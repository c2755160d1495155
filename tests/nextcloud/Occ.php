<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use PHPUnit\Framework\Assert;

/**
 * Runs occ and cron.php on the throw-away Nextcloud, as an operator does.
 */
final class Occ
{
    /**
     * @param list<string> $arguments
     * @return array{status: int, out: string, err: string}
     */
    public static function run(array $arguments, string $stdin = '', bool $extension = true): array
    {
        $process = self::start($arguments, $pipes, $extension);
        fwrite($pipes[0], $stdin);
        fclose($pipes[0]);
        $result = ['out' => (string)stream_get_contents($pipes[1]), 'err' => (string)stream_get_contents($pipes[2])];
        return ['status' => proc_close($process)] + $result;
    }

    /**
     * Runs a command with --output=json and returns what it says.
     *
     * @return array<mixed>
     */
    public static function json(int $status, string ...$arguments): array
    {
        $result = self::run([...array_values($arguments), '--output=json']);
        $command = implode(' ', $arguments);
        Assert::assertSame($status, $result['status'], "occ $command: {$result['out']}{$result['err']}");
        return json_decode($result['out'], true, 64, JSON_THROW_ON_ERROR);
    }

    /**
     * @param list<string> $arguments
     * @param array<int, resource>|null $pipes
     * @return resource
     */
    public static function start(array $arguments, ?array &$pipes, bool $extension = true)
    {
        $command = [...self::php($extension), 'occ', '--no-warnings', '--no-interaction', ...$arguments];
        $process = proc_open($command, [['pipe', 'r'], ['pipe', 'w'], ['pipe', 'w']], $pipes, (string)getenv('NEXTCLOUD_ROOT'));
        Assert::assertIsResource($process);
        return $process;
    }

    /**
     * Runs cron.php and returns its exit status.
     */
    public static function cron(bool $extension = true): int
    {
        $descriptors = [['file', '/dev/null', 'r'], ['file', '/dev/null', 'w'], ['file', '/dev/null', 'w']];
        $command = [...self::php($extension), '-f', 'cron.php'];
        $process = proc_open($command, $descriptors, $pipes, (string)getenv('NEXTCLOUD_ROOT'));
        Assert::assertIsResource($process);
        return proc_close($process);
    }

    /**
     * @return list<string>
     */
    private static function php(bool $extension): array
    {
        return $extension ? [PHP_BINARY, '-d', 'extension=' . getenv('EXCHANGE_EXTENSION')] : [PHP_BINARY];
    }
}
