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

final class Unlink extends Base
{
    public function __construct(LoggerInterface $logger, private readonly LinkService $links, private readonly Accounts $accounts)
    {
        parent::__construct($logger);
    }

    protected function configure(): void
    {
        parent::configure();
        $this->setName('exchange:unlink')
            ->setDescription('Remove a link; what was synchronised stays on both sides')
            ->addArgument('link', InputArgument::REQUIRED, 'Id of the link')
            ->addOption('remove', null, InputOption::VALUE_NONE, 'Also remove from Nextcloud what is in step; Exchange keeps it');
    }

    protected function perform(InputInterface $input, OutputInterface $output): int
    {
        $id = (int)self::number($input->getArgument('link'), 'LINK');
        $link = $this->links->get($id);
        $input->getOption('remove')
            ? $this->links->withdraw($link, $this->accounts->get($link->getAccountId())->getUserId())
            : $this->links->unlink($link);
        self::tell($input, $output, ['id' => $id], "Link $id is removed.");
        return self::OK;
    }
}
