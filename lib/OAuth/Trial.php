<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\OAuth;

use OCA\IntegrationExchange\Failure;

/**
 * Tries out the organisation's application: the provider is asked for a token, which nothing is done with.
 */
final class Trial
{
    public function __construct(private readonly Registration $registration, private readonly TokenEndpoint $endpoint)
    {
    }

    /**
     * @return array{host: string} who gave the token
     * @throws Failure that says what is wrong
     */
    public function run(): array
    {
        $application = $this->registration->application();
        $this->endpoint->clientCredentials($application);
        return ['host' => (string)parse_url($application->tokenUrl, PHP_URL_HOST)];
    }
}
