<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\OpenMetrics;

final class WorkerLag extends Base
{
    protected const FAMILY = 'exchange_worker_lag_milliseconds';

    public function help(): string
    {
        return 'Milliseconds that a link has waited for its cycle to begin within the last seconds, at most.';
    }
}
