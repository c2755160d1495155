<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\BackgroundJob;

use OCA\IntegrationExchange\AppInfo\Application;
use OCA\IntegrationExchange\Journal\History;
use OCP\AppFramework\Utility\ITimeFactory;
use OCP\BackgroundJob\IJob;
use OCP\BackgroundJob\TimedJob;
use OCP\IAppConfig;

/**
 * Kept versions go after their time, and the oldest ones of a link that has very many.
 */
final class PurgeHistory extends TimedJob
{
    private const DAY = 86_400;
    /** Setting `history_days`. */
    private const DAYS = 90;
    /** Of one link. Setting `history_megabytes`. */
    private const MEGABYTES = 100;

    public function __construct(ITimeFactory $time, private readonly History $history, private readonly IAppConfig $config)
    {
        parent::__construct($time);
        $this->setInterval(self::DAY);
        $this->setTimeSensitivity(IJob::TIME_INSENSITIVE);
    }

    protected function run($argument): void
    {
        $this->history->purge($this->time->getTime() - $this->setting('history_days', self::DAYS) * self::DAY);
        $this->history->trim($this->setting('history_megabytes', self::MEGABYTES) << 20);
    }

    private function setting(string $name, int $usual): int
    {
        return max(1, $this->config->getValueInt(Application::APP_ID, $name, $usual));
    }
}
