<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Command;

use OCA\IntegrationExchange\Journal\History as Versions;
use OCA\IntegrationExchange\Service\Difference;
use OCA\IntegrationExchange\Service\Restore as RestoreService;
use OCA\IntegrationExchange\Service\Selection;
use Psr\Log\LoggerInterface;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\OutputInterface;

final class History extends Base
{
    private const COLUMNS = [
        'Version' => 'id', 'Link' => 'link', 'When' => 'when', 'Lost in' => 'side', 'Cause' => 'cause', 'Title' => 'title',
        'Object' => 'uri', 'Reason' => 'reason',
    ];

    public function __construct(
        LoggerInterface $logger,
        private readonly Versions $history,
        private readonly RestoreService $restore,
        private readonly Selection $selection,
    ) {
        parent::__construct($logger);
    }

    protected function configure(): void
    {
        parent::configure();
        $this->setName('exchange:history')
            ->setDescription('List versions that were overwritten, deleted or lost a conflict, or show one')
            ->addOption('link', null, InputOption::VALUE_REQUIRED, 'Of one link')
            ->addOption('user', null, InputOption::VALUE_REQUIRED, 'Of the links of one user')
            ->addOption('object', null, InputOption::VALUE_REQUIRED, 'Of one object, by its name in the collection')
            ->addOption('limit', null, InputOption::VALUE_REQUIRED, 'So many, the newest first', '50')
            ->addOption('show', null, InputOption::VALUE_REQUIRED, 'Print the text of this version')
            ->addOption('diff', null, InputOption::VALUE_NONE, 'With --show: how the object now (+) differs from that version (-)');
    }

    protected function perform(InputInterface $input, OutputInterface $output): int
    {
        $id = self::number($input->getOption('show'), '--show');
        if ($id !== null) {
            return $this->show($input, $output, $id);
        }
        if ($input->getOption('diff')) {
            throw new Usage('--diff goes with --show.');
        }
        $limit = max(1, (int)self::number($input->getOption('limit'), '--limit'));
        $rows = array_map(
            static fn (array $version): array => ['when' => gmdate('Y-m-d\TH:i:s\Z', $version['at'])] + $version,
            $this->history->list($this->links($input), $input->getOption('object'), $limit)
        );
        self::rows($input, $output, $rows, self::COLUMNS, 'No versions are kept.');
        return self::OK;
    }

    /**
     * @return list<int>
     */
    private function links(InputInterface $input): array
    {
        $link = self::number($input->getOption('link'), '--link');
        $user = $input->getOption('user');
        return match (true) {
            $link !== null => $this->selection->link($link),
            $user !== null => $this->selection->user($user),
            default => $this->selection->all(),
        };
    }

    private function show(InputInterface $input, OutputInterface $output, int $id): int
    {
        $version = $this->restore->version($id);
        $data = ['when' => gmdate('Y-m-d\TH:i:s\Z', $version['at'])] + $version;
        if (!$input->getOption('diff')) {
            self::tell($input, $output, $data, rtrim($version['text']));
            return self::OK;
        }
        $now = $this->restore->now($version);
        $difference = Difference::of($version['text'], (string)$now);
        $data += ['now' => $now, 'difference' => $difference];
        $end = $now === null ? ["\nThe object is gone; exchange:restore $id brings it back."] : [];
        self::tell($input, $output, $data, implode("\n", [...$difference, ...$end]));
        return self::OK;
    }
}
