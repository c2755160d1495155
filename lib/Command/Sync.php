<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Command;

use OCA\IntegrationExchange\Cycle\Options;
use OCA\IntegrationExchange\Cycle\Result;
use OCA\IntegrationExchange\Cycle\Synchronisation;
use OCA\IntegrationExchange\Service\Selection;
use Psr\Log\LoggerInterface;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\OutputInterface;

final class Sync extends Base
{
    private const WHICH = ['link', 'account', 'user', 'all', 'due'];

    private bool $interrupted = false;

    public function __construct(
        LoggerInterface $logger,
        private readonly Synchronisation $synchronisation,
        private readonly Selection $selection,
        private readonly Debug $debug,
    ) {
        parent::__construct($logger);
    }

    protected function configure(): void
    {
        parent::configure();
        $this->setName('exchange:sync')
            ->setDescription('Synchronise links now')
            ->addOption('link', null, InputOption::VALUE_REQUIRED, 'One link, also one that was stopped')
            ->addOption('account', null, InputOption::VALUE_REQUIRED, 'The links of one account')
            ->addOption('user', null, InputOption::VALUE_REQUIRED, 'The links of one user')
            ->addOption('all', null, InputOption::VALUE_NONE, 'All links')
            ->addOption('due', null, InputOption::VALUE_NONE, 'The links that are due')
            ->addOption('full', null, InputOption::VALUE_NONE, 'Compare everything, not just what seems to have changed')
            ->addOption('max-deletes', null, InputOption::VALUE_REQUIRED, 'Allow so many deletions this time; with --link')
            ->addOption('restore', null, InputOption::VALUE_NONE, 'Bring back what is gone instead of deleting it; with --link')
            ->addOption('dry-run', null, InputOption::VALUE_NONE, 'Show what would be created, changed, matched and deleted; write nothing')
            ->addOption('seconds', null, InputOption::VALUE_REQUIRED, 'Stop after so many seconds; the next run goes on');
        Debug::option($this);
    }

    protected function perform(InputInterface $input, OutputInterface $output): int
    {
        $links = $this->links($input);
        $link = $input->getOption('link') !== null;
        $deletions = self::number($input->getOption('max-deletes'), '--max-deletes');
        if ($deletions !== null && !$link) {
            throw new Usage('--max-deletes goes with --link, so that one link at a time is decided on.');
        }
        $restore = (bool)$input->getOption('restore');
        if ($restore && !$link) {
            throw new Usage('--restore goes with --link, so that one link at a time is decided on.');
        }
        if ($links === []) {
            self::tell($input, $output, ['links' => [], 'not_started' => []], 'There is nothing to synchronise.');
            return self::OK;
        }
        $this->debug->begin($input, self::stderr($output));
        $progress = new Progress(self::stderr($output), !self::json($input), count($links));
        $options = new Options(
            $restore || $input->getOption('full'),
            insist: $link,
            deletions: $deletions,
            restoreDeleted: $restore,
            dryRun: (bool)$input->getOption('dry-run')
        );
        $results = $this->synchronisation->run($links, $options, $progress->report(...), $this->goOn($input));
        $progress->finish();
        return $this->show($input, $output, $links, $results);
    }

    /**
     * @return list<int>
     */
    private function links(InputInterface $input): array
    {
        $given = array_values(array_filter(self::WHICH, static fn (string $name): bool => (bool)$input->getOption($name)));
        if (count($given) !== 1) {
            throw new Usage('Say what to synchronise with one of --link, --account, --user, --all or --due.');
        }
        $value = $input->getOption($given[0]);
        return match ($given[0]) {
            'link' => $this->selection->link((int)self::number($value, '--link')),
            'account' => $this->selection->account((int)self::number($value, '--account')),
            'user' => $this->selection->user($value),
            'all' => $this->selection->all(),
            'due' => $this->selection->due(),
        };
    }

    /**
     * Ends in order on Ctrl-C, on SIGTERM and when the time is up.
     */
    private function goOn(InputInterface $input): \Closure
    {
        pcntl_async_signals(true);
        foreach ([SIGINT, SIGTERM] as $signal) {
            pcntl_signal($signal, function (): void {
                $this->interrupted = true;
            });
        }
        $seconds = self::number($input->getOption('seconds'), '--seconds');
        $end = $seconds === null ? INF : microtime(true) + $seconds;
        return fn (): bool => !$this->interrupted && microtime(true) < $end;
    }

    /**
     * @param list<int> $links
     * @param array<int, Result> $results
     */
    private function show(InputInterface $input, OutputInterface $output, array $links, array $results): int
    {
        $rows = array_map(static fn (Result $result): array => [
            'link' => $result->link,
            'ok' => $result->ok(),
            'error' => $result->error,
            'message' => $result->message,
        ] + ($input->getOption('dry-run') ? ['plan' => Plan::rows($result)] : [])
            + array_diff_key($result->counts, ['done' => 0, 'error' => 0, 'message' => 0]), array_values($results));
        if (self::json($input)) {
            self::writeJson($output, ['links' => $rows, 'not_started' => array_values(array_diff($links, array_keys($results)))]);
        } else {
            foreach ($rows as $row) {
                if (($row['plan'] ?? []) !== []) {
                    self::table($output, $row['plan'], Plan::COLUMNS);
                }
                $output->writeln(self::line($row), OutputInterface::OUTPUT_RAW);
            }
            if ($input->getOption('dry-run')) {
                $output->writeln('Nothing was written: this is what a cycle would do now.');
            }
        }
        $good = count(array_filter($results, static fn (Result $result): bool => $result->ok()));
        return match (true) {
            $good === count($links) => self::OK,
            $good === 0 => self::FAILED,
            default => self::PARTLY,
        };
    }

    /**
     * @param array<string, mixed> $row
     */
    private static function line(array $row): string
    {
        $line = sprintf(
            'Link %d: Nextcloud +%d ~%d −%d, Exchange +%d ~%d −%d, %d conflicts, %d set aside, %d losses, %d calls',
            $row['link'],
            ...array_map(static fn (string $name): int => (int)($row[$name] ?? 0), [
                'local_created', 'local_updated', 'local_deleted', 'remote_created', 'remote_updated', 'remote_deleted',
                'conflicts', 'set_aside', 'losses', 'calls',
            ])
        );
        return $row['ok'] ? $line : ($row['calls'] ?? 0 ? "$line. " : "Link {$row['link']}: ") . $row['message'];
    }
}
