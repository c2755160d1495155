<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Command;

use OCA\IntegrationExchange\Service\Overview;
use Psr\Log\LoggerInterface;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Output\OutputInterface;

final class Links extends Base
{
    private const COLUMNS = [
        'Id' => 'id', 'Account' => 'account', 'Kind' => 'kind', 'Folder' => 'folder', 'Collection' => 'collection',
        'Direction' => 'direction', 'Policy' => 'policy', 'State' => 'state',
    ];

    public function __construct(LoggerInterface $logger, private readonly Overview $overview)
    {
        parent::__construct($logger);
    }

    protected function configure(): void
    {
        parent::configure();
        $this->setName('exchange:links')->setDescription('List the links of all accounts');
    }

    protected function perform(InputInterface $input, OutputInterface $output): int
    {
        $none = 'There are no links; exchange:link makes one.';
        self::rows($input, $output, $this->overview->links(), self::COLUMNS, $none);
        return self::OK;
    }
}
