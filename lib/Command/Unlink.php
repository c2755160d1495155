<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Command;

use OCA\IntegrationExchange\Service\Links as LinkService;
use Psr\Log\LoggerInterface;
use Symfony\Component\Console\Input\InputArgument;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Output\OutputInterface;

final class Unlink extends Base
{
    public function __construct(LoggerInterface $logger, private readonly LinkService $links)
    {
        parent::__construct($logger);
    }

    protected function configure(): void
    {
        parent::configure();
        $this->setName('exchange:unlink')
            ->setDescription('Remove a link; what was synchronised stays on both sides')
            ->addArgument('link', InputArgument::REQUIRED, 'Id of the link');
    }

    protected function perform(InputInterface $input, OutputInterface $output): int
    {
        $id = (int)self::number($input->getArgument('link'), 'LINK');
        $this->links->unlink($this->links->get($id));
        self::tell($input, $output, ['id' => $id], "Link $id is removed.");
        return self::OK;
    }
}
