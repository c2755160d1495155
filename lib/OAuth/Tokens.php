<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\OAuth;

use Closure;
use OCA\IntegrationExchange\Db\Account;
use OCA\IntegrationExchange\Db\Auth;
use OCA\IntegrationExchange\Db\TokenStore;
use OCA\IntegrationExchange\Failure;
use OCP\AppFramework\Utility\ITimeFactory;

/**
 * Access tokens that are good for a while: the stored one, or a new one where that runs out or was refused.
 */
final class Tokens
{
    /** Seconds that a token must last. */
    private const SPARE = 300;
    /** Seconds to wait for another process that gets one, and microseconds between two looks. */
    private const PATIENCE = 10;
    private const LOOK = 100_000;

    /** @var array<int, int> until when another process is not waited for again, because that was in vain, by account */
    private array $vain = [];

    public function __construct(
        private readonly TokenStore $store,
        private readonly TokenEndpoint $endpoint,
        private readonly Registration $registration,
        private readonly ITimeFactory $time,
    ) {
    }

    public static function isFor(Account $account): bool
    {
        return in_array($account->getAuth(), [Auth::CONSENT, Auth::APPLICATION], true);
    }

    /**
     * @param string|null $old fingerprint of a token that is of no use any more
     * @throws Failure of kind credentials where the person has to sign in again
     */
    public function of(Account $account, ?string $old = null): Grant
    {
        if ($account->getAuth() === Auth::APPLICATION) {
            $ask = fn (): Grant => $this->endpoint->clientCredentials($this->registration->application());
            return $this->get(TokenStore::APPLICATION, $old, $ask);
        }
        return $this->get($account->getId(), $old, fn (?Grant $stored): Grant => $this->refresh($stored));
    }

    /**
     * @param Closure(?Grant): Grant $renew
     */
    private function get(int $id, ?string $old, Closure $renew): Grant
    {
        $begin = $this->time->getTime();
        $patience = ($this->vain[$id] ?? 0) > $begin ? 0 : self::PATIENCE;
        while (true) {
            $stored = $this->store->load($id);
            if ($stored !== null && $this->isGood($stored, $old)) {
                return $stored;
            }
            if ($this->store->take($id)) {
                return $this->inTurn($id, $old, $renew);
            }
            if ($this->time->getTime() >= $begin + $patience) {
                $this->vain[$id] = max($this->vain[$id] ?? 0, $begin + TokenStore::TURN);
                $sentence = 'Another process has been signing in for this account for too long. It is tried again later.';
                throw new Failure('temporary', $sentence);
            }
            usleep(self::LOOK);
        }
    }

    /**
     * @param Closure(?Grant): Grant $renew
     */
    private function inTurn(int $id, ?string $old, Closure $renew): Grant
    {
        try {
            // Read again: whose turn it was before may have got a new one.
            $stored = $this->store->load($id);
            if ($stored !== null && $this->isGood($stored, $old)) {
                return $stored;
            }
            $grant = $renew($stored);
            $this->store->save($id, $grant);
            return $grant;
        } finally {
            $this->store->give($id);
        }
    }

    private function refresh(?Grant $stored): Grant
    {
        $refreshToken = $stored?->refreshToken
            ?? throw new Failure('credentials', 'This account has no sign-in that lasts. Sign in again.');
        $grant = $this->endpoint->refresh($this->registration->application(), $refreshToken);
        // A provider that gives no new one means the old one to be used again.
        return new Grant($grant->accessToken, $grant->expires, $grant->refreshToken ?? $refreshToken);
    }

    private function isGood(Grant $grant, ?string $old): bool
    {
        return $grant->expires > $this->time->getTime() + self::SPARE && $grant->fingerprint() !== $old;
    }
}
