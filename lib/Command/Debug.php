<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Command;

use OCA\IntegrationExchange\Native\Log;
use Symfony\Component\Console\Command\Command;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\OutputInterface;

/**
 * The option that shows the conversation with Exchange on stderr, in a form that may be shown to others.
 */
final class Debug
{
    public function __construct(private readonly Log $log)
    {
    }

    public static function option(Command $command): void
    {
        $command->addOption('debug', null, InputOption::VALUE_NONE, 'Show the conversation with Exchange, without what is in it');
    }

    public function begin(InputInterface $input, OutputInterface $output): void
    {
        if ($input->getOption('debug')) {
            $this->log->trace(static function (string $message) use ($output): void {
                $output->writeln($message, OutputInterface::OUTPUT_RAW);
            });
        }
    }
}
