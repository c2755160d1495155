<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\OpenMetrics;

final class Watches extends Base
{
    protected const FAMILY = 'exchange_watches';

    public function help(): string
    {
        return 'Exchange accounts by how their changes are known in active mode.';
    }
}
