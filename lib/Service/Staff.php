<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Service;

use OCA\IntegrationExchange\AppInfo\Application;
use OCA\IntegrationExchange\Db\Account;
use OCA\IntegrationExchange\Db\Workers;
use OCA\IntegrationExchange\Setting\Organisation;
use OCA\IntegrationExchange\Worker\Start;
use OCP\AppFramework\Utility\ITimeFactory;
use OCP\IAppConfig;

/**
 * How active mode fares: which workers there are, and how each account is looked after, for whoever wants to see it.
 *
 * @phpstan-type Worker array{id: string, host: string, pid: int, version: string, since: string, seen: string, live: bool, accounts: int,
 *     events: int, cycles: int, memory: int, lag: int}
 * @phpstan-type Watch array{state: string, since: ?string, message: ?string, seconds: ?int}
 */
final class Staff
{
    /** What a worker says of an account. */
    private const STATES = ['connecting', 'live', 'waiting', 'polled', 'refused'];
    /** Seconds without a sign of life after which a worker counts as silent. */
    private const SILENT = 30;
    private const FIGURES = ['accounts' => 0, 'events' => 0, 'cycles' => 0, 'memory' => 0, 'lag' => 0];
    /** What tells of changes where Exchange does not: seconds between two looks. */
    private const LOOKS = ['passive' => 'interval', 'none' => 'interval', 'polled' => 'poll_interval', 'waiting' => 'interval'];

    /** @var list<string>|null */
    private ?array $living = null;

    public function __construct(
        private readonly Workers $workers,
        private readonly Organisation $organisation,
        private readonly IAppConfig $config,
        private readonly ITimeFactory $time,
    ) {
    }

    public function isActive(): bool
    {
        return $this->organisation->get('mode') === Organisation::ACTIVE;
    }

    /**
     * Why active mode is on and nobody works, as the last background job found it; null when nothing is wrong.
     */
    public function problem(): ?string
    {
        return $this->isActive() ? ($this->config->getValueString(Application::APP_ID, Start::PROBLEM) ?: null) : null;
    }

    /**
     * @return list<Worker> `memory` in megabytes, `lag` in milliseconds; times are like 2026-11-26T02:30:42Z
     */
    public function workers(): array
    {
        $now = $this->time->getTime();
        return array_map(static fn (array $row): array => [
            'id' => $row['id'],
            'host' => $row['host'],
            'pid' => $row['pid'],
            'version' => $row['version'],
            'since' => self::at($row['since']),
            'seen' => self::at($row['beat_at']),
            'live' => $now - $row['beat_at'] <= self::SILENT,
        ] + array_map(intval(...), array_intersect_key($row['figures'], self::FIGURES) + self::FIGURES), $this->workers->list());
    }

    /**
     * @return list<string> ids of workers that give signs of life
     */
    public function living(): array
    {
        return array_column(array_filter($this->workers(), static fn (array $worker): bool => $worker['live']), 'id');
    }

    /**
     * How changes of an account are known.
     *
     * @return Watch|null null in passive mode; `state` is passive (kept so), none (no worker has it), connecting, live, waiting, polled or
     *     refused; `seconds` between two looks, where that is how they are known
     */
    public function watch(Account $account): ?array
    {
        $state = $this->state($account->getPassive() === 1, $account->getWorker(), $account->getWatch());
        if ($state === null) {
            return null;
        }
        $known = in_array($state, ['passive', 'none'], true) ? null : json_decode((string)$account->getWatch(), true);
        return [
            'state' => $state,
            'since' => isset($known['since']) ? self::at((int)$known['since']) : null,
            'message' => $known['message'] ?? null,
            'seconds' => isset(self::LOOKS[$state]) ? $this->organisation->get(self::LOOKS[$state]) : null,
        ];
    }

    /**
     * @param string|null $watch as Db\Account has it
     * @return string|null the `state` of watch()
     */
    public function state(bool $passive, ?string $worker, ?string $watch): ?string
    {
        $known = json_decode((string)$watch, true)['state'] ?? null;
        return match (true) {
            !$this->isActive() => null,
            $passive => 'passive',
            !in_array($worker, $this->living ??= $this->living(), true) => 'none',
            default => in_array($known, self::STATES, true) ? $known : 'none',
        };
    }

    private static function at(int $seconds): string
    {
        return gmdate('Y-m-d\TH:i:s\Z', $seconds);
    }
}
