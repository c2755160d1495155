<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Command;

use OCA\IntegrationExchange\Service\Accounts;
use OCA\IntegrationExchange\Service\Links as LinkService;
use Psr\Log\LoggerInterface;
use Symfony\Component\Console\Input\InputArgument;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\OutputInterface;

final class Link extends Base
{
    public function __construct(
        LoggerInterface $logger,
        private readonly Accounts $accounts,
        private readonly LinkService $links,
    ) {
        parent::__construct($logger);
    }

    protected function configure(): void
    {
        parent::configure();
        $this->setName('exchange:link')
            ->setDescription('Link a folder of a mailbox with a calendar, task list or address book')
            ->addArgument('account', InputArgument::REQUIRED, 'Id of the account')
            ->addArgument('folder', InputArgument::REQUIRED, 'Folder: its path (Calendar/Team), name or id')
            ->addOption('collection', null, InputOption::VALUE_REQUIRED, 'Name of the collection; the folder’s name if not given')
            ->addOption('create', null, InputOption::VALUE_NONE, 'Make the collection');
    }

    protected function perform(InputInterface $input, OutputInterface $output): int
    {
        $account = $this->accounts->get((int)self::number($input->getArgument('account'), 'ACCOUNT'));
        $folder = $this->links->choose($this->accounts->folders($account), $input->getArgument('folder'));
        $link = $this->links->link($account, $folder, $input->getOption('collection'), (bool)$input->getOption('create'));
        $data = [
            'id' => $link->getId(),
            'kind' => $link->getKind(),
            'folder' => $link->getFolderName(),
            'collection' => $link->getCollectionName(),
        ];
        $sentence = "Link {$data['id']}: folder “{$data['folder']}” and collection “{$data['collection']}” ({$data['kind']}s).";
        self::tell($input, $output, $data, $sentence);
        return self::OK;
    }
}
