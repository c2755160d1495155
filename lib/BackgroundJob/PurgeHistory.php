<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\BackgroundJob;

use OCA\IntegrationExchange\Journal\History;
use OCA\IntegrationExchange\Setting\Organisation;
use OCP\AppFramework\Utility\ITimeFactory;
use OCP\BackgroundJob\IJob;
use OCP\BackgroundJob\TimedJob;

/**
 * Kept versions go after their time, and the oldest ones of a link that has very many.
 */
final class PurgeHistory extends TimedJob
{
    private const DAY = 86_400;

    public function __construct(ITimeFactory $time, private readonly History $history, private readonly Organisation $organisation)
    {
        parent::__construct($time);
        $this->setInterval(self::DAY);
        $this->setTimeSensitivity(IJob::TIME_INSENSITIVE);
    }

    protected function run($argument): void
    {
        $this->history->purge($this->time->getTime() - $this->organisation->get('history_days') * self::DAY);
        $this->history->trim($this->organisation->get('history_megabytes') << 20);
    }
}
