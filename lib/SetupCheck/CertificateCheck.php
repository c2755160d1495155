<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\SetupCheck;

use OCA\IntegrationExchange\Service\Servers;
use OCP\IL10N;
use OCP\SetupCheck\SetupResult;

/**
 * Warns of mail servers whose certificate is not verified.
 */
final class CertificateCheck implements OnPage
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
        return $this->result($this->l->t('Give its authority or its certificate in Administration settings → Exchange.'));
    }

    public function onPage(): SetupResult
    {
        return $this->result($this->l->t('Give its authority or its certificate under “Mail servers” below.'));
    }

    private function result(string $todo): SetupResult
    {
        $hosts = $this->servers->unverified();
        if ($hosts === []) {
            return SetupResult::success($this->l->t('The certificate of every mail server is verified.'));
        }
        return SetupResult::warning(implode(' ', [
            $this->l->t('The certificate of %s is not verified.', [implode(', ', $hosts)]),
            $this->l->t('Whoever stands between can read passwords and data.'),
            $todo,
        ]));
    }
}
