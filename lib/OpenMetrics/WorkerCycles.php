<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\OpenMetrics;

use OCP\OpenMetrics\MetricType;

final class WorkerCycles extends Base
{
    protected const FAMILY = 'exchange_worker_cycles';

    public function help(): string
    {
        return 'Cycles of the workers there are.';
    }

    public function type(): MetricType
    {
        return MetricType::unknown;
    }
}
