<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Command;

use Closure;
use OCA\IntegrationExchange\Failure;
use OCA\IntegrationExchange\Native\Access;
use OCA\IntegrationExchange\Native\Way;
use OCA\IntegrationExchange\Worker\CommandLine;
use OCA\IntegrationExchange\Worker\Crew;
use OCA\IntegrationExchange\Worker\Ending;
use OCA\IntegrationExchange\Worker\Worker as WorkerItself;
use OCP\IDBConnection;
use Psr\Log\LoggerInterface;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\OutputInterface;

final class Worker extends Base
{
    private const MOST = 64;

    public function __construct(
        LoggerInterface $logger,
        private readonly WorkerItself $worker,
        private readonly Crew $crew,
        private readonly CommandLine $commandLine,
        private readonly Access $access,
        private readonly IDBConnection $db,
    ) {
        parent::__construct($logger);
    }

    protected function configure(): void
    {
        parent::configure();
        $this->setName('exchange:worker')
            ->setDescription('Active mode: watch all mailboxes and synchronise changes at once, until it is stopped')
            ->addOption('processes', null, InputOption::VALUE_REQUIRED, 'How many workers share the accounts on this host', '1')
            ->addOption('child', null, InputOption::VALUE_NONE, 'For the app itself: one of several, ends when its input does');
    }

    protected function perform(InputInterface $input, OutputInterface $output): int
    {
        $processes = (int)self::number($input->getOption('processes'), '--processes');
        if ($processes < 1 || $processes > self::MOST) {
            throw new Usage('--processes takes a number from 1 to ' . self::MOST . '.');
        }
        if (!function_exists('pcntl_signal')) {
            throw new Failure('configuration', 'A worker needs the PHP extension “pcntl”, which PHP for the command line usually has.');
        }
        ini_set('memory_limit', '-1');
        set_time_limit(0);
        $child = (bool)$input->getOption('child');
        $options = $child ? ['--child'] : ["--processes=$processes"];
        if ($this->access->way() === Way::Elsewhere) {
            $this->renew($options);
        }
        $tell = self::teller($input, $output);
        $ending = $processes > 1
            ? $this->crew->run($this->commandLine->with('--child'), $processes, self::LATER, $tell)
            : $this->worker->run($child, $tell);
        if ($ending?->goesOn()) {
            $this->renew($options);
        }
        return $ending === Ending::Told ? self::OK : self::LATER;
    }

    /**
     * Goes on as a new process, where that is possible; a connection that stays open would be left behind.
     *
     * @param list<string> $options
     */
    private function renew(array $options): void
    {
        $this->db->close();
        CommandLine::become($this->commandLine->with(...$options));
    }

    /**
     * @return Closure(string): void
     */
    private static function teller(InputInterface $input, OutputInterface $output): Closure
    {
        $pid = (int)getmypid();
        return static function (string $sentence) use ($input, $output, $pid): void {
            self::tell($input, $output, ['pid' => $pid, 'message' => $sentence], "[$pid] $sentence");
        };
    }
}
