<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\OpenMetrics;

final class Links extends Base
{
    protected const FAMILY = 'exchange_links';

    public function help(): string
    {
        return 'Exchange links by kind and state.';
    }
}
