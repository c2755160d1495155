<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Worker;

use OCA\IntegrationExchange\Db\Process;
use OCA\IntegrationExchange\Setting\Organisation;
use OCP\IConfig;
use Throwable;

/**
 * Wakes the workers of this host: something is due. Each of them has a socket in a folder of its own below Nextcloud's data; whoever
 * rings sends a byte to all and waits for nothing, because a person may be waiting for the page. Nothing depends on it: workers look
 * into the database now and then anyway.
 */
final class Bell
{
    /** Bytes of a socket's path that every system takes (sun_path). */
    private const LONGEST = 100;

    /** @var resource|null */
    private $socket = null;
    private string $path = '';

    public function __construct(private readonly IConfig $config, private readonly Organisation $organisation)
    {
    }

    /**
     * Rings at every worker of this host; none, or one that does not listen, is as good.
     */
    public function ring(): void
    {
        try {
            if ($this->organisation->get('mode') !== Organisation::ACTIVE) {
                return;
            }
            $folder = $this->folder();
            foreach (self::isOurs($folder) ? (array)@scandir($folder) : [] as $name) {
                if (str_ends_with((string)$name, '.sock')) {
                    self::send("$folder/$name");
                }
            }
        } catch (Throwable) {
            return;
        }
    }

    /**
     * Listens from now on.
     *
     * @param string $name id of the worker
     * @return bool false where that is impossible here; the worker learns of everything a little later then
     */
    public function hang(string $name): bool
    {
        $folder = $this->folder();
        @mkdir($folder, 0o700);
        if (!self::isOurs($folder)) {
            return false;
        }
        self::sweep($folder, Process::here());
        $this->path = "$folder/$name.sock";
        $mask = umask(0o177);
        $socket = @stream_socket_server("udg://$this->path", $code, $message, STREAM_SERVER_BIND);
        umask($mask);
        if ($socket === false) {
            return false;
        }
        stream_set_blocking($socket, false);
        $this->socket = $socket;
        return true;
    }

    /**
     * Whether it rang since last time.
     */
    public function rang(): bool
    {
        if ($this->socket === null) {
            return false;
        }
        $rang = false;
        while ((string)@stream_socket_recvfrom($this->socket, 16) !== '') {
            $rang = true;
        }
        return $rang;
    }

    public function takeDown(): void
    {
        if ($this->socket !== null) {
            fclose($this->socket);
            $this->socket = null;
            @unlink($this->path);
        }
    }

    public function folder(): string
    {
        $instance = $this->config->getSystemValueString('instanceid');
        $data = $this->config->getSystemValueString('datadirectory');
        $folder = "$data/exchange_$instance";
        return strlen("$folder/" . str_repeat('x', 24) . '.sock') <= self::LONGEST
            ? $folder
            : sys_get_temp_dir() . "/exchange_$instance" . '_' . substr(hash('sha256', $data), 0, 8);
    }

    /**
     * The system's folder for temporary files is everybody's: one that somebody else made there is left alone.
     */
    private static function isOurs(string $folder): bool
    {
        if (!is_dir($folder) || is_link($folder)) {
            return false;
        }
        return !function_exists('posix_geteuid') || @fileowner($folder) === posix_geteuid();
    }

    private static function send(string $path): bool
    {
        $socket = @stream_socket_client("udg://$path", $code, $message, 0);
        if ($socket === false) {
            return false;
        }
        stream_set_blocking($socket, false);
        // Where the buffer is full, the worker has been rung already.
        @fwrite($socket, '!');
        fclose($socket);
        return true;
    }

    /**
     * Removes what workers of this place that were killed left behind. The folder may be shared with other hosts.
     */
    private static function sweep(string $folder, string $place): void
    {
        foreach ((array)@scandir($folder) as $name) {
            if (str_starts_with((string)$name, $place) && str_ends_with((string)$name, '.sock') && !self::send("$folder/$name")) {
                @unlink("$folder/$name");
            }
        }
    }
}
