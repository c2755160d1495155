<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Command;

use OCA\IntegrationExchange\Service\Overview;
use Psr\Log\LoggerInterface;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Output\OutputInterface;

final class AccountList extends Base
{
    private const COLUMNS = [
        'Id' => 'id', 'User' => 'user', 'Address' => 'address', 'Server' => 'server', 'State' => 'state', 'Message' => 'message',
    ];

    public function __construct(LoggerInterface $logger, private readonly Overview $overview)
    {
        parent::__construct($logger);
    }

    protected function configure(): void
    {
        parent::configure();
        $this->setName('exchange:account:list')->setDescription('List the accounts of all users');
    }

    protected function perform(InputInterface $input, OutputInterface $output): int
    {
        $none = 'There are no accounts; exchange:account:add makes one.';
        self::rows($input, $output, $this->overview->accounts(), self::COLUMNS, $none);
        return self::OK;
    }
}
