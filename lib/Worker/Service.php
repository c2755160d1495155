<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Worker;

use Closure;
use OCA\IntegrationExchange\Installation\Unit;
use OCA\IntegrationExchange\Setting\Organisation;

/**
 * The service that starts the worker with the machine.
 */
final class Service
{
    public function __construct(private readonly CommandLine $commandLine, private readonly Organisation $organisation)
    {
    }

    /**
     * @param bool $wanted also in passive mode
     * @param Closure(): bool $mayWrite asked where there is something to write
     * @return array{message: string, lines: list<string>, unit: ?string} lines for a shell, to be run as root
     */
    public function setUp(bool $wanted, Closure $mayWrite): array
    {
        if (!$wanted && $this->organisation->get('mode') !== Organisation::ACTIVE) {
            $message = 'Passive mode is on, which needs no service; --worker sets up that of active mode.';
            return ['message' => $message, 'lines' => [], 'unit' => null];
        }
        $command = $this->commandLine->with();
        if (!is_dir(dirname(Unit::file()))) {
            $message = 'There is no systemd here. Let whatever starts services start this one, as the user of the web server:';
            return ['message' => $message, 'lines' => [implode(' ', array_map(escapeshellarg(...), $command))], 'unit' => null];
        }
        $unit = $this->unit($command);
        $written = is_writable(dirname(Unit::file())) && $mayWrite() && Unit::write($unit);
        $is = $written ? Unit::file() . ' starts the worker.' : 'A service is to start the worker.';
        return [
            'message' => "$is Run these lines as root:",
            'lines' => Unit::lines($unit, $written),
            'unit' => $unit,
        ];
    }

    /**
     * @param non-empty-list<string> $command
     */
    private function unit(array $command): string
    {
        $root = (string)getcwd();
        $config = getenv('NEXTCLOUD_CONFIG_DIR') ?: null;
        $owner = (int)@fileowner(($config ?? "$root/config") . '/config.php');
        $user = function_exists('posix_getpwuid') ? posix_getpwuid($owner)['name'] ?? (string)$owner : (string)$owner;
        return Unit::text($command, $user, $root, $config);
    }
}
