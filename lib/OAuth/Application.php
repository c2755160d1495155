<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\OAuth;

use SensitiveParameter;

/**
 * The organisation's application at its sign-in provider, with what proves that we are it: a secret, or a certificate with
 * its key.
 */
final class Application
{
    /**
     * @param string $resource what tokens are for, https://outlook.office365.com
     * @param string $secret '' where a certificate is used
     * @param string $certificate PEM
     * @param string $key PEM, of the certificate
     */
    public function __construct(
        public readonly string $clientId,
        public readonly string $authorizationUrl,
        public readonly string $tokenUrl,
        public readonly string $resource,
        #[SensitiveParameter] public readonly string $secret = '',
        public readonly string $certificate = '',
        #[SensitiveParameter] public readonly string $key = '',
    ) {
    }

    /** The server that takes the tokens. */
    public function server(): string
    {
        return $this->resource . '/EWS/Exchange.asmx';
    }

    /** What a person consents to. */
    public function personScope(): string
    {
        return 'openid offline_access ' . $this->resource . '/EWS.AccessAsUser.All';
    }

    /** All that an administrator granted to the application. */
    public function applicationScope(): string
    {
        return $this->resource . '/.default';
    }
}
