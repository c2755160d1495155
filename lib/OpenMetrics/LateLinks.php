<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\OpenMetrics;

final class LateLinks extends Base
{
    protected const FAMILY = 'exchange_links_late';

    public function help(): string
    {
        return 'Active Exchange links without a successful cycle for an hour.';
    }
}
