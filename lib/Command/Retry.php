<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Command;

use OCA\IntegrationExchange\Cycle\Synchronisation;
use OCA\IntegrationExchange\Service\Decision;
use OCA\IntegrationExchange\Service\Links as LinkService;
use Psr\Log\LoggerInterface;
use Symfony\Component\Console\Input\InputArgument;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\OutputInterface;

final class Retry extends Base
{
    public function __construct(
        LoggerInterface $logger,
        private readonly LinkService $links,
        private readonly Decision $decision,
        private readonly Synchronisation $synchronisation,
    ) {
        parent::__construct($logger);
    }

    protected function configure(): void
    {
        parent::configure();
        $this->setName('exchange:retry')
            ->setDescription('Try again what was set aside')
            ->addArgument('link', InputArgument::REQUIRED, 'Id of the link')
            ->addOption('object', null, InputOption::VALUE_REQUIRED, 'One item only, as exchange:status names it (its uri or key)')
            ->addOption('no-sync', null, InputOption::VALUE_NONE, 'Leave it to the next cycle');
    }

    protected function perform(InputInterface $input, OutputInterface $output): int
    {
        $link = $this->links->get((int)self::number($input->getArgument('link'), 'LINK'));
        $object = $input->getOption('object');
        $count = $this->decision->retry($link, $object);
        if ($count === 0 && $object !== null) {
            throw new Usage("Nothing called “{$object}” is set aside in link {$link->getId()}; exchange:status shows what is.");
        }
        $data = ['link' => $link->getId(), 'retried' => $count, 'set_aside' => null, 'message' => null];
        $sentence = "To be tried again with the next cycle: $count.";
        if ($count > 0 && !$input->getOption('no-sync')) {
            $result = $this->synchronisation->run([$link->getId()])[$link->getId()] ?? null;
            $data['message'] = $result?->message;
            if (!$result?->ok()) {
                self::tell($input, $output, $data, "$sentence {$data['message']}");
                return self::PARTLY;
            }
            $data['set_aside'] = (int)($result->counts['set_aside'] ?? 0);
            $sentence = "Tried again: $count. Set aside still: {$data['set_aside']}.";
        }
        self::tell($input, $output, $data, $sentence);
        return self::OK;
    }
}
