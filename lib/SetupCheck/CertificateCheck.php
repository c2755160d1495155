<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\SetupCheck;

use OCA\IntegrationExchange\Service\Servers;
use OCP\SetupCheck\ISetupCheck;
use OCP\SetupCheck\SetupResult;

/**
 * Warns of mail servers whose certificate is not verified.
 */
final class CertificateCheck implements ISetupCheck
{
    public function __construct(private readonly Servers $servers)
    {
    }

    public function getCategory(): string
    {
        return 'security';
    }

    public function getName(): string
    {
        return 'Exchange Connector: certificates of mail servers';
    }

    public function run(): SetupResult
    {
        $warning = $this->servers->warning();
        return $warning === null
            ? SetupResult::success('The certificate of every mail server is verified.')
            : SetupResult::warning($warning);
    }
}
