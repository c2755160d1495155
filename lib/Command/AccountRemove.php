<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Command;

use OCA\IntegrationExchange\Service\Accounts;
use OCA\IntegrationExchange\Service\Disconnection;
use Psr\Log\LoggerInterface;
use Symfony\Component\Console\Input\InputArgument;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\OutputInterface;

final class AccountRemove extends Base
{
    public function __construct(LoggerInterface $logger, private readonly Accounts $accounts, private readonly Disconnection $disconnection)
    {
        parent::__construct($logger);
    }

    protected function configure(): void
    {
        parent::configure();
        $this->setName('exchange:account:remove')
            ->setDescription('Remove an account with its password, links and test data; what was synchronised stays on both sides')
            ->addArgument('account', InputArgument::REQUIRED, 'Id of the account')
            ->addOption('remove', null, InputOption::VALUE_NONE, 'Also remove from Nextcloud what is in step; Exchange keeps it');
    }

    protected function perform(InputInterface $input, OutputInterface $output): int
    {
        $id = (int)self::number($input->getArgument('account'), 'ACCOUNT');
        $this->disconnection->of($this->accounts->get($id), $input->getOption('remove'));
        self::tell($input, $output, ['id' => $id], "Account $id is removed.");
        return self::OK;
    }
}
