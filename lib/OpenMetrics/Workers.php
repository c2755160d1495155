<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\OpenMetrics;

final class Workers extends Base
{
    protected const FAMILY = 'exchange_workers';

    public function help(): string
    {
        return 'Workers of active mode of the Exchange Connector.';
    }
}
