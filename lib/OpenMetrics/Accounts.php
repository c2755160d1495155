<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\OpenMetrics;

final class Accounts extends Base
{
    protected const FAMILY = 'exchange_accounts';

    public function help(): string
    {
        return 'Exchange accounts by state.';
    }
}
