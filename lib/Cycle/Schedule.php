<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Cycle;

use OCA\IntegrationExchange\Db\Account;
use OCA\IntegrationExchange\Db\AccountMapper;
use OCA\IntegrationExchange\Db\Link;
use OCA\IntegrationExchange\Db\LinkMapper;
use OCA\IntegrationExchange\Failure;
use OCA\IntegrationExchange\Notification\Needs;
use OCA\IntegrationExchange\Setting\Organisation;
use OCP\AppFramework\Utility\ITimeFactory;

/**
 * When a link runs next, and what a result means for the link and its account.
 */
final class Schedule
{
    /** Seconds after which a cycle compares everything, whatever the tokens say. */
    private const FULL = 86_400;
    /** The longest pause after repeated failures, in seconds. */
    private const LONGEST_PAUSE = 6 * 3600;
    /** Failures that go on until a person does something. */
    private const FINAL = ['brake', 'gone'];

    /** @var array<int, float> when a link's progress was told last */
    private array $told = [];

    public function __construct(
        private readonly LinkMapper $links,
        private readonly AccountMapper $accounts,
        private readonly Needs $needs,
        private readonly Organisation $organisation,
        private readonly ITimeFactory $time,
    ) {
    }

    public function needsFull(Link $link): bool
    {
        return $link->getLastFull() + self::FULL <= $this->time->getTime();
    }

    /**
     * A cycle starts. What changes locally from now on makes the link due again.
     */
    public function started(Link $link, Account $account): void
    {
        $this->links->set($link->getId(), ['next_run' => $this->time->getTime() + $this->interval($account)]);
    }

    /**
     * The organisation does not let it run. It is looked at again after the usual time, without asking any server.
     */
    public function barred(Link $link, Failure $failure): void
    {
        $next = $this->time->getTime() + $this->interval();
        $this->links->set($link->getId(), ['error' => $failure->kind, 'message' => $failure->getMessage(), 'next_run' => $next]);
    }

    /**
     * Tells how far a cycle is, for whoever watches; one that is over soon needs no telling.
     *
     * @param array<string, mixed> $report
     */
    public function goesOn(Link $link, array $report): void
    {
        $id = $link->getId();
        $now = microtime(true);
        $this->told[$id] ??= $now;
        if ($now - $this->told[$id] >= 1 && !($report['done'] ?? false)) {
            $this->told[$id] = $now;
            $this->links->set($id, ['progress' => Progress::of($this->time->getTime(), $report)]);
        }
    }

    /**
     * A cycle could not begin: whoever watches need not wait for it, unless another process is at it.
     */
    public function notBegun(Result $result, bool $dryRun): void
    {
        if ($result->error !== 'busy') {
            $found = $dryRun ? ['rehearsal' => Rehearsal::of($this->time->getTime(), $result)] : [];
            $this->links->set($result->link, ['progress' => null] + $found);
        }
    }

    /**
     * A dry run has ended: what it found, or why it could not.
     */
    public function rehearsed(Link $link, Result $result): void
    {
        unset($this->told[$link->getId()]);
        $rehearsal = Rehearsal::of($this->time->getTime(), $result);
        $this->links->set($link->getId(), ['progress' => null, 'rehearsal' => $rehearsal]);
    }

    public function ended(Link $link, Result $result, bool $full): void
    {
        $now = $this->time->getTime();
        unset($this->told[$link->getId()]);
        $columns = ['last_run' => $now, 'error' => $result->error, 'message' => $result->message, 'announced' => null];
        $columns += ['progress' => null, 'rehearsal' => null];
        if ($result->counts !== []) {
            $columns['last_report'] = json_encode($result->counts, JSON_THROW_ON_ERROR);
        }
        $calls = (int)($result->counts['calls'] ?? 0);
        if ($calls > 0) {
            $columns['calls'] = $link->getCalls() + $calls;
        }
        if ($result->ok()) {
            $columns['last_success'] = $now;
            $columns += ['failures' => 0, 'state' => Link::ACTIVE] + ($full ? ['last_full' => $now] : []);
        } elseif ($result->error === 'stopped') {
            $columns['next_run'] = 0;
        } elseif (in_array($result->error, self::FINAL, true)) {
            $columns['state'] = Link::STOPPED;
            $columns['announced'] = $result->counts['announced'] ?? null;
        } else {
            $failures = $link->getFailures() + 1;
            $columns += ['failures' => $failures, 'next_run' => $now + $this->pause($failures, $result->retryAfter)];
        }
        $this->links->set($link->getId(), $columns);
        if (($columns['state'] ?? $link->getState()) !== $link->getState()) {
            $this->links->tellWorker($link->getAccountId());
        }
        $this->account($link->getAccountId(), $result);
        if ($link->getTold() !== null || ($columns['state'] ?? '') === Link::STOPPED || ($result->counts['set_aside'] ?? 0) > 0) {
            $this->needs->link($link->getId());
        }
    }

    private function pause(int $failures, ?int $retryAfter): int
    {
        return $retryAfter ?? min(self::LONGEST_PAUSE, $this->interval() * 2 ** min($failures - 1, 10));
    }

    /**
     * Seconds between two cycles where nothing is known to have changed.
     */
    private function interval(?Account $account = null): int
    {
        $active = $this->organisation->get('mode') === Organisation::ACTIVE;
        return $this->organisation->get(match ($active ? $account?->watchState() : null) {
            'live' => 'active_interval',
            'polled' => 'poll_interval',
            default => 'interval',
        });
    }

    private function account(int $id, Result $result): void
    {
        if (!$result->ok() && $result->error !== 'credentials') {
            return;
        }
        $account = $this->accounts->find($id);
        $state = $result->ok() ? Account::ACTIVE : Account::REFUSED;
        if ($account !== null && $account->getState() !== $state) {
            $account->setState($state);
            $account->setError($result->error);
            $account->setMessage($result->message);
            $this->accounts->update($account);
            $this->needs->account($account);
        }
    }
}
