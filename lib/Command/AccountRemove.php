<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Command;

use OCA\IntegrationExchange\Service\Accounts;
use Psr\Log\LoggerInterface;
use Symfony\Component\Console\Input\InputArgument;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Output\OutputInterface;

final class AccountRemove extends Base
{
    public function __construct(LoggerInterface $logger, private readonly Accounts $accounts)
    {
        parent::__construct($logger);
    }

    protected function configure(): void
    {
        parent::configure();
        $this->setName('exchange:account:remove')
            ->setDescription('Remove an account with its password and links; what was synchronised stays on both sides')
            ->addArgument('account', InputArgument::REQUIRED, 'Id of the account');
    }

    protected function perform(InputInterface $input, OutputInterface $output): int
    {
        $id = (int)self::number($input->getArgument('account'), 'ACCOUNT');
        $this->accounts->remove($this->accounts->get($id));
        self::tell($input, $output, ['id' => $id], "Account $id is removed.");
        return self::OK;
    }
}
