<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\OpenMetrics;

final class WorkerMemory extends Base
{
    protected const FAMILY = 'exchange_worker_memory_megabytes';

    public function help(): string
    {
        return 'Memory of the workers together.';
    }
}
