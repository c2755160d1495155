<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use PHPUnit\Framework\Assert;

/**
 * The throw-away Nextcloud in a real Apache with mod_php, which reads its .ini files from Debian's folder for it. The tests have a
 * folder of their own in its place (tests/nextcloud/run).
 */
final class Apache
{
    private const MODULES = '/usr/lib/apache2/modules';
    private const LOADED = ['mpm_prefork', 'authz_core', 'dir'];

    /**
     * @param resource $process
     */
    private function __construct(private $process, public readonly string $url)
    {
    }

    /**
     * @return string|null why there is none here
     */
    public static function missing(): ?string
    {
        return match (true) {
            !is_file(self::module()) => 'there is no ' . self::module() . ' (apt-get install libapache2-mod-php)',
            getenv('APACHE_INI_FOLDER') === false => 'only root, where it may mount, gives the tests a folder in place of Apache’s',
            default => null,
        };
    }

    /**
     * @param bool $extension whether its .ini files load the extension; else they are left as they are
     */
    public static function start(bool $extension = false): self
    {
        if ($extension) {
            file_put_contents(self::iniFolder() . '/exchange.ini', 'extension=' . getenv('EXCHANGE_EXTENSION') . "\n");
        }
        $folder = dirname((string)getenv('NEXTCLOUD_CONFIG_DIR')) . '/apache';
        if (!is_dir($folder)) {
            mkdir($folder);
        }
        $free = stream_socket_server('tcp://127.0.0.1:0');
        $port = (int)explode(':', (string)stream_socket_get_name($free, false))[1];
        fclose($free);
        file_put_contents("$folder/apache.conf", self::configuration($folder, $port));
        // Apache ends with its whole session, and refuses to serve as root: www-data of a namespace of its own may read what root has.
        $command = ['setsid', 'unshare', '--user', '--map-user=33', '--map-group=33', 'apache2', '-f', "$folder/apache.conf",
            '-DFOREGROUND'];
        $log = ['file', "$folder/apache.log", 'a'];
        $process = proc_open($command, [['file', '/dev/null', 'r'], $log, $log], $pipes);
        Assert::assertIsResource($process);
        $server = new self($process, "http://127.0.0.1:$port");
        for ($wait = 0; $wait < 200 && @file_get_contents("$server->url/status.php") === false; $wait++) {
            usleep(50_000);
        }
        Assert::assertLessThan(200, $wait, 'Apache does not start: ' . file_get_contents("$folder/apache.log"));
        return $server;
    }

    public function stop(): void
    {
        if (is_resource($this->process)) {
            proc_terminate($this->process);
            proc_close($this->process);
        }
    }

    /**
     * The folder of .ini files that it reads when it starts.
     */
    public static function iniFolder(): string
    {
        return '/etc/php/' . self::minor() . '/apache2/conf.d';
    }

    private static function configuration(string $folder, int $port): string
    {
        $root = getenv('NEXTCLOUD_ROOT');
        $load = static fn (string $module): string => "LoadModule {$module}_module " . self::MODULES . "/mod_$module.so";
        return implode("\n", [
            ...array_map($load, self::LOADED), 'LoadModule php_module ' . self::module(),
            "ServerRoot $folder", 'ServerName localhost', "Listen 127.0.0.1:$port",
            "PidFile $folder/apache.pid", "ErrorLog $folder/apache.log",
            'StartServers 1', 'MinSpareServers 1', 'MaxSpareServers 2', 'MaxRequestWorkers 4',
            "DocumentRoot $root", "<Directory $root>", 'AllowOverride All', 'Require all granted', '</Directory>',
            '<FilesMatch "\.php$">', 'SetHandler application/x-httpd-php', '</FilesMatch>', '',
        ]);
    }

    private static function module(): string
    {
        return self::MODULES . '/libphp' . self::minor() . '.so';
    }

    private static function minor(): string
    {
        return PHP_MAJOR_VERSION . '.' . PHP_MINOR_VERSION;
    }
}
