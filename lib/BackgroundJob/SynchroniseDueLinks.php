<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\BackgroundJob;

use OCA\IntegrationExchange\AppInfo\Application;
use OCA\IntegrationExchange\Cycle\Synchronisation;
use OCA\IntegrationExchange\Db\LinkMapper;
use OCA\IntegrationExchange\Failure;
use OCA\IntegrationExchange\Native\Access;
use OCA\IntegrationExchange\Setting\Organisation;
use OCA\IntegrationExchange\SetupCheck\ExtensionCheck;
use OCA\IntegrationExchange\Worker\Start;
use OCP\AppFramework\Utility\ITimeFactory;
use OCP\BackgroundJob\TimedJob;
use OCP\IAppConfig;
use Psr\Log\LoggerInterface;
use Throwable;

/**
 * Passive mode: synchronises the links that are due, within a time budget. In active mode it sees to it that there is a worker, and does
 * what workers leave to it, or everything while there is none. Whatever happens here, the other jobs go on.
 */
final class SynchroniseDueLinks extends TimedJob
{
    /** Seconds where a visitor's request waits for the job (AJAX mode). */
    private const BUDGET_ONLINE = 15;
    /** Links taken up in one run; the longest waiting come first. */
    private const LINKS = 2_000;

    public function __construct(
        ITimeFactory $time,
        private readonly Synchronisation $synchronisation,
        private readonly LinkMapper $links,
        private readonly Access $access,
        private readonly Start $start,
        private readonly Organisation $organisation,
        private readonly IAppConfig $config,
        private readonly LoggerInterface $logger,
    ) {
        parent::__construct($time);
        $this->setInterval(60);
        $this->setAllowParallelRuns(false);
    }

    protected function run($argument): void
    {
        try {
            $due = $this->links->due($this->time->getTime(), self::LINKS, passive: $this->start->workersWork());
            if ($due !== []) {
                $this->synchronise($due);
            }
        } catch (Throwable $error) {
            $message = 'The synchronisation with Exchange failed: ' . $error->getMessage();
            $this->logger->error($message, ['app' => Application::APP_ID, 'exception' => $error]);
        }
    }

    /**
     * @param list<int> $due
     */
    private function synchronise(array $due): void
    {
        $problem = $this->access->problem();
        if ($problem === null) {
            try {
                $this->within($due);
            } catch (Failure $failure) {
                $problem = $failure->getMessage();
            }
        }
        $this->remember((string)$problem);
    }

    /**
     * @param list<int> $due
     */
    private function within(array $due): void
    {
        $end = microtime(true) + $this->budget();
        $results = $this->synchronisation->run($due, goOn: static fn (): bool => microtime(true) < $end);
        foreach ($results as $result) {
            if (!$result->ok() && $result->error !== 'stopped') {
                $this->logger->warning("Link {$result->link}: {$result->message}", ['app' => Application::APP_ID]);
            }
        }
    }

    private function budget(): int
    {
        $budget = $this->organisation->get('job_budget');
        return PHP_SAPI === 'cli' ? $budget : min($budget, self::BUDGET_ONLINE);
    }

    /**
     * For the setup check, which runs in another PHP. Logged once, not every few minutes.
     */
    private function remember(string $problem): void
    {
        if ($this->config->getValueString(Application::APP_ID, ExtensionCheck::JOB_PROBLEM) === $problem) {
            return;
        }
        $this->config->setValueString(Application::APP_ID, ExtensionCheck::JOB_PROBLEM, $problem);
        if ($problem !== '') {
            $this->logger->error($problem, ['app' => Application::APP_ID]);
        }
    }
}
