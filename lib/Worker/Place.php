<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Worker;

/**
 * Where processes see each other: a host, or a container of its own on it. The id of a worker begins with its place.
 */
final class Place
{
    private const LENGTH = 8;
    private const NO_SUCH_PROCESS = 3;

    /**
     * A new id for a worker of this place.
     */
    public static function newId(): string
    {
        return self::here() . '-' . bin2hex(random_bytes(6));
    }

    public static function of(string $id): string
    {
        return substr($id, 0, self::LENGTH);
    }

    /**
     * Whether the process of a worker is known to be gone; of other places nothing is known.
     */
    public static function hasLost(string $id, int $pid): bool
    {
        if (self::of($id) !== self::here() || !function_exists('posix_kill')) {
            return false;
        }
        // Signal 0 only asks. A process of somebody else exists, too: EPERM.
        return !posix_kill($pid, 0) && posix_get_last_error() === self::NO_SUCH_PROCESS;
    }

    /**
     * Containers may share the name of their host and not its processes.
     */
    private static function here(): string
    {
        $boot = (string)@file_get_contents('/proc/sys/kernel/random/boot_id');
        $processes = (string)@readlink('/proc/self/ns/pid');
        return substr(hash('sha256', gethostname() . "\n$boot\n$processes"), 0, self::LENGTH);
    }
}
