<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use CurlHandle;
use PHPUnit\Framework\Assert;

/**
 * A person's browser: keeps cookies, follows redirects, sends forms.
 */
final class Browser
{
    private readonly CurlHandle $curl;
    /** Where it is. */
    public string $url = '';
    public int $status = 0;
    public string $body = '';
    /** @var list<string> every address that it was at, and every page it got */
    public array $seen = [];

    public function __construct()
    {
        $this->curl = curl_init();
        curl_setopt_array($this->curl, [
            CURLOPT_COOKIEFILE => '',
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_TIMEOUT => 60,
            CURLOPT_HEADERFUNCTION => function (CurlHandle $curl, string $line): int {
                $this->seen[] = $line;
                return strlen($line);
            },
        ]);
    }

    public function get(string $url): string
    {
        return $this->go($url, []);
    }

    /**
     * @param array<string, string> $fields
     * @param list<string> $headers
     */
    public function post(string $url, array $fields, array $headers = []): string
    {
        return $this->go($url, [CURLOPT_POSTFIELDS => http_build_query($fields)], $headers);
    }

    /**
     * Sends the form of the page that it is at, with its hidden fields and these.
     *
     * @param array<string, string> $fields
     */
    public function submit(array $fields): string
    {
        Assert::assertSame(1, preg_match('/<form[^>]* action="([^"]+)"/', $this->body, $form), $this->body);
        preg_match_all('/<input type="hidden" name="([^"]+)" value="([^"]*)"/', $this->body, $hidden);
        return $this->post(html_entity_decode($form[1]), $fields + array_combine($hidden[1], $hidden[2]));
    }

    /** Logs in to Nextcloud. */
    public function logIn(string $nextcloud, string $user, string $password): void
    {
        $this->get("$nextcloud/index.php/login");
        $this->post("$nextcloud/index.php/login", ['user' => $user, 'password' => $password, 'requesttoken' => $this->requestToken()], [
            "Origin: $nextcloud",
        ]);
        Assert::assertStringNotContainsString('/login', $this->url, $this->body);
    }

    public function requestToken(): string
    {
        Assert::assertSame(1, preg_match('/data-requesttoken="([^"]+)"/', $this->body, $token), $this->body);
        return html_entity_decode($token[1]);
    }

    /**
     * @param array<int, mixed> $options
     * @param list<string> $headers
     */
    private function go(string $url, array $options, array $headers = []): string
    {
        for ($redirects = 0; $redirects < 20; $redirects++) {
            $this->url = $url;
            $this->seen[] = $url;
            curl_setopt_array($this->curl, [CURLOPT_URL => $url, CURLOPT_HTTPHEADER => $headers]);
            curl_setopt_array($this->curl, $options === [] ? [CURLOPT_HTTPGET => true] : $options);
            $this->body = (string)curl_exec($this->curl);
            $this->seen[] = $this->body;
            $this->status = curl_getinfo($this->curl, CURLINFO_RESPONSE_CODE);
            $next = (string)curl_getinfo($this->curl, CURLINFO_REDIRECT_URL);
            if ($next === '') {
                return $this->body;
            }
            [$url, $options, $headers] = [$next, [], []];
        }
        Assert::fail("The redirects do not end: $url");
    }
}
