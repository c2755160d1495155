<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Command;

use OCA\IntegrationExchange\Service\Accounts;
use Psr\Log\LoggerInterface;
use Symfony\Component\Console\Input\InputArgument;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\OutputInterface;

final class Folders extends Base
{
    private const COLUMNS = [
        'Kind' => 'kind',
        'Folder' => 'path',
        'Items' => 'count',
        'Default' => 'default',
        'Writable' => 'writable',
    ];

    public function __construct(LoggerInterface $logger, private readonly Accounts $accounts)
    {
        parent::__construct($logger);
    }

    protected function configure(): void
    {
        parent::configure();
        $this->setName('exchange:folders')
            ->setDescription('List the folders of a mailbox that can be linked')
            ->addArgument('account', InputArgument::REQUIRED, 'Id of the account')
            ->addOption('mailbox', null, InputOption::VALUE_REQUIRED, 'E-mail address of another mailbox: what it shares with this one')
            ->addOption('public', null, InputOption::VALUE_NONE, 'The public folders');
    }

    protected function perform(InputInterface $input, OutputInterface $output): int
    {
        $account = $this->accounts->get((int)self::number($input->getArgument('account'), 'ACCOUNT'));
        $of = self::place($input);
        $folders = array_map(
            static fn (array $folder): array => ['path' => implode('/', $folder['path'])] + $folder,
            $this->accounts->folders($account, $of)
        );
        self::rows($input, $output, $folders, self::COLUMNS, 'There is no calendar, contacts or tasks folder here.');
        return self::OK;
    }
}
