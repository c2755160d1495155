<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Command;

use OCA\IntegrationExchange\Setting\Settings;
use Psr\Log\LoggerInterface;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\OutputInterface;

final class Defaults extends Base
{
    private const COLUMNS = ['Setting' => 'setting', 'Value' => 'value', 'Enforced' => 'enforced', 'Meaning' => 'meaning'];
    private const MANY = InputOption::VALUE_REQUIRED | InputOption::VALUE_IS_ARRAY;

    public function __construct(LoggerInterface $logger, private readonly Settings $settings)
    {
        parent::__construct($logger);
    }

    protected function configure(): void
    {
        parent::configure();
        $this->setName('exchange:defaults')
            ->setDescription('Change what holds for links that say nothing themselves, or show it')
            ->addOption('enforce', null, self::MANY, 'Name of a setting that holds for every link, whatever it says')
            ->addOption('release', null, self::MANY, 'Name of a setting that links may change again');
        SettingOptions::add($this);
    }

    protected function perform(InputInterface $input, OutputInterface $output): int
    {
        $given = SettingOptions::given($input);
        $enforce = self::names($input->getOption('enforce'));
        $release = self::names($input->getOption('release'));
        if ([...$given, ...$enforce, ...$release] !== []) {
            $this->settings->setOrganisation($given, $enforce, $release);
        }
        self::rows($input, $output, $this->settings->organisation(), self::COLUMNS, 'There are no settings.');
        return self::OK;
    }

    /**
     * @param list<string> $given names as options or as settings are called
     * @return list<string>
     */
    private static function names(array $given): array
    {
        return array_map(static fn (string $name): string => str_replace('-', '_', $name), $given);
    }
}
