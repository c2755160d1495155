<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Native;

use OCA\IntegrationExchange\Failure;
use Psr\Log\LoggerInterface;
use SensitiveParameter;
use Throwable;

/**
 * The loop of docs/architecture.md: the engine says what to do next, PHP does it.
 */
final class Loop
{
    /** Milliseconds after which the engine lets PHP look after its own affairs. */
    private const SLICE = 500;
    /** The same where there is more to look after. */
    private const SHORT_SLICE = 100;
    /** Mailboxes whose watch begins or ends before PHP looks after something else; and seconds, because a token may have to be got. */
    private const WATCHES = 20;
    private const WATCHING = 1.0;

    public function __construct(
        private readonly Access $access,
        private readonly Log $log,
        private readonly LoggerInterface $logger,
    ) {
    }

    /**
     * Ends when the work is done, or does not go on.
     *
     * @throws Failure where the extension cannot be used
     */
    public function run(Work $work): void
    {
        $this->access->need();
        $engine = new \Exchange\Engine(['concurrency' => $work->concurrency()]);
        $slice = $work instanceof Watching ? self::SHORT_SLICE : self::SLICE;
        try {
            $this->start($engine, $work);
            while ((($request = $engine->next($slice)) !== null || $work instanceof Watching) && $work->goesOn()) {
                $idle = in_array($request?->kind, [null, 'idle'], true);
                if ($idle || $this->log->isTraced()) {
                    $this->log->drain();
                }
                if ($request === null) {
                    // Nothing runs and nothing is watched.
                    usleep($slice * 1_000);
                } elseif (!$idle) {
                    $this->answer($engine, $request, $work);
                }
                // Idle finite work has nothing new to start.
                if (!$idle || $work instanceof Watching) {
                    $this->start($engine, $work);
                }
            }
        } finally {
            $engine->stop();
            $this->log->drain();
        }
    }

    private function start(\Exchange\Engine $engine, Work $work): void
    {
        if ($work instanceof Watching) {
            $this->startWatches($engine, $work);
            $this->startSearch($engine, $work);
        }
        while (($link = $work->next()) !== null) {
            try {
                $engine->sync($link);
            } catch (Throwable $error) {
                $work->end($link['id'], self::refusal($error, 'The extension refuses this link: '));
            }
        }
    }

    private function startWatches(\Exchange\Engine $engine, Watching $work): void
    {
        $end = microtime(true) + self::WATCHING;
        for ($count = 0; $count < self::WATCHES && microtime(true) < $end && ($watch = $work->watch()) !== null; $count++) {
            $this->watch($engine, $watch, $work);
        }
    }

    private function startSearch(\Exchange\Engine $engine, Watching $work): void
    {
        $search = $work->search();
        if ($search === null) {
            return;
        }
        try {
            $engine->discover($search);
        } catch (Throwable $error) {
            $work->unfound($search['id'], self::refusal($error, 'The extension does not look for this mailbox: '));
        }
    }

    /**
     * @param array<string, mixed>|int $watch
     */
    private function watch(\Exchange\Engine $engine, #[SensitiveParameter] array|int $watch, Watching $work): void
    {
        try {
            is_int($watch) ? $engine->unwatch($watch) : $engine->watch($watch);
        } catch (Throwable $error) {
            $work->unwatched(is_int($watch) ? $watch : $watch['id'], self::refusal($error, 'The extension does not watch this mailbox: '));
        }
    }

    /**
     * What is thrown is not chained and not logged as it is: its trace would carry the password.
     */
    private static function refusal(Throwable $error, string $what): Failure
    {
        return $error instanceof \Exchange\Exception ? Translation::failure($error) : new Failure('bug', $what . $error->getMessage());
    }

    private function answer(\Exchange\Engine $engine, \Exchange\Request $request, Work $work): void
    {
        $hears = $work instanceof Watching && str_starts_with($request->kind, 'watch:');
        try {
            $engine->reply($request, $hears
                ? $work->hear($request->link, $request->kind, $request->payload)
                : $work->answer($request->link, $request->kind, $request->payload));
        } catch (Throwable $error) {
            if (!$error instanceof Failure) {
                $this->logger->error('The local side of a synchronisation failed: ' . $error->getMessage(), ['exception' => $error]);
                $error = new Failure('host', 'Nextcloud could not do its part; the Nextcloud log has the details.');
            }
            $hears || $work->fail($request->link, $error);
            $engine->fail($request, $error->getMessage());
        }
    }
}
