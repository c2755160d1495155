<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Worker;

use OC\Config;
use OCA\IntegrationExchange\AppInfo\Application;
use OCP\App\IAppManager;

/**
 * The files that a process reads once, when it starts: config.php, and the code of Nextcloud and of the app. There is no public
 * interface that reads them again.
 */
final class Files
{
    public function __construct(private readonly IAppManager $apps)
    {
    }

    /**
     * config.php as it is now.
     *
     * @return array{maintenance: bool, print: string} `print` changes when anything else in it does
     */
    public function config(): array
    {
        $files = new Config(\OC::$configDir);
        $values = [];
        foreach ($files->getKeys() as $key) {
            $values[$key] = $files->getValue($key);
        }
        unset($values['maintenance']);
        ksort($values);
        return ['maintenance' => (bool)$files->getValue('maintenance', false), 'print' => hash('sha256', serialize($values))];
    }

    /**
     * Changes when Nextcloud or the app is updated.
     */
    public function code(): string
    {
        $text = '';
        foreach ([\OC::$SERVERROOT . '/version.php', $this->apps->getAppPath(Application::APP_ID) . '/appinfo/info.xml'] as $file) {
            $text .= (string)@file_get_contents($file);
        }
        return hash('sha256', $text);
    }
}
