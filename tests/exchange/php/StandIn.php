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
     * Starts the program named by EXCHANGE_STANDIN with one mailbox, by default with a password made for this run.
     *
     * @param list<string> $options further options of the program
     * @param ?string $authority file to write its certificate authority to; with it, the stand-in speaks TLS
     */
    public static function start(
        array $options = [],
        ?string $authority = null,
        string $address = 'anna@example.org',
        ?string $password = null,
    ): self {
        $program = (string) getenv('EXCHANGE_STANDIN');
        if (!is_file($program)) {
            throw new \RuntimeException('The stand-in Exchange is not built. Run this through make, or set EXCHANGE_STANDIN.');
        }
        $password ??= bin2hex(random_bytes(12));
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

    /** @return array<string, mixed> everything in the mailbox, or in another one */
    public function dump(?string $mailbox = null): array
    {
        return $this->ask('GET', '/mailbox/' . ($mailbox ?? $this->address));
    }

    /**
     * Creates an item behind the client's back; returns its number.
     *
     * @param array<string, mixed> $properties by EWS name
     * @param string $xml more of them as elements, such as <t:Recurrence>…
     * @param ?string $mailbox another one
     */
    public function create(string $folder, string $class, array $properties, string $xml = '', ?string $mailbox = null): int
    {
        $item = ['folder' => $folder, 'class' => $class, 'set' => (object) $properties, 'xml' => $xml];
        return $this->ask('POST', $this->items(mailbox: $mailbox), $item)['number'];
    }

    /**
     * Changes an item, or one occurrence of a series, behind the client's back.
     *
     * @param list<string> $delete properties by URI, such as calendar:Location
     */
    public function change(
        int $number,
        array $properties,
        string $xml = '',
        array $delete = [],
        ?int $occurrence = null,
        ?string $mailbox = null,
    ): void {
        $edit = ['set' => (object) $properties, 'xml' => $xml, 'delete' => $delete, 'occurrence' => $occurrence];
        $this->ask('PATCH', $this->items($number, $mailbox), $edit);
    }

    /**
     * Gives a calendar a colour in the navigation pane: -2 never set, -1 automatic, 0 to 14; null takes its shortcuts away.
     *
     * @param string $folder its name, or calendar for the default one
     */
    public function colour(string $folder, ?int $colour, ?string $mailbox = null): void
    {
        $path = '/mailbox/' . ($mailbox ?? $this->address) . '/folders/' . rawurlencode($folder) . '/colour';
        $this->ask('PUT', $path, ['colour' => $colour]);
    }

    public function delete(int $number, ?int $occurrence = null, ?string $mailbox = null): void
    {
        $this->ask('DELETE', $this->items($number, $mailbox) . ($occurrence === null ? '' : "?occurrence=$occurrence"));
    }

    /** Attaches what an element says, such as <t:FileAttachment>…, to an item or one occurrence of it. */
    public function attach(int $number, string $xml, ?int $occurrence = null): void
    {
        $this->ask('POST', $this->items($number) . '/attachments', ['xml' => $xml, 'occurrence' => $occurrence]);
    }

    /** Takes the attachments of that name away. */
    public function detach(int $number, string $name, ?int $occurrence = null): void
    {
        $query = $occurrence === null ? '' : "?occurrence=$occurrence";
        $this->ask('DELETE', $this->items($number) . '/attachments/' . rawurlencode($name) . $query);
    }

    /**
     * An invitation arrives; returns the number of the meeting in the calendar.
     *
     * @param string $organizer address
     * @param ?string $occurrence original start, where one occurrence of a series is invited to alone
     */
    public function invite(string $organizer, array $properties, string $xml = '', ?string $occurrence = null): int
    {
        $invitation = ['organizer' => ['name' => $organizer, 'email' => $organizer], 'set' => (object) $properties,
            'xml' => $xml, 'occurrence' => $occurrence];
        return $this->ask('POST', "/mailbox/{$this->address}/invitations", $invitation)['number'];
    }

    /** The organizer of a received meeting calls it, or one occurrence of it, off. */
    public function cancel(int $number, ?int $occurrence = null): void
    {
        $this->ask('POST', $this->items($number) . '/cancellation', ['occurrence' => $occurrence]);
    }

    /** An attendee's answer arrives: Accept, Tentative or Decline. */
    public function answer(int $number, string $attendee, string $response): void
    {
        $this->ask('POST', $this->items($number) . '/answers', ['email' => $attendee, 'response' => $response]);
    }

    /** @return list<array{from: string, kind: string, subject: string, to: list<string>}> meeting mails since the last time */
    public function mails(): array
    {
        $mails = $this->ask('GET', '/mails');
        $this->ask('DELETE', '/mails');
        return $mails;
    }

    /** Changes how the server behaves: attachment_limit (bytes), keeps_accepted. */
    public function configure(array $settings): void
    {
        $this->ask('PUT', "/mailbox/{$this->address}/settings", $settings);
    }

    /** Keeps the mailbox as it is now. */
    public function backUp(): void
    {
        $this->ask('POST', "/mailbox/{$this->address}/backup");
    }

    /** Goes back to what was kept. */
    public function restore(): void
    {
        $this->ask('POST', "/mailbox/{$this->address}/restore");
    }

    /** Injects a fault, as tests/exchange/src/fault.rs names them. */
    public function fault(array $fault): void
    {
        $this->ask('POST', '/faults', $fault);
    }

    /** What Autodiscover answers: url, redirect_address or redirect_url. */
    public function discovery(array $rules): void
    {
        $this->ask('PUT', '/discovery', $rules);
    }

    /** Access tokens that were taken until now are not taken any more. */
    public function revokeTokens(): void
    {
        $this->ask('POST', '/tokens/revoke');
    }

    /** @return list<array<string, mixed>> every call: operation, parts, mailbox, anchor, affinity, status, at_ms */
    public function log(): array
    {
        return $this->ask('GET', '/log');
    }

    /**
     * How many subscriptions and open streams there are, of all mailboxes or of one, and what was sent over them.
     *
     * @return array{subscriptions: int, streaming: int, streams: int, sent: int, heartbeats: int}
     */
    public function notifications(?string $mailbox = null): array
    {
        return $this->ask('GET', '/notifications' . ($mailbox === null ? '' : '?mailbox=' . rawurlencode($mailbox)));
    }

    /** @return array<string, array<string, int>> the same for each mailbox that has subscriptions, by address */
    public function notificationsByMailbox(): array
    {
        return $this->ask('GET', '/notifications/mailboxes');
    }

    /** Sets heartbeats, lengths of time, limits and what else tests/exchange/src/notify/settings.rs has; the rest stays. */
    public function configureNotifications(array $settings): void
    {
        $this->ask('PATCH', '/notifications/settings', $settings);
    }

    /**
     * Loses the subscriptions of all mailboxes, or of one; returns how many.
     *
     * @param bool $now whether open streams say so at once, or when there would be events next
     */
    public function loseSubscriptions(
        ?string $mailbox = null,
        string $code = 'ErrorSubscriptionNotFound',
        bool $now = false,
    ): int {
        return $this->ask('POST', '/notifications/lose', ['mailbox' => $mailbox, 'code' => $code, 'now' => $now])['lost'];
    }

    /** Ends the streams of all mailboxes, or of one, politely; returns how many. */
    public function closeStreams(?string $mailbox = null): int
    {
        return $this->ask('POST', '/notifications/close', ['mailbox' => $mailbox])['closed'];
    }

    /** Breaks the connections of the streams of all mailboxes, or of one, without a word; returns how many. */
    public function cutStreams(?string $mailbox = null): int
    {
        return $this->ask('POST', '/notifications/cut', ['mailbox' => $mailbox])['cut'];
    }

    /**
     * Somebody makes events or changes them, in one mailbox or in any of the crowd (--mailboxes) each time.
     *
     * @return list<array{mailbox: string, number: int, created: bool, subject: string, at_ms: int}> the times as in log()
     */
    public function edit(?string $mailbox = null, int $count = 1): array
    {
        return $this->ask('POST', '/edits', ['mailbox' => $mailbox, 'count' => $count])['edits'];
    }

    /** @return array{rss: int, cpu: float, open_files: int} what the stand-in costs: bytes, seconds so far */
    public function process(): array
    {
        return $this->ask('GET', '/process');
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
        ksort($calls);
        return $calls;
    }

    /** The most calls that were under way at one time, since the last time that they were counted. */
    public function mostAtOnce(): int
    {
        return $this->ask('GET', '/calls')['most_at_once']['all'];
    }

    /** @return array<string, int> the same for each mailbox, by address */
    public function mostAtOnceByMailbox(): array
    {
        return $this->ask('GET', '/calls')['most_at_once']['by_mailbox'];
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

    /** @param array<string, array{folders: list<string>, writable: bool}> $shares what others may do in a mailbox, by their addresses */
    public function share(string $mailbox, array $shares): void
    {
        $this->ask('PUT', "/mailbox/$mailbox/settings", ['shares' => $shares]);
    }

    private function items(?int $number = null, ?string $mailbox = null): string
    {
        return '/mailbox/' . ($mailbox ?? $this->address) . '/items' . ($number === null ? '' : "/$number");
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
