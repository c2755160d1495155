<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Command;

use OCA\IntegrationExchange\Service\Accounts;
use Psr\Log\LoggerInterface;
use Symfony\Component\Console\Input\InputArgument;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\OutputInterface;

final class AccountSet extends Base
{
    public function __construct(LoggerInterface $logger, private readonly Accounts $accounts)
    {
        parent::__construct($logger);
    }

    protected function configure(): void
    {
        parent::configure();
        $this->setName('exchange:account:set')
            ->setDescription('Change how an account is synchronised')
            ->addArgument('account', InputArgument::REQUIRED, 'Id of the account')
            ->addOption('passive', null, InputOption::VALUE_REQUIRED, 'Whether background jobs do it in active mode, too: yes or no');
    }

    protected function perform(InputInterface $input, OutputInterface $output): int
    {
        $account = $this->accounts->get((int)self::number($input->getArgument('account'), 'ACCOUNT'));
        $passive = $input->getOption('passive');
        if (!in_array($passive, ['yes', 'no'], true)) {
            throw new Usage('--passive takes yes or no.');
        }
        $account = $this->accounts->setPassive($account, $passive === 'yes');
        self::tell($input, $output, ['id' => $account->getId(), 'passive' => $passive === 'yes'], $passive === 'yes'
            ? "Background jobs synchronise account {$account->getId()}, whatever the mode is."
            : "In active mode a worker synchronises account {$account->getId()}.");
        return self::OK;
    }
}
