<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use CurlHandle;
use PHPUnit\Framework\Assert;

/**
 * One person at the app's OCS API, over HTTP. Every answer is held to openapi.json.
 */
final class Api
{
    public int $status = 0;
    /** The whole answer. */
    public string $body = '';
    private readonly CurlHandle $curl;

    public function __construct(
        private readonly string $nextcloud,
        private readonly string $user,
        private readonly string $password = 'Fixture-User-7',
        private readonly Schema $schema = new Schema(),
    ) {
        // One session: signing in anew for each call takes most of its time.
        $this->curl = curl_init();
        curl_setopt($this->curl, CURLOPT_COOKIEFILE, '');
    }

    /**
     * @param array<string, mixed> $data the query of a GET or DELETE, else the body
     * @return array<mixed> the data of the answer
     */
    public function call(string $method, string $path, array $data = []): array
    {
        $inQuery = in_array($method, ['GET', 'DELETE'], true);
        $query = $inQuery && $data !== [] ? '?' . http_build_query($data) : '';
        curl_setopt_array($this->curl, [
            CURLOPT_URL => "$this->nextcloud/ocs/v2.php/apps/integration_exchange/api/v1/$path$query",
            CURLOPT_CUSTOMREQUEST => $method,
            CURLOPT_HTTPHEADER => ['OCS-APIRequest: true', 'Accept: application/json', 'Content-Type: application/json'],
            CURLOPT_USERPWD => "$this->user:$this->password",
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_TIMEOUT => 60,
        ]);
        curl_setopt($this->curl, CURLOPT_POSTFIELDS, $inQuery ? '' : json_encode((object)$data, JSON_THROW_ON_ERROR));
        $this->body = (string)curl_exec($this->curl);
        $this->status = curl_getinfo($this->curl, CURLINFO_RESPONSE_CODE);
        $this->schema->check($method, $path, $this->status, $this->body);
        return json_decode($this->body, true)['ocs']['data'] ?? [];
    }

    /**
     * A call that must be granted.
     *
     * @param array<string, mixed> $data
     * @return array<mixed>
     */
    public function ok(string $method, string $path, array $data = []): array
    {
        $answer = $this->call($method, $path, $data);
        Assert::assertSame(200, $this->status, "$method $path: $this->body");
        return $answer;
    }

    /**
     * A call that must be refused, with a sentence.
     *
     * @param array<string, mixed> $data
     * @return array{error: string, message: string}
     */
    public function refused(int $status, string $method, string $path, array $data = []): array
    {
        $answer = $this->call($method, $path, $data);
        Assert::assertSame($status, $this->status, "$method $path: $this->body");
        Assert::assertMatchesRegularExpression('/^[A-Z“].*\.$/su', $answer['message']);
        return $answer;
    }

    /**
     * Waits until nothing runs for a link, and returns it.
     *
     * @return array<string, mixed>
     */
    public function settled(int $link): array
    {
        for ($end = microtime(true) + 60; microtime(true) < $end; usleep(200_000)) {
            $answer = $this->ok('GET', "links/$link");
            if (!$answer['running']) {
                return $answer;
            }
        }
        Assert::fail("Link $link is running still: $this->body");
    }
}
