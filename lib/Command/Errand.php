<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Command;

use OCA\IntegrationExchange\Cycle\Handover;
use OCA\IntegrationExchange\Failure;
use OCA\IntegrationExchange\Native\Extension;
use OCA\IntegrationExchange\Native\Log;
use OCA\IntegrationExchange\Native\Mailboxes;
use Psr\Log\LoggerInterface;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Output\OutputInterface;

/**
 * Does what a PHP without the extension hands over (Native\Elsewhere). The first line of standard input says what, as JSON:
 * `{"ask": "check" | "discover" | "folders" | …, "mailbox": {…}, "with": {…}}` or `{"synchronise": […], "options": {…}}`. Each line of
 * the output is `{"report": …}`, `{"trace": …}` and, at last, `{"answer": …}` or `{"failure": …}`. It comes to an end when its
 * input ends.
 */
final class Errand extends Base
{
    public function __construct(
        LoggerInterface $logger,
        private readonly Extension $extension,
        private readonly Mailboxes $mailboxes,
        private readonly Handover $handover,
        private readonly Log $log,
    ) {
        parent::__construct($logger);
    }

    protected function configure(): void
    {
        parent::configure();
        $this->setName('exchange:errand')
            ->setDescription('For the app itself: does what a PHP without the extension hands over')
            ->setHidden(true);
    }

    protected function perform(InputInterface $input, OutputInterface $output): int
    {
        $errand = json_decode((string)fgets(STDIN), true);
        if (!is_array($errand)) {
            throw new Usage('This command is for the app itself; it reads what to do from standard input.');
        }
        if ($errand['traced'] ?? false) {
            $this->log->trace(static fn (string $message) => self::writeJson($output, ['trace' => $message]));
        }
        try {
            // Handing it on once more would never end.
            $this->extension->need();
            self::writeJson($output, ['answer' => $this->answer($errand, $output)]);
            return self::OK;
        } catch (Failure $failure) {
            self::writeJson($output, ['failure' => [
                'kind' => $failure->kind, 'message' => $failure->getMessage(), 'retry_after' => $failure->retryAfter,
            ]]);
            return self::FAILED;
        }
    }

    /**
     * @param array<string, mixed> $errand
     * @return array<mixed>
     */
    private function answer(#[\SensitiveParameter] array $errand, OutputInterface $output): array
    {
        return isset($errand['ask']) ? $this->mailboxes->run($errand) : $this->handover->take(
            $errand,
            static fn (array $report) => self::writeJson($output, ['report' => $report]),
            self::untilInputEnds()
        );
    }

    /**
     * Ctrl-C reaches every process of a terminal; it is the one that handed over that decides.
     */
    private static function untilInputEnds(): \Closure
    {
        $terminated = false;
        if (function_exists('pcntl_signal')) {
            pcntl_async_signals(true);
            pcntl_signal(SIGINT, SIG_IGN);
            pcntl_signal(SIGTERM, static function () use (&$terminated): void {
                $terminated = true;
            });
        }
        stream_set_blocking(STDIN, false);
        return static function () use (&$terminated): bool {
            fread(STDIN, 1024);
            return !$terminated && !feof(STDIN);
        };
    }
}
