<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\OpenMetrics;

final class Items extends Base
{
    protected const FAMILY = 'exchange_items';

    public function help(): string
    {
        return 'Items of Exchange links by kind and state.';
    }
}
