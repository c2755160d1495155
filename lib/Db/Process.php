<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Db;

/**
 * A process as others find it named in the database: its place and its number. A place is where processes see each other: a host, or a
 * container of its own on it.
 */
final class Process
{
    public const LENGTH = 8;
    private const NO_SUCH_PROCESS = 3;

    /**
     * Whether a process is known to be gone; of other places nothing is known.
     */
    public static function isGone(string $place, int $pid): bool
    {
        if ($place !== self::here() || !function_exists('posix_kill')) {
            return false;
        }
        // Signal 0 only asks. A process of somebody else exists, too: EPERM.
        return !posix_kill($pid, 0) && posix_get_last_error() === self::NO_SUCH_PROCESS;
    }

    /**
     * This process's place. Containers may share the name of their host and not its processes.
     */
    public static function here(): string
    {
        $boot = (string)@file_get_contents('/proc/sys/kernel/random/boot_id');
        $processes = (string)@readlink('/proc/self/ns/pid');
        return substr(hash('sha256', gethostname() . "\n$boot\n$processes"), 0, self::LENGTH);
    }
}
