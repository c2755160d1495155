<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Worker;

use Closure;
use OCA\IntegrationExchange\AppInfo\Application;
use OCA\IntegrationExchange\Cycle\Result;
use OCA\IntegrationExchange\Cycle\Run;
use OCA\IntegrationExchange\Failure;
use OCA\IntegrationExchange\Native\Watching;
use OCA\IntegrationExchange\Service\Admission;
use OCA\IntegrationExchange\Setting\Organisation;
use OCP\AppFramework\Utility\ITimeFactory;
use Psr\Log\LoggerInterface;
use SensitiveParameter;
use Throwable;

/**
 * The work of a worker from when it joins the others to when it ends: its share of the accounts, what is watched of them, and the
 * cycles that follow from that. Nothing that fails ends it; what ends it is in Life.
 */
final class Shift implements Watching
{
    /** Links that the engine takes at a time; how many run is for Turns to say. */
    private const CONCURRENCY = 1_024;
    /** Seconds until a link is tried again that another process works on, or that failed for a reason that nobody expected. */
    private const WAITS = ['busy' => 2, 'bug' => 300];
    /** Seconds that cycles get to come to their end. */
    private const PATIENCE = 60;
    /** Seconds between two of each. */
    private const EVERY = ['division' => 2, 'news' => 1, 'settings' => 3, 'telling' => 0.2];

    public ?Ending $ending = null;
    private Run $run;
    private int $cycles = 0;
    private float $patience = INF;
    /** @var array<string, float> */
    private array $next = [];
    /** @var array<int, true> accounts to let go of when their cycles have ended */
    private array $leaving = [];

    /**
     * @param Closure(Turns, Closure(Result): void): Run $begin
     */
    public function __construct(
        private readonly Share $share,
        private readonly Watches $watches,
        private readonly Searches $searches,
        private readonly Standing $standing,
        private readonly Agenda $agenda,
        private readonly Bell $bell,
        private readonly Life $life,
        private readonly Caches $caches,
        private readonly Outage $outage,
        private readonly Organisation $organisation,
        private readonly ITimeFactory $time,
        private readonly LoggerInterface $logger,
        Closure $begin,
    ) {
        $this->run = $begin($agenda->turns, $this->ended(...));
    }

    public function concurrency(): int
    {
        return self::CONCURRENCY;
    }

    public function goesOn(): bool
    {
        $this->ending ??= $this->life->ending();
        try {
            if (!$this->outage->lasts() || $this->outage->isOver()) {
                $this->tend();
            }
        } catch (Throwable $error) {
            $this->outage->notice($error) || $this->complain('The worker stumbled over something: ', $error);
        }
        if ($this->ending === Ending::Memory) {
            $this->patience = min($this->patience, self::now() + self::PATIENCE);
            return $this->agenda->turns->running() !== [] && self::now() < $this->patience;
        }
        return $this->ending === null;
    }

    public function next(): ?array
    {
        if ($this->ending !== null || $this->outage->lasts()) {
            return null;
        }
        try {
            $link = $this->run->next();
        } catch (Throwable $error) {
            $this->outage->notice($error) ? $this->agenda->hurry() : $this->complain('A cycle could not begin: ', $error);
            return null;
        }
        if ($link !== null) {
            $this->agenda->began($link['id']);
        }
        return $link;
    }

    public function answer(int $link, string $kind, array $payload): ?array
    {
        $place = $this->agenda->turns->place($link);
        try {
            return $this->outage->lasts() ? $this->decline($link, $kind, $payload) : $this->run->answer($link, $kind, $payload);
        } catch (Failure $failure) {
            throw $failure;
        } catch (Throwable $error) {
            if ($this->outage->notice($error) && $place !== null) {
                $this->agenda->add($place);
            }
            throw $error;
        }
    }

    public function fail(int $link, Failure $failure): void
    {
        $this->run->fail($link, $failure);
    }

    public function end(int $link, ?Failure $failure = null): void
    {
        try {
            $this->run->end($link, $failure);
        } catch (Throwable $error) {
            $this->outage->notice($error) || $this->complain('The end of a cycle could not be written down: ', $error);
        }
    }

    public function watch(): array|int|null
    {
        if ($this->outage->lasts()) {
            return null;
        }
        try {
            return $this->watches->next(fn (int $account): bool => $this->share->has($account) && !isset($this->leaving[$account]));
        } catch (Throwable $error) {
            $this->outage->notice($error) || $this->complain('A mailbox could not be looked at: ', $error);
            return null;
        }
    }

    public function search(): ?array
    {
        if ($this->outage->lasts()) {
            return null;
        }
        try {
            return $this->searches->next($this->share->has(...));
        } catch (Throwable $error) {
            $this->outage->notice($error) || $this->complain('The server of a mailbox could not be looked for: ', $error);
            return null;
        }
    }

