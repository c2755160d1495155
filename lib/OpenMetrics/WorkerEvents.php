<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\OpenMetrics;

use OCP\OpenMetrics\MetricType;

final class WorkerEvents extends Base
{
    protected const FAMILY = 'exchange_worker_events';

    public function help(): string
    {
        return 'What Exchange told the workers there are.';
    }

    public function type(): MetricType
    {
        return MetricType::unknown;
    }
}
