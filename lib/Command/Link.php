<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Command;

use OCA\IntegrationExchange\Cycle\Options;
use OCA\IntegrationExchange\Cycle\Synchronisation;
use OCA\IntegrationExchange\Db\Link as LinkRow;
use OCA\IntegrationExchange\Failure;
use OCA\IntegrationExchange\Service\Accounts;
use OCA\IntegrationExchange\Service\Links as LinkService;
use Psr\Log\LoggerInterface;
use Symfony\Component\Console\Helper\QuestionHelper;
use Symfony\Component\Console\Input\InputArgument;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\OutputInterface;
use Symfony\Component\Console\Question\ConfirmationQuestion;
use Throwable;

final class Link extends Base
{
    public function __construct(
        LoggerInterface $logger,
        private readonly Accounts $accounts,
        private readonly LinkService $links,
        private readonly Synchronisation $synchronisation,
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
            ->addOption('mailbox', null, InputOption::VALUE_REQUIRED, 'E-mail address of another mailbox that shares the folder')
            ->addOption('public', null, InputOption::VALUE_NONE, 'A public folder')
            ->addOption('collection', null, InputOption::VALUE_REQUIRED, 'Name of the collection; the folder’s name if not given')
            ->addOption('create', null, InputOption::VALUE_NONE, 'Make the collection')
            ->addOption('yes', null, InputOption::VALUE_NONE, 'Do not ask where both sides hold items already');
    }

    protected function perform(InputInterface $input, OutputInterface $output): int
    {
        $account = $this->accounts->get((int)self::number($input->getArgument('account'), 'ACCOUNT'));
        $folders = $this->accounts->folders($account, self::place($input));
        $folder = $this->links->choose($folders, $input->getArgument('folder'));
        $link = $this->links->link($account, $folder, $input->getOption('collection'), (bool)$input->getOption('create'), held: true);
        $plan = null;
        if ($this->links->isFilled($link) && $folder['count'] !== 0) {
            $plan = $this->rehearse($link);
            if (!$this->confirmed($input, $output, $plan)) {
                $this->links->unlink($link);
                return $this->refuse($input, $output, $plan);
            }
        }
        $this->links->release($link);
        $this->tellLink($input, $output, $link, $plan);
        return self::OK;
    }

    /**
     * @return list<array<string, mixed>> what the first cycle would do
     */
    private function rehearse(LinkRow $link): array
    {
        try {
            $options = new Options(insist: true, dryRun: true);
            $result = $this->synchronisation->run([$link->getId()], $options)[$link->getId()];
            return $result->ok() ? Plan::rows($result) : throw new Failure((string)$result->error, (string)$result->message);
        } catch (Throwable $error) {
            $this->links->unlink($link);
            throw $error;
        }
    }

    /**
     * @param list<array<string, mixed>> $plan
     */
    private function confirmed(InputInterface $input, OutputInterface $output, array $plan): bool
    {
        if (!self::json($input)) {
            $output->writeln('Both sides hold items already. The first cycle would do this:');
            $plan === [] ? $output->writeln('Nothing.') : self::table($output, $plan, Plan::COLUMNS);
        }
        if ($input->getOption('yes') || !$input->isInteractive() || self::json($input)) {
            return (bool)$input->getOption('yes');
        }
        return (bool)(new QuestionHelper())->ask($input, self::stderr($output), new ConfirmationQuestion('Link them? [y/N] ', false));
    }

    /**
     * @param list<array<string, mixed>> $plan
     */
    private function refuse(InputInterface $input, OutputInterface $output, array $plan): int
    {
        $message = 'Nothing was linked and nothing was written. --yes links them.';
        self::json($input)
            ? self::writeJson($output, ['error' => 'unconfirmed', 'message' => $message, 'plan' => $plan])
            : self::stderr($output)->writeln($message);
        return self::FAILED;
    }

    /**
     * @param list<array<string, mixed>>|null $plan
     */
    private function tellLink(InputInterface $input, OutputInterface $output, LinkRow $link, ?array $plan): void
    {
        $data = [
            'id' => $link->getId(),
            'kind' => $link->getKind(),
            'folder' => $link->getFolderName(),
            'collection' => $link->getCollectionName(),
            'direction' => $this->links->settings($link)['direction'],
            'direction_reason' => $link->getDirectionReason(),
        ] + ($plan === null ? [] : ['plan' => $plan]);
        $sentence = "Link {$data['id']}: folder “{$data['folder']}” and collection “{$data['collection']}” ({$data['kind']}s)."
            . ($data['direction_reason'] === null ? '' : " {$data['direction_reason']}");
        self::tell($input, $output, $data, $sentence);
    }
}
