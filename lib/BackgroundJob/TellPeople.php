<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\BackgroundJob;

use OCA\IntegrationExchange\Notification\Needs;
use OCP\AppFramework\Utility\ITimeFactory;
use OCP\BackgroundJob\TimedJob;

/**
 * Tells people what had to wait because they were told of the same within a day.
 */
final class TellPeople extends TimedJob
{
    private const HOUR = 3_600;

    public function __construct(ITimeFactory $time, private readonly Needs $needs)
    {
        parent::__construct($time);
        $this->setInterval(self::HOUR);
    }

    protected function run($argument): void
    {
        $this->needs->all();
    }
}
