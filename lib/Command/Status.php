<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Command;

use OCA\IntegrationExchange\Db\Link;
use OCA\IntegrationExchange\Metric\Family;
use OCA\IntegrationExchange\Metric\Metrics;
use OCA\IntegrationExchange\Service\Links as LinkService;
use OCA\IntegrationExchange\Service\Overview;
use OCA\IntegrationExchange\Service\Servers;
use OCA\IntegrationExchange\Service\Staff;
use Psr\Log\LoggerInterface;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\OutputInterface;

final class Status extends Base
{
    protected const FORMATS = [...parent::FORMATS, 'prometheus'];

    private const LINKS = [
        'Link' => 'id', 'Kind' => 'kind', 'Folder' => 'folder', 'Collection' => 'collection', 'State' => 'state',
        'In step' => 'in_step', 'Set aside' => 'set_aside', 'Losses' => 'losses', 'Last run' => 'last_run', 'Message' => 'message',
    ];
    private const SET_ASIDE = [
        'Link' => 'link', 'Object' => 'name', 'Title' => 'title', 'Reason' => 'reason', 'What to do' => 'suggestion',
    ];

    private const WORKERS = [
        'Worker' => 'id', 'Host' => 'host', 'Process' => 'pid', 'Since' => 'since', 'Seen' => 'seen', 'Accounts' => 'accounts',
        'Events' => 'events', 'Cycles' => 'cycles', 'MB' => 'memory', 'Lag (ms)' => 'lag',
    ];
    private const LOSSES = ['Object' => 'uri', 'Title' => 'title', 'Property' => 'property', 'Reason' => 'reason'];

    public function __construct(
        LoggerInterface $logger,
        private readonly Overview $overview,
        private readonly LinkService $service,
        private readonly Servers $servers,
        private readonly Metrics $metrics,
        private readonly Staff $staff,
    ) {
        parent::__construct($logger);
    }

    protected function configure(): void
    {
        parent::configure();
        $this->setName('exchange:status')
            ->setDescription('Show how accounts and links stand; exit status 3 where one has a problem')
            ->addOption('link', null, InputOption::VALUE_REQUIRED, 'One link')
            ->addOption('losses', null, InputOption::VALUE_NONE, 'What of its items cannot cross, and why; with --link');
    }

    protected function perform(InputInterface $input, OutputInterface $output): int
    {
        if ($input->getOption('output') === 'prometheus') {
            $families = [...array_values($this->metrics->all()), $this->metrics->successes()];
            $text = implode('', array_map(static fn (Family $family): string => $family->text(), $families));
            $output->write("$text# EOF\n", options: OutputInterface::OUTPUT_RAW);
            return self::OK;
        }
        $id = self::number($input->getOption('link'), '--link');
        $link = $id === null ? null : $this->service->get($id);
        if ($input->getOption('losses')) {
            return $this->losses($input, $output, $link ?? throw new Usage('--losses goes with --link.'));
        }
        $of = static fn (string $key): \Closure => static fn (array $row): bool => $id === null || $row[$key] === $id;
        $links = array_values(array_filter($this->overview->links(), $of('id')));
        $setAside = array_values(array_filter($this->overview->setAside(), $of('link')));
        $accounts = array_values(array_filter(
            $this->overview->accounts(),
            static fn (array $account): bool => $link === null || $account['id'] === $link->getAccountId()
        ));
        if (self::json($input)) {
            self::writeJson($output, [
                'active' => $this->staff->isActive(),
                'workers' => $this->staff->workers(),
                'problem' => $this->staff->problem(),
                'accounts' => $accounts,
                'links' => $links,
                'set_aside' => $setAside,
                'warning' => $this->servers->warning(),
            ]);
        } else {
            $this->show($output, $accounts, $links, $setAside);
        }
        $problems = array_filter($links, static fn (array $link): bool => $link['error'] !== null)
            + array_filter($accounts, static fn (array $account): bool => $account['state'] !== 'active');
        return $problems === [] ? self::OK : self::PARTLY;
    }

    private function losses(InputInterface $input, OutputInterface $output, Link $link): int
    {
        $rows = $this->overview->losses($link);
        if (!self::json($input)) {
            foreach ($rows as &$row) {
                $row['property'] ??= '(set aside)';
            }
        }
        self::rows($input, $output, $rows, self::LOSSES, 'Everything crosses.');
        return self::OK;
    }

    /**
     * @param list<array<string, mixed>> $accounts
     * @param list<array<string, mixed>> $links
     * @param list<array<string, mixed>> $setAside
     */
    private function show(OutputInterface $output, array $accounts, array $links, array $setAside): void
    {
        $output->writeln('Accounts: ' . count($accounts) . ', links: ' . count($links));
        foreach (array_filter([$this->servers->warning(), $this->staff->problem()]) as $warning) {
            $output->writeln("Warning: $warning", OutputInterface::OUTPUT_RAW);
        }
        if ($this->staff->workers() !== []) {
            self::table($output, $this->staff->workers(), self::WORKERS);
        }
        foreach ($accounts as $account) {
            $told = $account['state'] !== 'active' ? $account['message'] : self::watch($account['watch']);
            if ($told !== null) {
                $output->writeln("Account {$account['id']} ({$account['address']}): $told", OutputInterface::OUTPUT_RAW);
            }
        }
        if ($links !== []) {
            self::table($output, $links, self::LINKS);
        }
        foreach ($links as $link) {
            if ($link['direction_reason'] !== null) {
                $output->writeln("Link {$link['id']}: {$link['direction_reason']}", OutputInterface::OUTPUT_RAW);
            }
        }
        if ($setAside !== []) {
            $output->writeln('Set aside until they change:');
            $named = static fn (array $item): array => ['name' => $item['uri'] ?? "(in Exchange) {$item['key']}"] + $item;
            self::table($output, array_map($named, $setAside), self::SET_ASIDE);
        }
    }

    /**
     * What is to be said of how an account's changes are known; null where they are told, as they should be.
     *
     * @param array{state: string, since: ?string, message: ?string, seconds: ?int}|null $watch
     */
    private static function watch(?array $watch): ?string
    {
        $what = match ($watch['state'] ?? 'live') {
            'live' => null,
            'passive' => 'passive',
            'none' => 'no worker has it yet',
            default => "{$watch['state']} since {$watch['since']}",
        };
        $seconds = $what === null || ($watch['seconds'] ?? null) === null ? '' : ", a cycle every {$watch['seconds']} s";
        return $what === null ? null : trim("$what$seconds. {$watch['message']}");
    }
}
