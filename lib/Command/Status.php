<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Command;

use OCA\IntegrationExchange\Service\Overview;
use Psr\Log\LoggerInterface;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Output\OutputInterface;

final class Status extends Base
{
    private const LINKS = [
        'Link' => 'id', 'Kind' => 'kind', 'Folder' => 'folder', 'Collection' => 'collection', 'State' => 'state',
        'In step' => 'in_step', 'Set aside' => 'set_aside', 'Last run' => 'last_run', 'Message' => 'message',
    ];
    private const SET_ASIDE = ['Link' => 'link', 'Object' => 'uri', 'Reason' => 'reason'];

    public function __construct(LoggerInterface $logger, private readonly Overview $overview)
    {
        parent::__construct($logger);
    }

    protected function configure(): void
    {
        parent::configure();
        $this->setName('exchange:status')
            ->setDescription('Show how accounts and links stand; exit status 3 where one has a problem');
    }

    protected function perform(InputInterface $input, OutputInterface $output): int
    {
        $accounts = $this->overview->accounts();
        $links = $this->overview->links();
        $setAside = $this->overview->setAside();
        if (self::json($input)) {
            self::writeJson($output, ['accounts' => $accounts, 'links' => $links, 'set_aside' => $setAside]);
        } else {
            $this->show($output, $accounts, $links, $setAside);
        }
        $problems = array_filter($links, static fn (array $link): bool => $link['error'] !== null)
            + array_filter($accounts, static fn (array $account): bool => $account['state'] !== 'active');
        return $problems === [] ? self::OK : self::PARTLY;
    }

    /**
     * @param list<array<string, mixed>> $accounts
     * @param list<array<string, mixed>> $links
     * @param list<array<string, mixed>> $setAside
     */
    private function show(OutputInterface $output, array $accounts, array $links, array $setAside): void
    {
        $output->writeln('Accounts: ' . count($accounts) . ', links: ' . count($links));
        foreach ($accounts as $account) {
            if ($account['state'] !== 'active') {
                $line = "Account {$account['id']} ({$account['address']}): {$account['message']}";
                $output->writeln($line, OutputInterface::OUTPUT_RAW);
            }
        }
        if ($links !== []) {
            self::table($output, $links, self::LINKS);
        }
        if ($setAside !== []) {
            $output->writeln('Set aside until they change:');
            self::table($output, $setAside, self::SET_ASIDE);
        }
    }
}
