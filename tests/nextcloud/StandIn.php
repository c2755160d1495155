<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use PHPUnit\Framework\Assert;

/**
 * A running stand-in Exchange and its control endpoint.
 */
final class StandIn
{
    /**
     * @param resource $process
     * @param array<int, resource> $pipes
     */
    private function __construct(
        private $process,
        private readonly array $pipes,
        /** address of Exchange Web Services */
        public readonly string $url,
        private readonly string $control,
    ) {
    }

    /**
     * @param array<string, string> $mailboxes password by address
     * @param list<string> $options further options of the program
     */
    public static function start(array $mailboxes, array $options = []): self
    {
        $command = [(string)getenv('EXCHANGE_STANDIN'), '--until-stdin-closes', ...$options];
        $environment = getenv();
        foreach (array_keys($mailboxes) as $number => $address) {
            array_push($command, '--mailbox', "$address:env:PASSWORD_$number");
            $environment["PASSWORD_$number"] = $mailboxes[$address];
        }
        $process = proc_open($command, [['pipe', 'r'], ['pipe', 'w']], $pipes, null, $environment);
        Assert::assertIsResource($process);
        // The program prints one line of JSON as soon as it listens.
        $line = (string)fgets($pipes[1]);
        $said = json_decode($line, true);
        Assert::assertIsArray($said, "The stand-in Exchange did not start: $line");
        return new self($process, $pipes, $said['url'], $said['control']);
    }

    public function stop(): void
    {
        proc_terminate($this->process);
        array_map(fclose(...), $this->pipes);
        proc_close($this->process);
    }

    /**
     * @param array<string, mixed> $fault
     */
    public function fault(array $fault): void
    {
        $this->ask('POST', '/faults', $fault);
    }

    public function clearFaults(): void
    {
        $this->ask('DELETE', '/faults');
    }

    /**
     * Calls since the last time, by operation; counting starts afresh.
     *
     * @return array<string, int>
     */
    public function calls(): array
    {
        $calls = $this->ask('GET', '/calls')['operations'];
        $this->ask('DELETE', '/calls');
        ksort($calls);
        return $calls;
    }

    /**
     * @return array<string, mixed>
     */
    public function status(): array
    {
        return $this->ask('GET', '/status');
    }

    /**
     * @param array<string, mixed>|null $body
     * @return array<string, mixed>
     */
    private function ask(string $method, string $path, ?array $body = null): array
    {
        $curl = curl_init($this->control . $path);
        curl_setopt_array($curl, [CURLOPT_CUSTOMREQUEST => $method, CURLOPT_RETURNTRANSFER => true]);
        if ($body !== null) {
            curl_setopt($curl, CURLOPT_POSTFIELDS, json_encode($body));
            curl_setopt($curl, CURLOPT_HTTPHEADER, ['Content-Type: application/json']);
        }
        $answer = (string)curl_exec($curl);
        Assert::assertSame(200, curl_getinfo($curl, CURLINFO_RESPONSE_CODE), "$method $path: $answer");
        return json_decode($answer, true, 64, JSON_THROW_ON_ERROR);
    }
}
