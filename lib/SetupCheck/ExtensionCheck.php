<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\SetupCheck;

use OCA\IntegrationExchange\AppInfo\Application;
use OCA\IntegrationExchange\Native\Extension;
use OCP\IAppConfig;
use OCP\SetupCheck\ISetupCheck;
use OCP\SetupCheck\SetupResult;

/**
 * Reports a missing or mismatched extension: in the PHP that runs the check, and in the one that ran the last background job.
 */
final class ExtensionCheck implements ISetupCheck
{
    /** What the background job found wrong with its own PHP; empty when all is well. */
    public const JOB_PROBLEM = 'job_problem';

    public function __construct(private readonly Extension $extension, private readonly IAppConfig $config)
    {
    }

    public function getCategory(): string
    {
        return 'system';
    }

    public function getName(): string
    {
        return 'Exchange Connector: PHP extension';
    }

    public function run(): SetupResult
    {
        $job = $this->config->getValueString(Application::APP_ID, self::JOB_PROBLEM);
        if ($job !== '') {
            return SetupResult::error("Background jobs cannot synchronise. $job");
        }
        $here = $this->extension->problem();
        return $here === null
            ? SetupResult::success('The extension is loaded and belongs to this version of the app.')
            : SetupResult::warning($here);
    }
}
