<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Cycle;

use Closure;
use OCA\IntegrationExchange\Db\Account;
use OCA\IntegrationExchange\Db\Lease;
use OCA\IntegrationExchange\Db\Link;
use OCA\IntegrationExchange\Failure;
use OCA\IntegrationExchange\Native\Work;
use Throwable;

/**
 * The cycles of some links in this process: which start next, who answers for them, and how they ended.
 */
final class Run implements Work
{
    /**
     * @var array<int, array{link: Link, account: Account, host: Host, full: bool, failure: ?Failure, report: array<string, mixed>,
     *     plan: list<array<string, mixed>>}>
     */
    private array $running = [];

    /**
     * @param Closure(Link, array<string, mixed>): void $progress gets every report
     * @param Closure(Result): void $ended gets how each link fared, before its turn is over
     * @param Closure(): bool $goOn false: stop at once
     */
    public function __construct(
        private readonly Turns $turns,
        private readonly Parts $parts,
        private readonly Options $options,
        private readonly Lease $lease,
        private readonly Schedule $schedule,
        private readonly Closure $progress,
        private readonly Closure $ended,
        private readonly Closure $goOn,
    ) {
    }

    public function concurrency(): int
    {
        return $this->turns->most;
    }

    public function goesOn(): bool
    {
        $this->lease->renewAll();
        return ($this->goOn)();
    }

    public function next(): ?array
    {
        while (($id = $this->turns->next()) !== null) {
            try {
                return $this->begin($id);
            } catch (Failure $failure) {
                $this->notBegun($id, $failure);
            } catch (Throwable $error) {
                ($this->ended)(new Result($id, 'bug', 'The cycle could not begin; the Nextcloud log has the details.'));
                $this->abandon($id);
                throw $error;
            }
        }
        return null;
    }

    private function notBegun(int $id, Failure $failure): void
    {
        if (isset($this->running[$id])) {
            // It came as far as asking for a token.
            $this->end($id, $failure);
            return;
        }
        try {
            $result = new Result($id, $failure->kind, $failure->getMessage(), $failure->retryAfter);
            $this->schedule->notBegun($result, $this->options->dryRun);
            ($this->ended)($result);
        } finally {
            $this->turns->ended($id);
        }
    }

    public function answer(int $link, string $kind, array $payload): ?array
    {
        $cycle = $this->running[$link] ?? throw new Failure('stopped', 'This link is not being synchronised any more.');
        if ($kind === 'hold') {
            return ['until' => $this->lease->hold($link)];
        }
        $this->lease->renew($link);
        if ($kind === 'token') {
            return $this->parts->token($cycle['account'], (string)$payload['old']);
        }
        if ($this->options->dryRun && in_array($kind, ['write', 'save'], true)) {
            throw new Failure('bug', 'The engine wanted to write in a dry run. Nothing was written; please report this.');
        }
        if ($kind === 'changes') {
            $this->parts->admit($cycle['link'], $cycle['account']);
        }
        return $cycle['host']->answer($kind, $payload);
    }

    public function fail(int $link, Failure $failure): void
    {
        if (isset($this->running[$link])) {
            $this->running[$link]['failure'] = $failure;
        }
    }

    public function end(int $link, ?Failure $failure = null): void
    {
        $cycle = $this->running[$link] ?? null;
        unset($this->running[$link]);
        try {
            if ($cycle !== null) {
                $result = self::result($link, $failure ?? $cycle['failure'], $cycle['report'], $cycle['plan']);
                $this->record($cycle, $result);
                ($this->ended)($result);
            }
        } finally {
            $this->turns->ended($link);
        }
    }

    /**
     * Lets go of a link without a word about it, where nothing can be written down.
     */
    public function abandon(int $link): void
    {
        unset($this->running[$link]);
        $this->turns->ended($link);
    }

    /**
     * @param array<string, mixed> $cycle one of those that ran
     */
    private function record(array $cycle, Result $result): void
    {
        try {
            $this->lease->hold($result->link);
        } catch (Failure) {
            // Whoever took the link over says how it fares.
            return;
        }
        $this->options->dryRun
            ? $this->schedule->rehearsed($cycle['link'], $result)
            : $this->schedule->ended($cycle['link'], $result, $cycle['full']);
        $this->lease->release($result->link);
    }

    /**
     * Everything is over: what still runs was stopped and goes on another time.
     */
    public function close(): void
    {
        foreach ($this->running as $link => $cycle) {
            $stopped = new Failure('stopped', 'Stopped before the end; the next synchronisation goes on from here.');
            $this->end($link, $cycle['failure'] ?? $stopped);
        }
        $this->lease->releaseAll();
    }

    /**
     * @return array<string, mixed>
     */
    private function begin(int $id): array
    {
        $link = $this->parts->link($id);
        $account = $this->parts->account($link);
        $this->permit($link, $account);
        if ($link->getState() !== Link::ACTIVE && !$this->options->insist) {
            throw new Failure($link->getError() ?? 'stopped', (string)$link->getMessage());
        }
        if ($account->getState() !== Account::ACTIVE && !$this->options->insist) {
            $this->schedule->started($link, $account);
            throw new Failure('credentials', (string)$account->getMessage());
        }
        if (!$this->lease->acquire($id)) {
            throw new Failure('busy', 'Another process is synchronising this link just now.');
        }
        // Read again: the cursors are those that the last holder of the lease left.
        $link = $this->parts->link($id);
        $full = $this->options->full || $this->schedule->needsFull($link);
        if (!$this->options->dryRun) {
            $this->schedule->started($link, $account);
        }
        $host = $this->parts->host($link, fn () => $this->lease->hold($id), fn (array $report) => $this->report($id, $report));
        $this->running[$id] = [
            'link' => $link, 'account' => $account, 'host' => $host, 'full' => $full, 'failure' => null, 'report' => [], 'plan' => [],
        ];
        return $this->parts->describe($link, $account, $full, $this->options);
    }

    private function permit(Link $link, Account $account): void
    {
        try {
            $this->parts->permit($link, $account);
        } catch (Failure $failure) {
            // What stopped the link before still has to be decided.
            if ($link->getState() === Link::ACTIVE && !$this->options->dryRun) {
                $this->schedule->barred($link, $failure);
            }
            throw $failure;
        }
    }

    /**
     * @param array<string, mixed> $report
     */
    private function report(int $link, array $report): void
    {
        array_push($this->running[$link]['plan'], ...($report['plan'] ?? []));
        unset($report['plan']);
        $this->running[$link]['report'] = $report;
        ($this->progress)($this->running[$link]['link'], $report);
        $this->schedule->goesOn($this->running[$link]['link'], $report);
        if ($report['done'] ?? false) {
            $this->end($link);
        }
    }

    /**
     * @param array<string, mixed> $report
     * @param list<array<string, mixed>> $plan
     */
    private static function result(int $link, ?Failure $failure, array $report, array $plan): Result
    {
        if ($failure !== null) {
            return new Result($link, $failure->kind, $failure->getMessage(), $failure->retryAfter, $report, $plan);
        }
        if (!($report['done'] ?? false)) {
            return new Result($link, 'bug', 'The cycle ended without a report; the Nextcloud log may say more.', null, $report);
        }
        $error = $report['error'] ?? null;
        $message = $report['message'] ?? null;
        if ($error === 'brake') {
            $message .= " “occ exchange:approve {$link}” goes on with these deletions; “occ exchange:approve $link --restore” brings the"
                . ' items back instead.';
        }
        return new Result($link, $error, $message, $report['retry_after'] ?? null, $report, $plan);
    }
}
