<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Worker;

use OCA\IntegrationExchange\AppInfo\Application;
use OCA\IntegrationExchange\Db\LinkMapper;
use OCA\IntegrationExchange\Db\Workers;
use OCA\IntegrationExchange\Native\Detached;
use OCA\IntegrationExchange\Setting\Organisation;
use OCP\AppFramework\Utility\ITimeFactory;
use OCP\IAppConfig;
use Psr\Log\LoggerInterface;

/**
 * Sees to it, from background jobs, that there is a worker in active mode: starts one where there is none.
 */
final class Start
{
    /** Why active mode is on and no worker works, as a sentence; empty when all is well. For the setup check. */
    public const PROBLEM = 'worker_problem';
    /** What the last background job saw of the workers. */
    public const SEEN = 'workers_seen';
    /** Seconds without a sign of life, from one background job to the next, after which a worker is dead. */
    private const DEATH = 30;

    public function __construct(
        private readonly Workers $workers,
        private readonly LinkMapper $links,
        private readonly Detached $detached,
        private readonly Organisation $organisation,
        private readonly IAppConfig $config,
        private readonly ITimeFactory $time,
        private readonly LoggerInterface $logger,
    ) {
    }

    /**
     * @return bool whether workers do the work, so that background jobs do only what is passive
     */
    public function workersWork(): bool
    {
        if ($this->organisation->get('mode') !== Organisation::ACTIVE) {
            $this->remember('', []);
            return false;
        }
        $seen = $this->config->getValueArray(Application::APP_ID, self::SEEN, [], lazy: true);
        $now = $this->look($seen['workers'] ?? []);
        $works = $now !== [];
        $problem = '';
        $started = $seen['started'] ?? 0;
        if (!$works) {
            $problem = $started === 0 ? '' : 'A worker was started and does not work. Run “occ exchange:worker” by hand, or look into the'
                . ' Nextcloud log, to see why. Until one works, background jobs synchronise.';
            $started++;
            if (!$this->detached->start('exchange:worker')) {
                $problem = 'There is no worker, and this PHP may start none. Start one with “occ exchange:worker”, best by systemd'
                    . ' (“occ exchange:setup” shows how). Until then background jobs synchronise.';
            }
        }
        $this->remember($problem, ['workers' => $now, 'started' => $works ? 0 : $started]);
        return $works;
    }

    /**
     * @param array<string, array{beat: int, at: int}> $seen what was seen last time
     * @return array<string, array{beat: int, at: int}> workers that live, and when their count was seen to move
     */
    private function look(array $seen): array
    {
        $now = $this->time->getTime();
        $living = [];
        foreach ($this->workers->list() as ['id' => $id, 'pid' => $pid, 'beat' => $beat]) {
            $known = $seen[$id] ?? null;
            $at = ($known['beat'] ?? null) === $beat ? $known['at'] : $now;
            $dead = $now - $at >= self::DEATH || Share::hasDied($id, $pid);
            if (!$dead || !$this->workers->bury($id, $beat)) {
                $living[$id] = ['beat' => $beat, 'at' => $at];
            }
        }
        $this->links->hasten($this->workers->free(), $now);
        return $living;
    }

    /**
     * @param array<string, mixed> $seen
     */
    private function remember(string $problem, array $seen): void
    {
        if ($this->config->getValueString(Application::APP_ID, self::PROBLEM) !== $problem) {
            $this->config->setValueString(Application::APP_ID, self::PROBLEM, $problem);
            $problem === '' || $this->logger->error($problem, ['app' => Application::APP_ID]);
        }
        if ($this->config->getValueArray(Application::APP_ID, self::SEEN, [], lazy: true) !== $seen) {
            $this->config->setValueArray(Application::APP_ID, self::SEEN, $seen, lazy: true);
        }
    }
}
