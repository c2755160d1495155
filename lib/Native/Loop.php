<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Native;

use OCA\IntegrationExchange\Cycle\Run;
use OCA\IntegrationExchange\Failure;
use Psr\Log\LoggerInterface;
use Throwable;

/**
 * The loop of docs/architecture.md: the engine says what to do next, PHP does it.
 */
final class Loop
{
    /** Milliseconds after which the engine lets PHP look after its own affairs. */
    private const SLICE = 500;

    public function __construct(
        private readonly Access $access,
        private readonly Log $log,
        private readonly LoggerInterface $logger,
    ) {
    }

    /**
     * @throws Failure where the extension cannot be used
     */
    public function run(Run $run): void
    {
        $this->access->need();
        $engine = new \Exchange\Engine(['concurrency' => $run->concurrency()]);
        try {
            $this->start($engine, $run);
            while (($request = $engine->next(self::SLICE)) !== null) {
                if (!$run->goesOn()) {
                    $engine->stop();
                    break;
                }
                if ($request->kind === 'idle' || $this->log->isTraced()) {
                    $this->log->drain();
                }
                if ($request->kind === 'idle') {
                    continue;
                }
                $this->answer($engine, $request, $run);
                $this->start($engine, $run);
            }
        } finally {
            $engine->stop();
            $this->log->drain();
        }
    }

    private function start(\Exchange\Engine $engine, Run $run): void
    {
        while (($link = $run->next()) !== null) {
            try {
                $engine->sync($link);
            } catch (\Exchange\Exception $error) {
                $run->end($link['id'], Translation::failure($error));
            } catch (Throwable $error) {
                // Not chained and not logged as it is: its trace would carry the password.
                $run->end($link['id'], new Failure('bug', 'The extension refuses this link: ' . $error->getMessage()));
            }
        }
    }

    private function answer(\Exchange\Engine $engine, \Exchange\Request $request, Run $run): void
    {
        try {
            $engine->reply($request, $run->answer($request->link, $request->kind, $request->payload));
        } catch (Failure $failure) {
            $run->fail($request->link, $failure);
            $engine->fail($request, $failure->getMessage());
        } catch (Throwable $error) {
            $this->logger->error('The local side of a synchronisation failed: ' . $error->getMessage(), ['exception' => $error]);
            $failure = new Failure('host', 'Nextcloud could not do its part; the Nextcloud log has the details.');
            $run->fail($request->link, $failure);
            $engine->fail($request, $failure->getMessage());
        }
    }
}
