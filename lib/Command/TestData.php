<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Command;

use OCA\IntegrationExchange\Db\Link as LinkRow;
use OCA\IntegrationExchange\Service\Accounts;
use OCA\IntegrationExchange\Service\TestData as Data;
use Psr\Log\LoggerInterface;
use Symfony\Component\Console\Input\InputArgument;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\OutputInterface;

final class TestData extends Base
{
    public function __construct(LoggerInterface $logger, private readonly Accounts $accounts, private readonly Data $data)
    {
        parent::__construct($logger);
    }

    protected function configure(): void
    {
        parent::configure();
        $this->setName('exchange:test-data')
            ->setDescription('Create a calendar, a task list and an address book to try an account with, on both sides, or delete them')
            ->addArgument('account', InputArgument::REQUIRED, 'Id of the account')
            ->addOption('delete', null, InputOption::VALUE_NONE, 'Delete them from both sides');
    }

    protected function perform(InputInterface $input, OutputInterface $output): int
    {
        $account = $this->accounts->get((int)self::number($input->getArgument('account'), 'ACCOUNT'));
        if ($input->getOption('delete')) {
            $had = $this->data->exists($account);
            $this->data->delete($account);
            $sentence = $had ? 'The test data is deleted from both sides.' : 'There is no test data.';
            self::tell($input, $output, ['account' => $account->getId(), 'links' => []], $sentence);
            return self::OK;
        }
        $links = array_map(static fn (LinkRow $link): int => $link->getId(), $this->data->create($account));
        $sentence = 'The test data is created and being synchronised: links ' . implode(', ', $links) . '.';
        self::tell($input, $output, ['account' => $account->getId(), 'links' => $links], $sentence);
        return self::OK;
    }
}
