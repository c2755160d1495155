<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\OpenMetrics;

final class FailingLinks extends Base
{
    protected const FAMILY = 'exchange_links_failing';

    public function help(): string
    {
        return 'Exchange links whose last cycle failed, by error.';
    }
}