    public function hear(int $account, string $kind, #[SensitiveParameter] array $payload): ?array
    {
        if ($kind === 'watch:found') {
            $this->searches->found($account, $payload['url'], $payload['message']);
            return null;
        }
        return $this->watches->hear($account, $kind, $payload);
    }

    public function unwatched(int $account, Failure $failure): void
    {
        $this->watches->fail($account, $failure->getMessage());
    }

    public function unfound(int $account, Failure $failure): void
    {
        $this->searches->found($account, null, $failure->getMessage());
    }

    /**
     * Leaves everything as it is fit to be left. What the database does not take down any more is found by the others.
     */
    public function close(): void
    {
        foreach ([$this->bell->takeDown(...), $this->run->close(...), fn () => $this->share->leave($this->latest())] as $step) {
            try {
                $step();
            } catch (Throwable $error) {
                $this->outage->notice($error) || $this->complain('The worker could not leave everything in order: ', $error);
            }
        }
    }

    private function tend(): void
    {
        $this->run->goesOn();
        if (!$this->share->beat($this->figures(...))) {
            $this->ending ??= Ending::StruckOff;
            return;
        }
        if ($this->bell->rang()) {
            $this->agenda->rang();
            $this->next['news'] = 0;
        }
        $this->isTime('settings') && $this->settings();
        $this->isTime('division') && $this->divide();
        $this->isTime('news') && $this->watches->check($this->share->news());
        $this->isTime('telling') && $this->watches->tell($this->agenda);
        $this->agenda->look();
    }

    private function settings(): void
    {
        if ($this->caches->forget()) {
            $this->watches->check($this->share->accounts());
        }
        $this->agenda->turns->most = $this->organisation->get('cycles');
        $this->ending ??= $this->life->settled();
    }

    private function divide(): void
    {
        foreach ($this->share->divide($this->latest()) as $account) {
            $this->leaving[$account] ??= $this->drop($account);
        }
        $free = array_filter(array_keys($this->leaving), fn (int $account): bool => $this->agenda->turns->running($account) === []);
        if ($free !== []) {
            $this->share->give($free);
            $this->leaving = array_diff_key($this->leaving, array_flip($free));
        }
        ['come' => $come, 'gone' => $gone] = $this->share->changes();
        array_walk($gone, $this->drop(...));
        $this->watches->check($come);
        $this->agenda->takeOver($come);
    }

    private function drop(int $account): true
    {
        $this->agenda->drop($account);
        $this->watches->drop($account);
        return true;
    }

    /**
     * The database cannot be reached: the engine ends the cycle, which begins anew afterwards.
     *
     * @param array<string, mixed> $payload
     */
    private function decline(int $link, string $kind, array $payload): null
    {
        if ($kind !== 'report') {
            throw new Failure('host', 'The database cannot be reached just now.');
        }
        $place = $this->agenda->turns->place($link);
        if (($payload['done'] ?? false) && $place !== null) {
            $this->run->abandon($link);
            $this->agenda->add($place);
        }
        return null;
    }

    private function ended(Result $result): void
    {
        $this->cycles++;
        $place = $this->agenda->turns->place($result->link);
        if ($result->error === 'moved' && $place !== null) {
            $this->searches->add($place['account']);
        }
        $wait = self::WAITS[$result->error] ?? null;
        if ($wait !== null && $place !== null) {
            $this->agenda->postpone($place, $wait);
        }
        if ($place !== null && ($result->ok() || $result->error === Admission::REFUSED)) {
            $this->watches->confirm($place['account'], $result->ok());
        }
        if (!$result->ok() && !in_array($result->error, ['busy', 'stopped'], true)) {
            $this->logger->warning("Link {$result->link}: {$result->message}", ['app' => Application::APP_ID]);
        }
    }

    /**
     * @return array<string, int>
     */
    private function figures(): array
    {
        return [
            'accounts' => count($this->share->accounts()),
            'events' => $this->watches->events(),
            'cycles' => $this->cycles,
            'memory' => Life::megabytes(),
            'lag' => $this->agenda->lag(),
        ] + $this->standing->count();
    }

    private function latest(): int
    {
        return $this->time->getTime() + $this->organisation->get('interval');
    }

    private function isTime(string $what): bool
    {
        $is = self::now() >= ($this->next[$what] ?? 0);
        if ($is) {
            $this->next[$what] = self::now() + self::EVERY[$what];
        }
        return $is;
    }

    private function complain(string $what, Throwable $error): void
    {
        $this->logger->error($what . $error->getMessage(), ['app' => Application::APP_ID, 'exception' => $error]);
    }

    private static function now(): float
    {
        return hrtime(true) / 1e9;
    }
}
