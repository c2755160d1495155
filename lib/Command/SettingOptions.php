<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Command;

use OCA\IntegrationExchange\Setting\Catalogue;
use OCA\IntegrationExchange\Setting\Settings;
use Symfony\Component\Console\Command\Command;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;

/**
 * The settings of a link as options of a command, one each.
 */
final class SettingOptions
{
    public static function add(Command $command): void
    {
        foreach (Catalogue::all() as $setting) {
            $meaning = "$setting->meaning (usually {$setting->show($setting->default)}; " . Settings::UNSET . ' takes it back)';
            $command->addOption($setting->option(), null, InputOption::VALUE_REQUIRED, $meaning);
        }
    }

    /**
     * @return array<string, string> texts by the setting's name
     */
    public static function given(InputInterface $input): array
    {
        $given = [];
        foreach (Catalogue::all() as $name => $setting) {
            $text = $input->getOption($setting->option());
            if ($text !== null) {
                $given[$name] = (string)$text;
            }
        }
        return $given;
    }
}
