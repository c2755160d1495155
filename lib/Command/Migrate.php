<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Command;

use OCA\IntegrationExchange\Cycle\Options;
use OCA\IntegrationExchange\Cycle\Result;
use OCA\IntegrationExchange\Cycle\Synchronisation;
use OCA\IntegrationExchange\Failure;
use OCA\IntegrationExchange\Predecessor\Takeover;
use OCA\IntegrationExchange\Service\Links as LinkService;
use Psr\Log\LoggerInterface;
use Symfony\Component\Console\Helper\QuestionHelper;
use Symfony\Component\Console\Input\InputArgument;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\OutputInterface;
use Symfony\Component\Console\Question\ConfirmationQuestion;
use Throwable;

final class Migrate extends Base
{
    private const COLUMNS = [
        'Kind' => 'kind', 'Folder' => 'folder', 'Collection' => 'collection', 'Link' => 'link', 'Pairs' => 'pairs', 'Message' => 'message',
    ];

    public function __construct(
        LoggerInterface $logger,
        private readonly Takeover $takeover,
        private readonly LinkService $links,
        private readonly Synchronisation $synchronisation,
    ) {
        parent::__construct($logger);
    }

    protected function configure(): void
    {
        parent::configure();
        $this->setName('exchange:migrate')
            ->setDescription('Take over a user’s account, links and pairs from the app integration_ews, which must be disabled')
            ->addArgument('uid', InputArgument::REQUIRED, 'Id of the Nextcloud user')
            ->addOption('address', null, InputOption::VALUE_REQUIRED, 'E-mail address of the mailbox, where integration_ews has none')
            ->addOption('yes', null, InputOption::VALUE_NONE, 'Do not ask')
            ->addOption('no-sync', null, InputOption::VALUE_NONE, 'Leave the first synchronisation to the background job');
    }

    protected function perform(InputInterface $input, OutputInterface $output): int
    {
        $userId = $input->getArgument('uid');
        $this->takeover->mustBeSilent($userId);
        $account = $this->takeover->account($userId, $input->getOption('address'));
        $taken = $this->takeover->links($account);
        $ids = array_values(array_filter(array_column($taken, 'link')));
        try {
            $plans = array_map(Plan::rows(...), $this->synchronise($ids, dryRun: true));
            $agreed = $ids === [] || $this->confirmed($input, $output, $taken, $plans);
        } catch (Throwable $error) {
            $this->undo($ids);
            throw $error;
        }
        if (!$agreed) {
            $this->undo($ids);
            return $this->refuse($input, $output, $taken, $plans);
        }
        foreach ($ids as $id) {
            $this->links->release($this->links->get($id));
        }
        $results = $input->getOption('no-sync') ? [] : $this->synchronise($ids, dryRun: false, mayFail: true);
        return $this->show($input, $output, $account->getId(), $taken, $results);
    }

    /**
     * @param list<int> $ids
     * @return array<int, Result>
     */
    private function synchronise(array $ids, bool $dryRun, bool $mayFail = false): array
    {
        $results = $ids === [] ? [] : $this->synchronisation->run($ids, new Options(insist: $dryRun, dryRun: $dryRun));
        foreach ($mayFail ? [] : $results as $result) {
            if (!$result->ok()) {
                throw new Failure((string)$result->error, (string)$result->message);
            }
        }
        return $results;
    }

    /**
     * @param list<int> $ids
     */
    private function undo(array $ids): void
    {
        foreach ($ids as $id) {
            $this->links->unlink($this->links->get($id));
        }
    }

    /**
     * @param list<array<string, mixed>> $taken
     * @param array<int, list<array<string, mixed>>> $plans
     */
    private function confirmed(InputInterface $input, OutputInterface $output, array $taken, array $plans): bool
    {
        if (!self::json($input)) {
            self::table($output, $taken, self::COLUMNS);
            foreach ($plans as $id => $plan) {
                $output->writeln("The first synchronisation of link $id would do this:");
                $plan === [] ? $output->writeln('Nothing.') : self::table($output, $plan, Plan::COLUMNS);
            }
        }
        if ($input->getOption('yes') || !$input->isInteractive() || self::json($input)) {
            return (bool)$input->getOption('yes');
        }
        return (bool)(new QuestionHelper())->ask($input, self::stderr($output), new ConfirmationQuestion('Go on? [y/N] ', false));
    }

    /**
     * @param list<array<string, mixed>> $taken
     * @param array<int, list<array<string, mixed>>> $plans
     */
    private function refuse(InputInterface $input, OutputInterface $output, array $taken, array $plans): int
    {
        $message = 'Nothing was linked and nothing was written. --yes takes it over.';
        self::json($input)
            ? self::writeJson($output, [
                'error' => 'unconfirmed', 'message' => $message, 'links' => $taken, 'plan' => array_merge(...array_values($plans)),
            ])
            : self::stderr($output)->writeln($message);
        return self::FAILED;
    }

    /**
     * @param list<array<string, mixed>> $taken
     * @param array<int, Result> $results
     */
    private function show(InputInterface $input, OutputInterface $output, int $account, array $taken, array $results): int
    {
        foreach ($taken as &$row) {
            $result = $results[$row['link'] ?? 0] ?? null;
            $row['message'] = $result === null || $result->ok() ? $row['message'] : $result->message;
        }
        if (self::json($input)) {
            self::writeJson($output, ['account' => $account, 'links' => $taken]);
        } else {
            self::rows($input, $output, $taken, self::COLUMNS, 'integration_ews has no links of this user; exchange:link makes some.');
        }
        return array_filter($taken, static fn (array $row): bool => $row['message'] !== null) === [] ? self::OK : self::PARTLY;
    }
}
