<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\OAuth;

use SensitiveParameter;

/**
 * What a provider gave: an access token until some second, and perhaps a refresh token, which is good for one use.
 */
final class Grant
{
    public function __construct(
        #[SensitiveParameter] public readonly string $accessToken,
        public readonly int $expires,
        #[SensitiveParameter] public readonly ?string $refreshToken = null,
    ) {
    }

    /** By which the engine names a token that it has no use for any more. */
    public function fingerprint(): string
    {
        return hash('sha256', $this->accessToken);
    }
}
