<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Command;

use OCA\IntegrationExchange\Service\Links as LinkService;
use OCA\IntegrationExchange\Setting\Catalogue;
use Psr\Log\LoggerInterface;
use Symfony\Component\Console\Input\InputArgument;
use Symfony\Component\Console\Input\InputInterface;
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
            ->addArgument('link', InputArgument::REQUIRED, 'Id of the link');
        SettingOptions::add($this);
    }

    protected function perform(InputInterface $input, OutputInterface $output): int
    {
        $link = $this->links->get((int)self::number($input->getArgument('link'), 'LINK'));
        $link = $this->links->set($link, SettingOptions::given($input));
        $settings = $this->links->settings($link);
        $told = array_map(
            static fn (string $name, mixed $value): string => "$name " . Catalogue::all()[$name]->show($value),
            array_keys($settings),
            $settings
        );
        $sentence = "Link {$link->getId()}: " . implode(', ', $told) . '.'
            . ($link->getDirectionReason() === null ? '' : ' ' . $link->getDirectionReason());
        $data = ['id' => $link->getId()] + $settings + ['direction_reason' => $link->getDirectionReason()];
        self::tell($input, $output, $data, $sentence);
        return self::OK;
    }
}
