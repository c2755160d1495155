<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Command;

use OCA\IntegrationExchange\Failure;
use OCA\IntegrationExchange\Service\Decision;
use OCA\IntegrationExchange\Service\Links as LinkService;
use Psr\Log\LoggerInterface;
use Symfony\Component\Console\Input\InputArgument;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\OutputInterface;

final class Approve extends Base
{
    public function __construct(LoggerInterface $logger, private readonly LinkService $links, private readonly Decision $decision)
    {
        parent::__construct($logger);
    }

    protected function configure(): void
    {
        parent::configure();
        $this->setName('exchange:approve')
            ->setDescription('Go on with a link that its brake stopped')
            ->addArgument('link', InputArgument::REQUIRED, 'Id of the link')
            ->addOption('restore', null, InputOption::VALUE_NONE, 'Bring back what is gone, in place of deleting it on the other side');
    }

    protected function perform(InputInterface $input, OutputInterface $output): int
    {
        $link = $this->links->get((int)self::number($input->getArgument('link'), 'LINK'));
        $result = $this->decision->approve($link, (bool)$input->getOption('restore'));
        if ($result === null || !$result->ok()) {
            throw new Failure($result?->error ?? 'stopped', $result?->message ?? 'Stopped before it began; run it again.');
        }
        $done = array_intersect_key($result->counts, array_flip([
            'local_created', 'local_updated', 'local_deleted', 'remote_created', 'remote_updated', 'remote_deleted',
        ]));
        $sentence = $input->getOption('restore')
            ? sprintf('Brought back: %d in Nextcloud, %d in Exchange.', $done['local_created'] ?? 0, $done['remote_created'] ?? 0)
            : sprintf('Deleted: %d in Nextcloud, %d in Exchange.', $done['local_deleted'] ?? 0, $done['remote_deleted'] ?? 0);
        self::tell($input, $output, ['link' => $link->getId()] + $done, "Link {$link->getId()} goes on. $sentence");
        return self::OK;
    }
}
