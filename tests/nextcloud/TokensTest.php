<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use OCA\IntegrationExchange\Db\Account;
use OCA\IntegrationExchange\Db\Auth;
use OCA\IntegrationExchange\Db\TokenStore;
use OCA\IntegrationExchange\Failure;
use OCA\IntegrationExchange\OAuth\Grant;
use OCA\IntegrationExchange\OAuth\Registration;
use OCA\IntegrationExchange\OAuth\TokenEndpoint;
use OCA\IntegrationExchange\OAuth\Tokens;
use OCP\AppFramework\Utility\ITimeFactory;
use OCP\Http\Client\IClient;
use OCP\Http\Client\IClientService;
use OCP\Http\Client\IResponse;
use OCP\IDBConnection;
use OCP\Security\ICrypto;
use OCP\Server;
use RuntimeException;

/**
 * One process renews the tokens of many accounts: none of them waits for what another one has waited for in vain. The clock stands
 * still but for what this test lets pass.
 */
final class TokensTest extends InstanceTestCase
{
    private const ACCOUNTS = [900_001, 900_002, 900_003];

    private int $now;
    private int $asked = 0;
    private bool $silent = false;
    private ITimeFactory $time;
    private Tokens $tokens;

    protected function setUp(): void
    {
        parent::setUp();
        Server::get(Registration::class)->change([
            'cloud' => 'custom', 'authorization_url' => 'https://login.example.org/auth', 'token_url' => 'https://login.example.org/token',
            'resource' => 'https://mail.example.org', 'client_id' => 'nextcloud', 'secret' => 'fixture',
        ]);
        $this->now = time();
        $this->time = $this->createMock(ITimeFactory::class);
        $this->time->method('getTime')->willReturnCallback(fn (): int => $this->now);
        $client = $this->createMock(IClient::class);
        $client->method('post')->willReturnCallback($this->provider(...));
        $http = $this->createMock(IClientService::class);
        $http->method('newClient')->willReturn($client);
        $registration = Server::get(Registration::class);
        $this->tokens = new Tokens($this->store(), new TokenEndpoint($http, $this->time), $registration, $this->time);
        foreach (self::ACCOUNTS as $account) {
            $this->store()->save($account, new Grant("old-$account", $this->now - 1, "refresh-$account"));
        }
    }

    protected function tearDown(): void
    {
        array_map($this->store()->forget(...), self::ACCOUNTS);
        Server::get(Registration::class)->remove();
        parent::tearDown();
    }

    public function testASignInServerThatIsSilentIsWaitedForOnceAndAskedAgainLater(): void
    {
        $this->silent = true;
        foreach (self::ACCOUNTS as $account) {
            self::assertSame(['unreachable', 'login.example.org'], $this->refusal($account));
        }
        self::assertSame(1, $this->asked);

        $this->now += 61;
        self::assertSame('unreachable', $this->refusal(self::ACCOUNTS[1])[0]);
        self::assertSame(2, $this->asked, 'it is never asked again');

        $this->silent = false;
        $this->now += 61;
        foreach (self::ACCOUNTS as $account) {
            self::assertSame('new', $this->tokens->of($this->account($account))->accessToken);
        }
        self::assertSame(5, $this->asked);
    }

    public function testAProcessThatDiedInItsTurnIsWaitedForOnce(): void
    {
        $dead = $this->store();
        self::assertTrue($dead->take(self::ACCOUNTS[0]));
        $looks = 0;
        $time = $this->createMock(ITimeFactory::class);
        // Each look at the clock is a second later.
        $time->method('getTime')->willReturnCallback(function () use (&$looks): int {
            return $this->now + ++$looks;
        });
        $http = $this->createMock(IClientService::class);
        $tokens = new Tokens($this->store(), new TokenEndpoint($http, $time), Server::get(Registration::class), $time);
        $waits = [];
        for ($attempt = 0; $attempt < 2; $attempt++) {
            $before = $looks;
            try {
                $tokens->of($this->account(self::ACCOUNTS[0]));
                self::fail('It is another process’s turn.');
            } catch (Failure $failure) {
                self::assertSame('temporary', $failure->kind);
            }
            $waits[] = $looks - $before;
        }
        self::assertGreaterThan(5, $waits[0]);
        self::assertLessThan(5, $waits[1]);

        $this->now += TokenStore::TURN + 1;
        self::assertSame('new', $this->tokens->of($this->account(self::ACCOUNTS[0]))->accessToken);
    }

    private function provider(): IResponse
    {
        $this->asked++;
        if ($this->silent) {
            throw new RuntimeException('cURL error 28: Operation timed out');
        }
        $response = $this->createMock(IResponse::class);
        $response->method('getStatusCode')->willReturn(200);
        $response->method('getBody')->willReturn('{"access_token": "new", "expires_in": 3600}');
        return $response;
    }

    /**
     * @return array{string, string} kind, and the server that is named
     */
    private function refusal(int $account): array
    {
        try {
            $this->tokens->of($this->account($account));
        } catch (Failure $failure) {
            preg_match('/server (\S+)/', $failure->getMessage(), $match);
            return [$failure->kind, $match[1] ?? ''];
        }
        self::fail('A token came from nowhere.');
    }

    private function account(int $id): Account
    {
        $account = new Account();
        $account->setId($id);
        $account->setAuth(Auth::CONSENT);
        return $account;
    }

    private function store(): TokenStore
    {
        return new TokenStore(Server::get(IDBConnection::class), Server::get(ICrypto::class), $this->time);
    }
}
