<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\OAuth;

use OCA\IntegrationExchange\Failure;
use OCP\AppFramework\Utility\ITimeFactory;
use OCP\Http\Client\IClientService;
use OCP\Http\Client\IResponse;
use SensitiveParameter;
use Throwable;

/**
 * Asks the provider for tokens (RFC 6749). What goes wrong is a Failure of our own words: the provider's exceptions carry what
 * was sent.
 */
final class TokenEndpoint
{
    /** Seconds: a worker that waits for longer looks dead to the others. */
    private const PATIENCE = 10;
    /** Seconds that a sign-in server which does not answer is left alone: all others would have to wait for it, too. */
    private const REST = 60;
    /** Seconds that a token lasts where the provider does not say. */
    private const LIFETIME = 3600;

    /** @var array<string, int> until when servers are left alone, by their address */
    private array $resting = [];

    public function __construct(private readonly IClientService $http, private readonly ITimeFactory $time)
    {
    }

    public function redeem(
        Application $application,
        #[SensitiveParameter] string $code,
        #[SensitiveParameter] string $verifier,
        string $redirect,
    ): Grant {
        return $this->ask($application, [
            'grant_type' => 'authorization_code',
            'code' => $code,
            'code_verifier' => $verifier,
            'redirect_uri' => $redirect,
        ]);
    }

    public function refresh(Application $application, #[SensitiveParameter] string $refreshToken): Grant
    {
        return $this->ask($application, [
            'grant_type' => 'refresh_token',
            'refresh_token' => $refreshToken,
            'scope' => $application->personScope(),
        ]);
    }

    public function clientCredentials(Application $application): Grant
    {
        return $this->ask($application, [
            'grant_type' => 'client_credentials',
            'scope' => $application->applicationScope(),
        ]);
    }

    /**
     * @param array<string, string> $form
     */
    private function ask(Application $application, #[SensitiveParameter] array $form): Grant
    {
        $host = (string)parse_url($application->tokenUrl, PHP_URL_HOST);
        if (($this->resting[$application->tokenUrl] ?? 0) > $this->time->getTime()) {
            throw self::silence($host);
        }
        try {
            $response = $this->http->newClient()->post($application->tokenUrl, [
                'form_params' => $form + $this->proof($application),
                'headers' => ['Accept' => 'application/json'],
                'timeout' => self::PATIENCE,
                'http_errors' => false,
                'allow_redirects' => false,
            ]);
        } catch (Failure $failure) {
            throw $failure;
        } catch (Throwable) {
            $this->resting[$application->tokenUrl] = $this->time->getTime() + self::REST;
            throw self::silence($host);
        }
        $answer = json_decode((string)$response->getBody(), true);
        $answer = is_array($answer) ? $answer : [];
        if ($response->getStatusCode() !== 200) {
            throw self::refusal($response, $answer, $host, $form['grant_type']);
        }
        if (!is_string($answer['access_token'] ?? null)) {
            $sentence = "The sign-in server {$host} answered without a token. Check the addresses set with occ exchange:oauth.";
            throw new Failure('protocol', $sentence);
        }
        $refresh = $answer['refresh_token'] ?? null;
        return new Grant(
            $answer['access_token'],
            $this->time->getTime() + (int)($answer['expires_in'] ?? self::LIFETIME),
            is_string($refresh) ? $refresh : null,
        );
    }

    private static function silence(string $host): Failure
    {
        $sentence = "The sign-in server {$host} cannot be reached. Check the network and Nextcloud’s proxy setting.";
        return new Failure('unreachable', $sentence);
    }

    /**
     * @return array<string, string>
     */
    private function proof(Application $application): array
    {
        $proof = ['client_id' => $application->clientId];
        if ($application->certificate !== '') {
            return $proof + [
                'client_assertion_type' => Assertion::TYPE,
                'client_assertion' => Assertion::make($application, $this->time->getTime()),
            ];
        }
        return $application->secret === '' ? $proof : $proof + ['client_secret' => $application->secret];
    }

    /**
     * @param array<string, mixed> $answer
     */
    private static function refusal(IResponse $response, array $answer, string $host, string $grant): Failure
    {
        $status = $response->getStatusCode();
        $error = is_string($answer['error'] ?? null) ? $answer['error'] : '';
        // Microsoft's own code helps its administrators; the rest of its text is for developers.
        preg_match('/AADSTS\d+/', (string)($answer['error_description'] ?? ''), $match);
        $code = $match === [] ? '' : " ({$match[0]})";
        if ($status === 429) {
            $wait = (int)$response->getHeader('Retry-After');
            return new Failure('busy', "The sign-in server {$host} is overloaded. Synchronising goes on by itself later.", max(1, $wait));
        }
        if ($status >= 500 || $error === 'temporarily_unavailable') {
            $sentence = "The sign-in server {$host} has a fault of its own ({$status}). Synchronising tries again later.";
            return new Failure('temporary', $sentence);
        }
        return match ($error) {
            'invalid_grant', 'interaction_required', 'consent_required', 'login_required', 'access_denied' => new Failure(
                'credentials',
                $grant === 'authorization_code'
                    ? "The sign-in was not completed in time, or was used twice{$code}. Sign in again."
                    : "The consent to use this mailbox was withdrawn or has run out{$code}. Sign in again.",
            ),
            'invalid_client', 'unauthorized_client' => new Failure(
                'configuration',
                "The sign-in server {$host} does not accept the application{$code}. An administrator checks its id, and whether its "
                . 'secret or certificate has run out, and sets it again with occ exchange:oauth.',
            ),
            'invalid_scope', 'invalid_target', 'invalid_resource' => new Failure(
                'configuration',
                "The application has no right to use Exchange Web Services{$code}. An administrator grants it (docs/connecting.md).",
            ),
            default => new Failure(
                'configuration',
                "The sign-in server {$host} refuses the request ({$status}){$code}. Check the settings with occ exchange:oauth.",
            ),
        };
    }
}
