<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Service;

use OCA\IntegrationExchange\Db\Account;
use OCA\IntegrationExchange\Failure;
use OCP\ICertificateManager;
use OCP\IConfig;
use OCP\Security\ICrypto;
use Throwable;

/**
 * An account as the extension wants it: the only place where its password is read.
 */
final class Mailbox
{
    public function __construct(
        private readonly ICrypto $crypto,
        private readonly IConfig $config,
        private readonly ICertificateManager $certificates,
    ) {
    }

    /**
     * @return array<string, string> with the password in clear; to be handed to the extension and to nobody else
     */
    public function describe(Account $account): array
    {
        $mailbox = [
            'url' => $account->getServer(),
            'address' => $account->getAddress(),
            'username' => $account->getUsername(),
            'password' => $this->password($account),
        ];
        $proxy = $this->proxy((string)parse_url($account->getServer(), PHP_URL_HOST));
        if ($proxy !== null) {
            $mailbox['proxy'] = $proxy;
        }
        // What `occ security:certificates:import` added; without any, the system's authorities are all there is.
        if ($this->certificates->listCertificates() !== []) {
            $mailbox['ca_file'] = $this->certificates->getAbsoluteBundlePath();
        }
        return $mailbox;
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
