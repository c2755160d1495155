<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Command;

use OCA\IntegrationExchange\Setting\Organisation;
use Psr\Log\LoggerInterface;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Output\OutputInterface;

final class Config extends Base
{
    private const COLUMNS = ['Setting' => 'setting', 'Value' => 'value', 'Usually' => 'default', 'Meaning' => 'meaning'];

    public function __construct(LoggerInterface $logger, private readonly Organisation $organisation)
    {
        parent::__construct($logger);
    }

    protected function configure(): void
    {
        parent::configure();
        $this->setName('exchange:config')->setDescription('Change who may use the app and how it works, or show it');
        SettingOptions::add($this, Organisation::catalogue());
    }

    protected function perform(InputInterface $input, OutputInterface $output): int
    {
        $this->organisation->set(SettingOptions::given($input, Organisation::catalogue()));
        self::rows($input, $output, $this->organisation->shown(), self::COLUMNS, 'There are no settings.');
        return self::OK;
    }
}
