<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\SetupCheck;

use OCA\IntegrationExchange\AppInfo\Application;
use OCA\IntegrationExchange\Installation\Installer;
use OCA\IntegrationExchange\Installation\State;
use OCA\IntegrationExchange\Installation\Step;
use OCA\IntegrationExchange\Language\Phrasebook;
use OCA\IntegrationExchange\Native\Access;
use OCA\IntegrationExchange\Native\Extension;
use OCP\IAppConfig;
use OCP\IL10N;
use OCP\SetupCheck\ISetupCheck;
use OCP\SetupCheck\SetupResult;

/**
 * Reports where the extension is not loaded, or is another version: in the PHP that runs the check, in the one that ran the
 * last background job, and in the others of this machine, each with what to do.
 */
final class ExtensionCheck implements ISetupCheck
{
    /** What the background job found wrong with its own PHP; empty when all is well. */
    public const JOB_PROBLEM = 'job_problem';

    public function __construct(
        private readonly Access $access,
        private readonly Extension $extension,
        private readonly Installer $installer,
        private readonly IAppConfig $config,
        private readonly IL10N $l,
        private readonly Phrasebook $phrases,
    ) {
    }

    public function getCategory(): string
    {
        return 'system';
    }

    public function getName(): string
    {
        return $this->l->t('Exchange Connector: PHP extension');
    }

    public function run(): SetupResult
    {
        $job = $this->config->getValueString(Application::APP_ID, self::JOB_PROBLEM);
        if ($job !== '') {
            return SetupResult::error($this->l->t('Background jobs cannot synchronise.') . ' ' . $this->phrases->say($job));
        }
        $problem = $this->access->problem();
        if ($problem !== null) {
            return SetupResult::error((string)$this->phrases->say($problem));
        }
        $here = $this->extension->problem();
        $stale = $here !== null && $this->extension->version() !== null;
        // This PHP speaks for itself where it is not found among those of the machine.
        $told = $here === null ? [] : [$this->phrases->say($here)];
        foreach ($this->installer->plan() as $step) {
            // What does not fit is no concern of ours as long as something does.
            if ($step->state !== State::Unfit && $step->place->isHere()) {
                unset($told[0]);
            }
            if (in_array($step->state, [State::Ready, State::Manual], true)) {
                $stale = $stale || !in_array($step->place->php->exchange, [null, $this->extension->appVersion()], true);
                $told[] = self::told($step);
            }
        }
        $told = implode(' ', $told);
        return match (true) {
            $told === '' => SetupResult::success(
                $this->l->t('Every PHP has the extension of this version of the app, or starts one that has it.')
            ),
            $stale => SetupResult::warning(
                $this->l->t('Some PHP loads another version of the extension than the app is.') . " $told"
            ),
            default => SetupResult::info(
                $this->l->t('Where the extension is not loaded, another PHP does its work, which takes longer.') . " $told"
            ),
        };
    }

    private static function told(Step $step): string
    {
        return "{$step->place->name()}: " . implode(' && ', $step->lines) . '.';
    }
}
