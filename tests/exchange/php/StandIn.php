<?php

// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace Exchange\Tests;

/**
 * A running stand-in Exchange, started as a program. Its control endpoint is described in tests/exchange/src/control.rs.
 */
final class StandIn
{
    private const PASSWORD = 'EXCHANGE_STANDIN_PASSWORD';

    /**
     * @param resource $process
     * @param resource $input the program stops when this closes
     */
    private function __construct(
        private readonly mixed $process,
        private readonly mixed $input,
        public readonly string $url,
        public readonly string $control,
        public readonly string $address,
        public readonly string $password,
        public readonly ?string $authority,
    ) {
    }

    /**
     * Starts the program named by EXCHANGE_STANDIN with one mailbox and a password made for this run.
     *
     * @param list<string> $options further options of the program
     * @param ?string $authority file to write its certificate authority to; with it, the stand-in speaks TLS
     */
    public static function start(array $options = [], ?string $authority = null, string $address = 'anna@example.org'): self
    {
        $program = (string) getenv('EXCHANGE_STANDIN');
        if (!is_file($program)) {
            throw new \RuntimeException('The stand-in Exchange is not built. Run this through make, or set EXCHANGE_STANDIN.');
        }
        $password = bin2hex(random_bytes(12));
        $command = [
            $program, '--until-stdin-closes', '--mailbox', "$address:env:" . self::PASSWORD,
            ...($authority === null ? [] : ['--tls', '--authority', $authority]), ...$options,
        ];
        $process = proc_open(
            $command,
            [['pipe', 'r'], ['pipe', 'w']],
            $pipes,
            null,
            [self::PASSWORD => $password] + getenv(),
        );
        $line = $process === false ? '' : (string) fgets($pipes[1]);
        $said = json_decode($line, true);
        if (!is_array($said)) {
            throw new \RuntimeException("The stand-in Exchange did not start: $line");
        }
        return new self($process, $pipes[0], $said['url'], $said['control'], $address, $password, $authority);
    }

    /** @return array<string, string> what \Exchange\Mailbox takes */
    public function mailbox(): array
    {
        return array_filter([
            'url' => $this->url, 'address' => $this->address, 'username' => $this->address,
            'password' => $this->password, 'ca_file' => $this->authority,
        ], is_string(...));
    }

    /** @return array<string, mixed> everything in the mailbox */
    public function dump(): array
    {
        return $this->ask('GET', '/mailbox');
    }

    /** Creates an item behind the client's back; returns its number. */
    public function create(string $folder, string $class, array $properties): int
    {
        $item = ['folder' => $folder, 'class' => $class, 'set' => $properties];
        return $this->ask('POST', "/mailbox/{$this->address}/items", $item)['number'];
    }

    /** Changes an item behind the client's back. */
    public function change(int $number, array $properties): void
    {
        $this->ask('PATCH', "/mailbox/{$this->address}/items/$number", ['set' => $properties]);
    }

    public function delete(int $number): void
    {
        $this->ask('DELETE', "/mailbox/{$this->address}/items/$number");
    }

    /** Injects a fault, as tests/exchange/src/fault.rs names them. */
    public function fault(array $fault): void
    {
        $this->ask('POST', '/faults', $fault);
    }

    public function clearFaults(): void
    {
        $this->ask('DELETE', '/faults');
    }

    /** @return array<string, int> calls by operation since the last time; counting starts afresh */
    public function calls(): array
    {
        $calls = $this->ask('GET', '/calls')['operations'];
        $this->ask('DELETE', '/calls');
        return $calls;
    }

    /** @return array<string, mixed> mails that would have been sent, invalid answers */
    public function status(): array
    {
        return $this->ask('GET', '/status');
    }

    public function stop(): void
    {
        if (is_resource($this->input)) {
            fclose($this->input);
            proc_close($this->process);
        }
    }

    public function __destruct()
    {
        $this->stop();
    }

    private function ask(string $method, string $path, ?array $body = null): array
    {
        $context = stream_context_create(['http' => [
            'method' => $method,
            'header' => 'Content-Type: application/json',
            'content' => $body === null ? '' : json_encode($body, JSON_THROW_ON_ERROR),
            'ignore_errors' => true,
        ]]);
        $answer = (string) file_get_contents($this->control . $path, false, $context);
        $status = $http_response_header[0] ?? 'no answer';
        if (!str_contains($status, ' 200')) {
            throw new \RuntimeException("The stand-in Exchange answered $method $path with “{$status}”: $answer");
        }
        return json_decode($answer, true, 64, JSON_THROW_ON_ERROR);
    }
}
