<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\SetupCheck;

use OCP\IAppConfig;
use OCP\IL10N;
use OCP\SetupCheck\ISetupCheck;
use OCP\SetupCheck\SetupResult;

/**
 * Passive mode lives on background jobs: by cron they run every few minutes, otherwise when somebody happens to call them.
 */
final class CronCheck implements ISetupCheck
{
    public function __construct(private readonly IAppConfig $config, private readonly IL10N $l)
    {
    }

    public function getCategory(): string
    {
        return 'system';
    }

    public function getName(): string
    {
        return $this->l->t('Exchange Connector: background jobs');
    }

    public function run(): SetupResult
    {
        $todo = ' ' . $this->l->t('Set up cron (cron.php every five minutes) and run “occ background:cron”.');
        return match ($this->config->getValueString('core', 'backgroundjobs_mode', 'ajax')) {
            'cron' => SetupResult::success($this->l->t('Background jobs run by cron.')),
            'webcron' => SetupResult::info(
                $this->l->t('Background jobs run when a service calls this Nextcloud, 15 seconds at a time.') . $todo
            ),
            default => SetupResult::warning(
                $this->l->t('Background jobs run only while somebody looks at a page, 15 seconds at a time.') . $todo
            ),
        };
    }
}
