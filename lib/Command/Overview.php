<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Command;

use OCA\IntegrationExchange\Db\Inventory;
use OCA\IntegrationExchange\Service\Register;
use Psr\Log\LoggerInterface;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\OutputInterface;

final class Overview extends Base
{
    protected const FORMATS = ['plain', 'json', 'csv'];
    private const COLUMNS = [
        'User' => 'user', 'Address' => 'address', 'Link' => 'link', 'Folder' => 'folder', 'State' => 'state',
        'Last success' => 'last_success',
        'In step' => 'in_step', 'Set aside' => 'set_aside', 'Failures' => 'failures', 'Next run' => 'next_run', 'Calls' => 'calls',
        'Message' => 'message',
    ];

    public function __construct(LoggerInterface $logger, private readonly Register $register)
    {
        parent::__construct($logger);
    }

    protected function configure(): void
    {
        parent::configure();
        $this->setName('exchange:overview')
            ->setDescription('List all accounts with their links and how they stand; with --output=csv all of them for a spreadsheet')
            ->addOption('search', null, InputOption::VALUE_REQUIRED, 'Text in the user, address, server, folder or collection', '')
            ->addOption('state', null, InputOption::VALUE_REQUIRED, 'One of ' . implode(', ', Inventory::STATES), '')
            ->addOption('limit', null, InputOption::VALUE_REQUIRED, 'How many at most; up to ' . Register::MOST, '100')
            ->addOption('offset', null, InputOption::VALUE_REQUIRED, 'How many to leave out before', '0');
    }

    protected function perform(InputInterface $input, OutputInterface $output): int
    {
        $text = (string)$input->getOption('search');
        $state = (string)$input->getOption('state');
        if ($input->getOption('output') === 'csv') {
            foreach ($this->register->csv($text, $state) as $line) {
                $output->write($line, false, OutputInterface::OUTPUT_RAW);
            }
            return self::OK;
        }
        $limit = (int)self::number($input->getOption('limit'), '--limit');
        $offset = (int)self::number($input->getOption('offset'), '--offset');
        $page = $this->register->page($text, $state, $offset, $limit);
        if (self::json($input)) {
            self::writeJson($output, $page);
        } else {
            self::rows($input, $output, $page['rows'], self::COLUMNS, 'There are none.');
            $output->writeln(count($page['rows']) . ' of ' . $page['total'] . '; ' . implode(', ', array_map(
                static fn (string $state, int $count): string => "$count $state",
                array_keys($page['states']),
                $page['states']
            )) . '.');
        }
        return self::OK;
    }
}
