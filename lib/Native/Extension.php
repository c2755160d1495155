<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Native;

use OCA\IntegrationExchange\AppInfo\Application;
use OCA\IntegrationExchange\Failure;
use OCA\IntegrationExchange\Installation\Library;
use OCP\App\IAppManager;

/**
 * Whether the PHP extension `exchange` is there and is the one that belongs to this app.
 */
final class Extension
{
    public function __construct(private readonly IAppManager $apps, private readonly Library $library)
    {
    }

    /**
     * Version of the loaded extension, or null.
     */
    public function version(): ?string
    {
        return extension_loaded('exchange') ? (phpversion('exchange') ?: '') : null;
    }

    public function appVersion(): string
    {
        return $this->apps->getAppVersion(Application::APP_ID);
    }

    /**
     * What is wrong, as a sentence that says what to do; null when all is well.
     */
    public function problem(): ?string
    {
        $version = $this->version();
        if ($version === null) {
            return sprintf('The PHP extension “exchange” is not loaded in PHP %s (%s). ', PHP_VERSION, PHP_SAPI) . $this->remedy();
        }
        if ($version !== $this->appVersion()) {
            return sprintf(
                'The PHP extension “exchange” is version %s, the app is version %s. Install the extension that came with '
                . 'the app and restart PHP (%s).',
                $version,
                $this->appVersion(),
                PHP_SAPI
            );
        }
        return null;
    }

    /**
     * @throws Failure where the extension cannot be used
     */
    public function need(): void
    {
        $problem = $this->problem();
        if ($problem !== null) {
            throw new Failure('configuration', $problem);
        }
    }

    private function remedy(): string
    {
        $scanned = explode(',', (string)php_ini_scanned_files())[0];
        $ini = $scanned === '' ? (php_ini_loaded_file() ?: 'php.ini') : dirname(trim($scanned)) . '/exchange.ini';
        $library = $this->library->here();
        $target = $library === null ? '/path/to/exchange.so' : Library::target($library, dirname($ini), PHP_EXTENSION_DIR);
        $copy = in_array($library, [null, $target], true) ? [] : ["Copy $library to $target."];
        return implode(' ', [...$copy, "Add the line “extension={$target}” to $ini and restart PHP."]);
    }
}
