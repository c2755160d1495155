<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Service;

use OCA\IntegrationExchange\SetupCheck\CertificateCheck;
use OCA\IntegrationExchange\SetupCheck\CronCheck;
use OCA\IntegrationExchange\SetupCheck\FailingCheck;
use OCA\IntegrationExchange\SetupCheck\OnPage;
use OCA\IntegrationExchange\SetupCheck\RetirementCheck;
use OCA\IntegrationExchange\SetupCheck\WorkerCheck;
use OCP\SetupCheck\ISetupCheck;

/**
 * The app's setup checks that are quick, for its own page: that of the extension asks every PHP of the machine.
 */
final class Checks
{
    /** @var list<ISetupCheck> */
    private readonly array $checks;

    public function __construct(
        CertificateCheck $certificates,
        CronCheck $cron,
        FailingCheck $failing,
        RetirementCheck $retirement,
        WorkerCheck $workers,
    ) {
        $this->checks = [$retirement, $workers, $failing, $certificates, $cron];
    }

    /**
     * @return list<array{severity: string, message: string}> what is not all right; `severity` is info, warning or error
     */
    public function problems(): array
    {
        $problems = [];
        foreach ($this->checks as $check) {
            $result = $check instanceof OnPage ? $check->onPage() : $check->run();
            if ($result->getSeverity() !== 'success') {
                $problems[] = ['severity' => $result->getSeverity(), 'message' => (string)$result->getDescription()];
            }
        }
        return $problems;
    }
}
