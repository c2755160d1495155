<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use PHPUnit\Framework\Assert;

/**
 * The throw-away Nextcloud behind HTTP, so that a person edits over CalDAV as their calendar program does.
 */
final class WebServer
{
    /**
     * @param resource $process
     */
    private function __construct(private $process, public readonly string $url)
    {
    }

    /**
     * @param bool|null $extension whether its PHP loads the extension; null: unless WEB_EXTENSION is “no”
     */
    public static function start(?bool $extension = null): self
    {
        $extension ??= getenv('WEB_EXTENSION') !== 'no';
        $free = stream_socket_server('tcp://127.0.0.1:0');
        $port = (int)explode(':', (string)stream_socket_get_name($free, false))[1];
        fclose($free);
        $directory = dirname((string)getenv('NEXTCLOUD_CONFIG_DIR'));
        $log = ['file', "$directory/server.log", 'a'];
        $command = [__DIR__ . '/instance', 'serve', $directory, (string)$port];
        $environment = array_diff_key(getenv(), $extension ? [] : ['EXCHANGE_EXTENSION' => '']);
        $process = proc_open($command, [['file', '/dev/null', 'r'], $log, $log], $pipes, null, $environment);
        Assert::assertIsResource($process);
        $server = new self($process, "http://127.0.0.1:$port");
        for ($wait = 0; $wait < 200 && @file_get_contents("$server->url/status.php") === false; $wait++) {
            usleep(50_000);
        }
        return $server;
    }

    public function stop(): void
    {
        proc_terminate($this->process);
        proc_close($this->process);
    }

    /**
     * @param string|null $to where a MOVE goes
     * @return int the status
     */
    public function send(
        string $method,
        string $path,
        string $user,
        ?string $body = null,
        string $type = 'text/calendar',
        ?string $to = null,
    ): int {
        $curl = curl_init("$this->url/remote.php/dav/$path");
        $headers = ["Content-Type: $type; charset=utf-8"];
        if ($to !== null) {
            $headers[] = "Destination: $this->url/remote.php/dav/$to";
        }
        curl_setopt_array($curl, [
            CURLOPT_CUSTOMREQUEST => $method,
            CURLOPT_HTTPHEADER => $headers,
            CURLOPT_USERPWD => "$user:Fixture-User-7",
            CURLOPT_RETURNTRANSFER => true,
        ]);
        if ($body !== null) {
            curl_setopt($curl, CURLOPT_POSTFIELDS, $body);
        }
        curl_exec($curl);
        return curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
    }
}
