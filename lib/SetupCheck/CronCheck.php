<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\SetupCheck;

use OCP\IAppConfig;
use OCP\SetupCheck\ISetupCheck;
use OCP\SetupCheck\SetupResult;

/**
 * Passive mode lives on background jobs: by cron they run every few minutes, otherwise when somebody happens to call them.
 */
final class CronCheck implements ISetupCheck
{
    public function __construct(private readonly IAppConfig $config)
    {
    }

    public function getCategory(): string
    {
        return 'system';
    }

    public function getName(): string
    {
        return 'Exchange Connector: background jobs';
    }

    public function run(): SetupResult
    {
        $todo = 'Set up cron (cron.php every five minutes) and run “occ background:cron”.';
        return match ($this->config->getValueString('core', 'backgroundjobs_mode', 'ajax')) {
            'cron' => SetupResult::success('Background jobs run by cron.'),
            'webcron' => SetupResult::info("Background jobs run when a service calls this Nextcloud, 15 seconds at a time. $todo"),
            default => SetupResult::warning("Background jobs run only while somebody looks at a page, 15 seconds at a time. $todo"),
        };
    }
}
