<?php

// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace Exchange\Tests\Active;

use CurlHandle;

/** CalDAV and CardDAV, as people's programs speak it. */
final class Http implements Door
{
    private const ATTEMPTS = 20;
    private const PAUSE = 100_000;

    /** @var array<string, CurlHandle> with its session by user */
    private array $sessions = [];

    public function __construct(private readonly string $url)
    {
    }

    public function get(Person $person, string $kind, string $uri): ?string
    {
        [$status, $body] = $this->send('GET', $person, $kind, $uri);
        return $status === 404 ? null : $body;
    }

    public function put(Person $person, string $kind, string $uri, string $text): void
    {
        $this->send('PUT', $person, $kind, $uri, $text);
    }

    public function delete(Person $person, string $kind, string $uri): void
    {
        $this->send('DELETE', $person, $kind, $uri);
    }

    /** @return array{int, string} status and body */
    private function send(string $method, Person $person, string $kind, string $uri, ?string $body = null): array
    {
        $folder = $kind === 'contact' ? "addressbooks/users/$person->user" : "calendars/$person->user";
        $curl = $this->sessions[$person->user] ??= curl_init();
        curl_reset($curl);
        curl_setopt_array($curl, [
            CURLOPT_URL => "$this->url/remote.php/dav/$folder/{$person->collections[$kind]['uri']}/$uri",
            CURLOPT_CUSTOMREQUEST => $method,
            CURLOPT_HTTPHEADER => ['Content-Type: ' . ($kind === 'contact' ? 'text/vcard' : 'text/calendar') . '; charset=utf-8'],
            CURLOPT_USERPWD => "$person->user:" . Person::PASSWORD,
            CURLOPT_COOKIEFILE => '',
            CURLOPT_RETURNTRANSFER => true,
        ]);
        if ($body !== null) {
            curl_setopt($curl, CURLOPT_POSTFIELDS, $body);
        }
        for ($attempt = 1;; $attempt++) {
            $answer = (string) curl_exec($curl);
            $status = curl_getinfo($curl, CURLINFO_RESPONSE_CODE);
            if (in_array($status, [200, 201, 204], true) || $method === 'GET' && $status === 404) {
                return [$status, $answer];
            }
            // SQLite refuses one of two writers; people's programs try again.
            if ($status < 500 || $attempt === self::ATTEMPTS) {
                throw new \RuntimeException("$method $uri was answered with $status: " . substr($answer, 0, 2000));
            }
            usleep(self::PAUSE);
        }
    }
}
