<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\SetupCheck;

use OCP\SetupCheck\ISetupCheck;
use OCP\SetupCheck\SetupResult;

/**
 * A setup check that sends to the app's own page, and says it otherwise on that page.
 */
interface OnPage extends ISetupCheck
{
    public function onPage(): SetupResult;
}
