<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\OpenMetrics;

use OCP\OpenMetrics\MetricType;

final class Calls extends Base
{
    protected const FAMILY = 'exchange_calls';

    public function help(): string
    {
        return 'Requests to Exchange by the links there are.';
    }

    public function type(): MetricType
    {
        return MetricType::unknown;
    }
}
