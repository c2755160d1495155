<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\SetupCheck;

use OCA\IntegrationExchange\Service\Servers;
use OCP\IL10N;
use OCP\SetupCheck\ISetupCheck;
use OCP\SetupCheck\SetupResult;

/**
 * Warns of mail servers whose certificate is not verified.
 */
final class CertificateCheck implements ISetupCheck
{
    public function __construct(private readonly Servers $servers, private readonly IL10N $l)
    {
    }

    public function getCategory(): string
    {
        return 'security';
    }

    public function getName(): string
    {
        return $this->l->t('Exchange Connector: certificates of mail servers');
    }

    public function run(): SetupResult
    {
        $hosts = $this->servers->unverified();
        if ($hosts === []) {
            return SetupResult::success($this->l->t('The certificate of every mail server is verified.'));
        }
        return SetupResult::warning(implode(' ', [
            $this->l->t('The certificate of %s is not verified.', [implode(', ', $hosts)]),
            $this->l->t('Whoever stands between can read passwords and data.'),
            $this->l->t('Give its authority or its certificate in Administration settings → Exchange.'),
        ]));
    }
}
