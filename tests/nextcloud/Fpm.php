<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use PHPUnit\Framework\Assert;

/**
 * The throw-away Nextcloud in a real PHP-FPM with one worker, asked over FastCGI as a web server does.
 */
final class Fpm
{
    private const BEGIN = 1;
    private const END = 3;
    private const PARAMETERS = 4;
    private const INPUT = 5;
    private const OUTPUT = 6;

    /**
     * @param resource $process
     */
    private function __construct(private $process, private readonly string $socket)
    {
    }

    /**
     * @return string|null why there is none here
     */
    public static function missing(): ?string
    {
        return self::program() === null ? 'there is no php-fpm for PHP ' . self::minor() . ' (apt-get install php-fpm)' : null;
    }

    /**
     * @param bool $extension whether it loads the extension
     */
    public static function start(bool $extension): self
    {
        $folder = dirname((string)getenv('NEXTCLOUD_CONFIG_DIR'));
        $socket = "$folder/fpm.socket";
        $user = posix_getuid() === 0 ? "user=root\ngroup=root\n" : '';
        file_put_contents("$folder/fpm.conf", "[global]\nerror_log=$folder/fpm.log\ndaemonize=no\n[www]\n{$user}listen=$socket\n"
            . "pm=static\npm.max_children=1\nclear_env=no\n");
        $load = $extension ? ['-d', 'extension=' . getenv('EXCHANGE_EXTENSION')] : [];
        $command = [(string)self::program(), ...$load, '--allow-to-run-as-root', '--nodaemonize', '--fpm-config', "$folder/fpm.conf"];
        $log = ['file', "$folder/fpm.log", 'a'];
        $process = proc_open($command, [['file', '/dev/null', 'r'], $log, $log], $pipes);
        Assert::assertIsResource($process);
        for ($wait = 0; $wait < 200 && !file_exists($socket); $wait++) {
            usleep(50_000);
        }
        return new self($process, $socket);
    }

    public function stop(): void
    {
        proc_terminate($this->process);
        proc_close($this->process);
    }

    /**
     * @param array<string, string> $parameters besides the usual ones
     * @return string headers and body
     */
    public function get(string $script, array $parameters = []): string
    {
        $root = (string)getenv('NEXTCLOUD_ROOT');
        $parameters += [
            'SCRIPT_FILENAME' => "$root/$script", 'SCRIPT_NAME' => "/$script", 'REQUEST_URI' => "/$script", 'DOCUMENT_ROOT' => $root,
            'REQUEST_METHOD' => 'GET', 'SERVER_PROTOCOL' => 'HTTP/1.1', 'SERVER_NAME' => 'localhost', 'HTTP_HOST' => 'localhost',
            'REMOTE_ADDR' => '127.0.0.1',
        ];
        $connection = stream_socket_client("unix://$this->socket", $code, $error, 10);
        Assert::assertIsResource($connection, $error);
        $pairs = '';
        foreach ($parameters as $name => $value) {
            $pairs .= pack('NN', strlen($name) | 0x80000000, strlen($value) | 0x80000000) . $name . $value;
        }
        fwrite($connection, self::record(self::BEGIN, "\0\1\0\0\0\0\0\0") . self::record(self::PARAMETERS, $pairs)
            . self::record(self::PARAMETERS, '') . self::record(self::INPUT, ''));
        return self::answer($connection);
    }

    /**
     * A call of Nextcloud's OCS API by the administrator.
     *
     * @return array<mixed> the data of the answer
     */
    public function api(string $path): array
    {
        return $this->json("/ocs/v2.php/$path")['ocs']['data'];
    }

    /**
     * One of the app's setup checks, as the administration overview gets them from this PHP.
     *
     * @return array{severity: string, description: string}
     */
    public function check(string $name): array
    {
        return $this->json('/index.php/settings/ajax/checksetup')['system']["OCA\\IntegrationExchange\\SetupCheck\\$name"];
    }

    /**
     * @return array<mixed>
     */
    private function json(string $address): array
    {
        [$script, $path] = explode('.php/', $address, 2);
        $answer = $this->get(ltrim("$script.php", '/'), [
            'REQUEST_URI' => "$address?format=json", 'QUERY_STRING' => 'format=json', 'PATH_INFO' => "/$path",
            'HTTP_OCS_APIREQUEST' => 'true', 'HTTP_AUTHORIZATION' => 'Basic ' . base64_encode('admin:Fixture-Admin-7'),
        ]);
        return json_decode(explode("\r\n\r\n", $answer, 2)[1], true, 64, JSON_THROW_ON_ERROR);
    }

    private static function record(int $type, string $content): string
    {
        return pack('CCnnCC', 1, $type, 1, strlen($content), 0, 0) . $content;
    }

    /**
     * @param resource $connection
     */
    private static function answer($connection): string
    {
        $answer = '';
        do {
            $head = unpack('Cversion/Ctype/nrequest/nlength/Cpadding/Creserved', (string)stream_get_contents($connection, 8));
            Assert::assertIsArray($head, "FPM ended the connection: $answer");
            $content = $head['length'] === 0 ? '' : (string)stream_get_contents($connection, $head['length']);
            stream_get_contents($connection, $head['padding']);
            $answer .= $head['type'] === self::OUTPUT ? $content : '';
        } while ($head['type'] !== self::END);
        return $answer;
    }

    private static function program(): ?string
    {
        foreach (['/usr/sbin/php-fpm' . self::minor(), '/usr/local/sbin/php-fpm', '/usr/sbin/php-fpm'] as $program) {
            if (is_executable($program)) {
                return $program;
            }
        }
        return null;
    }

    private static function minor(): string
    {
        return PHP_MAJOR_VERSION . '.' . PHP_MINOR_VERSION;
    }
}
