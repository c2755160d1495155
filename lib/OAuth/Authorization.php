<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\OAuth;

use OCA\IntegrationExchange\Failure;
use OCP\AppFramework\Utility\ITimeFactory;
use OCP\ISession;
use SensitiveParameter;

/**
 * A person's consent: sends them to the provider and takes what they bring back (RFC 6749 section 4.1, PKCE of RFC 7636). What
 * must come back lies in their session, for one use and a quarter of an hour.
 */
final class Authorization
{
    private const SESSION = 'integration_exchange.oauth';
    /** Seconds. */
    private const VALID = 900;

    public function __construct(
        private readonly ISession $session,
        private readonly Registration $registration,
        private readonly TokenEndpoint $endpoint,
        private readonly ITimeFactory $time,
    ) {
    }

    /**
     * @param string $redirect where the provider sends the person back to
     * @return string the address to open
     */
    public function begin(string $address, string $redirect): string
    {
        $application = $this->registration->application();
        [$state, $verifier] = [Assertion::encode(random_bytes(32)), Assertion::encode(random_bytes(32))];
        $this->session->set(self::SESSION, json_encode([
            'state' => $state,
            'verifier' => $verifier,
            'address' => $address,
            'redirect' => $redirect,
            'until' => $this->time->getTime() + self::VALID,
        ], JSON_THROW_ON_ERROR));
        return $application->authorizationUrl . (str_contains($application->authorizationUrl, '?') ? '&' : '?') . http_build_query([
            'client_id' => $application->clientId,
            'response_type' => 'code',
            'redirect_uri' => $redirect,
            'response_mode' => 'query',
            'scope' => $application->personScope(),
            'state' => $state,
            'code_challenge' => Assertion::encode(hash('sha256', $verifier, true)),
            'code_challenge_method' => 'S256',
            'login_hint' => $address,
            // Without it a provider may give no refresh token.
            'prompt' => 'consent',
        ], '', '&', PHP_QUERY_RFC3986);
    }

    /**
     * @return array{string, Grant} the address that it was begun with, and what was granted
     */
    public function finish(string $state, #[SensitiveParameter] string $code, string $error): array
    {
        $begun = json_decode((string)$this->session->get(self::SESSION), true);
        $this->session->remove(self::SESSION);
        $fits = is_array($begun) && $state !== '' && hash_equals((string)$begun['state'], $state);
        if (!$fits || $begun['until'] < $this->time->getTime()) {
            throw new Failure('credentials', 'This sign-in was not begun here, or too long ago. Begin again in the settings.');
        }
        if ($error !== '' || $code === '') {
            throw new Failure('credentials', 'The sign-in was cancelled, or the consent was refused. Nothing was connected.');
        }
        $grant = $this->endpoint->redeem($this->registration->application(), $code, $begun['verifier'], $begun['redirect']);
        return [$begun['address'], $grant];
    }
}
