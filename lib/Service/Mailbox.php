<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Service;

use OCA\IntegrationExchange\AppInfo\Application;
use OCA\IntegrationExchange\Db\Account;
use OCA\IntegrationExchange\Db\Auth;
use OCA\IntegrationExchange\Failure;
use OCA\IntegrationExchange\OAuth\Grant;
use OCA\IntegrationExchange\OAuth\Tokens;
use OCP\IAppConfig;
use OCP\IConfig;
use OCP\Security\ICrypto;
use SensitiveParameter;
use Throwable;

/**
 * An account as the extension wants it: the only place where its password is read.
 */
final class Mailbox
{
    public function __construct(
        private readonly ICrypto $crypto,
        private readonly Tokens $tokens,
        private readonly IConfig $config,
        private readonly IAppConfig $settings,
        private readonly Servers $servers,
    ) {
    }

    /**
     * @param Grant|null $grant of an account that is not stored yet
     * @param string|null $old fingerprint of a token that is of no use any more
     * @return array<string, mixed> with the password in clear; to be handed to the extension and to nobody else
     */
    public function describe(Account $account, #[SensitiveParameter] ?Grant $grant = null, ?string $old = null): array
    {
        $mailbox = [
            'url' => $account->getServer(),
            'address' => $account->getAddress(),
            'allow_http' => $this->settings->getValueBool(Application::APP_ID, 'allow_http'),
        ] + $this->proof($account, $grant, $old);
        $proxy = $this->proxy(Servers::host($account->getServer()));
        if ($proxy !== null) {
            $mailbox['proxy'] = $proxy;
        }
        if ($account->getLevel() !== null) {
            $mailbox['level'] = $account->getLevel();
        }
        return $mailbox + $this->servers->describe($account->getServer());
    }

    /**
     * @return array<string, mixed>
     */
    private function proof(Account $account, #[SensitiveParameter] ?Grant $grant, ?string $old): array
    {
        $details = json_decode($account->getSignIn() ?? '[]', true) ?: [];
        if (Tokens::isFor($account)) {
            $grant ??= $this->tokens->of($account, $old);
            $token = ['auth' => 'bearer', 'token' => $grant->accessToken, 'token_expires' => $grant->expires];
            // Accounts of different people never share a connection, whatever mailbox they name. The organisation's own token is
            // everybody's, each in their own name: their mailboxes are watched together.
            $owner = match (true) {
                $account->getAuth() === Auth::APPLICATION => ['token_owner' => Auth::APPLICATION],
                $account->getCreatedAt() === 0 => [],
                default => ['token_owner' => (string)$account->getId()],
            };
            return $token + $owner + $details;
        }
        $proof = ['auth' => $account->getAuth()] + $details;
        return $account->getAuth() === Auth::KERBEROS
            ? $proof
            : $proof + ['username' => $account->getUsername(), 'password' => $this->password($account)];
    }

    private function password(Account $account): string
    {
        try {
            return $this->crypto->decrypt((string)$account->getPassword());
        } catch (Throwable) {
            throw new Failure(
                'credentials',
                'The stored password cannot be decrypted (the secret in config.php changed). Add the account again.'
            );
        }
    }

    /**
     * Nextcloud's own proxy settings.
     */
    private function proxy(string $host): ?string
    {
        $proxy = $this->config->getSystemValueString('proxy');
        $excluded = $this->config->getSystemValue('proxyexclude', []);
        if ($proxy === '' || (is_array($excluded) && in_array($host, $excluded, true))) {
            return null;
        }
        $credentials = $this->config->getSystemValueString('proxyuserpwd');
        $credentials = $credentials === '' ? '' : implode(':', array_map(rawurlencode(...), explode(':', $credentials, 2))) . '@';
        $parts = explode('://', $proxy, 2);
        return isset($parts[1]) ? "{$parts[0]}://$credentials{$parts[1]}" : "http://$credentials$proxy";
    }
}
