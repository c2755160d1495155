<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Command;

use OCA\IntegrationExchange\Service\Links as LinkService;
use Psr\Log\LoggerInterface;
use Symfony\Component\Console\Input\InputArgument;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\OutputInterface;

final class LinkSet extends Base
{
    public function __construct(LoggerInterface $logger, private readonly LinkService $links)
    {
        parent::__construct($logger);
    }

    protected function configure(): void
    {
        parent::configure();
        $this->setName('exchange:link:set')
            ->setDescription('Change the settings of a link, or show them')
            ->addArgument('link', InputArgument::REQUIRED, 'Id of the link')
            ->addOption('invitations', null, InputOption::VALUE_REQUIRED, 'Who invites to meetings: nobody, nextcloud or exchange')
            ->addOption('policy', null, InputOption::VALUE_REQUIRED, 'Who wins a conflict: exchange, nextcloud or newest')
            ->addOption('max-deletes', null, InputOption::VALUE_REQUIRED, 'How many deletions a run may make; auto: as it sees fit');
    }

    protected function perform(InputInterface $input, OutputInterface $output): int
    {
        $id = (int)self::number($input->getArgument('link'), 'LINK');
        $deletes = $input->getOption('max-deletes');
        $link = $this->links->set(
            $this->links->get($id),
            $input->getOption('invitations'),
            $input->getOption('policy'),
            $deletes === null ? false : ($deletes === 'auto' ? null : self::number($deletes, '--max-deletes')),
        );
        $data = [
            'id' => $id,
            'invitations' => $link->getInvitations(),
            'policy' => $link->getPolicy(),
            'max_deletes' => $link->getMaxDeletes(),
        ];
        $sentence = "Link $id: invitations by {$data['invitations']}, conflicts won by {$data['policy']}, deletions up to "
            . ($data['max_deletes'] ?? 'what seems right') . '.';
        self::tell($input, $output, $data, $sentence);
        return self::OK;
    }
}
