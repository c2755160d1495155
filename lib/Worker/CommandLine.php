<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Worker;

use OCA\IntegrationExchange\Native\Access;

/**
 * How this process was started, to start it again or others like it.
 */
final class CommandLine
{
    public function __construct(private readonly Access $access)
    {
    }

    /**
     * @param string ...$options in place of those that were given
     * @return non-empty-list<string>
     */
    public function with(string ...$options): array
    {
        $arguments = $_SERVER['argv'] ?? [];
        $occ = realpath((string)($arguments[0] ?? '')) ?: (string)realpath('occ');
        return [...$this->php($arguments), $occ, '--no-warnings', '--no-interaction', 'exchange:worker', ...array_values($options)];
    }

    /**
     * Goes on as a new process in place of this one, which keeps its number.
     *
     * @param non-empty-list<string> $command
     * @return false where that is impossible
     */
    public static function become(array $command): bool
    {
        if (function_exists('pcntl_exec')) {
            @pcntl_exec($command[0], array_slice($command, 1));
        }
        return false;
    }

    /**
     * The PHP that has the extension, with its options.
     *
     * @param list<string> $arguments of occ
     * @return non-empty-list<string>
     */
    private function php(array $arguments): array
    {
        if (!extension_loaded('exchange')) {
            return $this->access->command() ?? [PHP_BINARY];
        }
        $words = explode("\0", rtrim((string)@file_get_contents('/proc/self/cmdline'), "\0"));
        $before = array_slice($words, 1, -count($arguments));
        return array_slice($words, -count($arguments)) === $arguments ? [PHP_BINARY, ...$before] : [PHP_BINARY];
    }
}
