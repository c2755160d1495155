<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Native;

/**
 * Starts occ for work that takes longer than a person shall wait for a page. It outlives the request.
 */
final class Detached
{
    public function __construct(private readonly Access $access)
    {
    }

    /**
     * @return bool false where this PHP may start no other; the work has to be left to the background jobs then
     */
    public function start(string ...$arguments): bool
    {
        $php = is_executable('/bin/sh') ? $this->access->command() : null;
        if ($php === null) {
            return false;
        }
        $command = [...$php, \OC::$SERVERROOT . '/occ', '--no-warnings', '--no-interaction', ...array_values($arguments)];
        $nothing = static fn (string $mode): array => ['file', '/dev/null', $mode];
        // The shell ends at once and leaves the command behind, in a session of its own where the system can do that.
        $shell = ['/bin/sh', '-c', 'if command -v setsid > /dev/null; then setsid "$@" & else "$@" & fi', 'sh', ...$command];
        $process = @proc_open($shell, [$nothing('r'), $nothing('w'), $nothing('w')], $pipes, \OC::$SERVERROOT, Elsewhere::environment());
        return $process !== false && proc_close($process) === 0;
    }
}
