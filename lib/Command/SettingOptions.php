<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Command;

use OCA\IntegrationExchange\Setting\Catalogue;
use OCA\IntegrationExchange\Setting\Setting;
use OCA\IntegrationExchange\Setting\Settings;
use Symfony\Component\Console\Command\Command;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;

/**
 * Settings as options of a command, one each: those of a link where nothing else is said.
 */
final class SettingOptions
{
    /**
     * @param array<string, Setting>|null $settings
     */
    public static function add(Command $command, ?array $settings = null): void
    {
        foreach ($settings ?? Catalogue::all() as $setting) {
            $usual = $setting->show($setting->default) ?: 'none';
            $meaning = "$setting->meaning (usually $usual; " . Settings::UNSET . ' takes it back)';
            $command->addOption($setting->option(), null, InputOption::VALUE_REQUIRED, $meaning);
        }
    }

    /**
     * @param array<string, Setting>|null $settings
     * @return array<string, string> texts by the setting's name
     */
    public static function given(InputInterface $input, ?array $settings = null): array
    {
        $given = [];
        foreach ($settings ?? Catalogue::all() as $name => $setting) {
            $text = $input->getOption($setting->option());
            if ($text !== null) {
                $given[$name] = (string)$text;
            }
        }
        return $given;
    }
}
