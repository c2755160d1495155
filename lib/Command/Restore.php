<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Command;

use OCA\IntegrationExchange\Cycle\Synchronisation;
use OCA\IntegrationExchange\Service\Restore as RestoreService;
use Psr\Log\LoggerInterface;
use Symfony\Component\Console\Input\InputArgument;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\OutputInterface;

final class Restore extends Base
{
    private const DID = [
        'created' => 'Brought back',
        'updated' => 'Put in place of what was there (which is kept as well)',
        'nothing' => 'The object is like that already',
    ];

    public function __construct(
        LoggerInterface $logger,
        private readonly RestoreService $restore,
        private readonly Synchronisation $synchronisation,
    ) {
        parent::__construct($logger);
    }

    protected function configure(): void
    {
        parent::configure();
        $this->setName('exchange:restore')
            ->setDescription('Bring back a version of exchange:history, on both sides')
            ->addArgument('version', InputArgument::REQUIRED, 'Number of the version')
            ->addOption('no-sync', null, InputOption::VALUE_NONE, 'Leave it to the next cycle to take it to Exchange');
    }

    protected function perform(InputInterface $input, OutputInterface $output): int
    {
        $id = (int)self::number($input->getArgument('version'), 'VERSION');
        $done = $this->restore->restore($id);
        $data = ['version' => $id] + $done + ['synchronised' => null, 'message' => null];
        $sentence = self::DID[$done['did']] . ": {$done['uri']} (link {$done['link']}).";
        if (!$input->getOption('no-sync')) {
            $result = $this->synchronisation->run([$done['link']])[$done['link']] ?? null;
            $data['synchronised'] = $result?->ok() ?? false;
            $data['message'] = $result?->message;
            $sentence .= $data['synchronised'] ? ' Exchange has it, too.' : " It goes to Exchange with the next cycle: {$data['message']}";
        }
        self::tell($input, $output, $data, $sentence);
        return $data['synchronised'] === false ? self::PARTLY : self::OK;
    }
}
