<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\SetupCheck;

use OCA\IntegrationExchange\Language\Phrasebook;
use OCA\IntegrationExchange\Service\Staff;
use OCP\IL10N;
use OCP\SetupCheck\SetupResult;

/**
 * Warns where active mode is on and no worker works: background jobs do the work then, and nothing happens within seconds.
 */
final class WorkerCheck implements OnPage
{
    public function __construct(private readonly Staff $staff, private readonly Phrasebook $phrases, private readonly IL10N $l)
    {
    }

    public function getCategory(): string
    {
        return 'system';
    }

    public function getName(): string
    {
        return $this->l->t('Exchange Connector: workers of active mode');
    }

    public function run(): SetupResult
    {
        return $this->result(' ' . $this->l->t('Administration settings → Exchange says more.'));
    }

    public function onPage(): SetupResult
    {
        return $this->result('');
    }

    private function result(string $where): SetupResult
    {
        if (!$this->staff->isActive()) {
            return SetupResult::success($this->l->t('Passive mode is on: background jobs synchronise.'));
        }
        $living = count($this->staff->living());
        if ($living > 0) {
            $told = $this->l->n('Active mode is on, and %n worker works.', 'Active mode is on, and %n workers work.', $living);
            return SetupResult::success($told);
        }
        $problem = $this->staff->problem();
        return $problem !== null
            ? SetupResult::error($this->l->t('Active mode is on, and no worker works.') . ' ' . $this->phrases->say($problem) . $where)
            : SetupResult::warning(implode(' ', [
                $this->l->t('Active mode is on, and no worker works.'),
                $this->l->t('The next background job starts one. Until it works, background jobs synchronise.'),
            ]) . $where);
    }
}
