<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use OCA\IntegrationExchange\Installation\Library;
use OCA\IntegrationExchange\Installation\Php;
use PHPUnit\Framework\Assert;

/**
 * The app's folder `bin` in the throw-away Nextcloud, with the build of the extension for this PHP in it.
 */
final class Build
{
    public static function put(): string
    {
        $folder = self::folder();
        mkdir($folder);
        $php = Php::ask(PHP_BINARY);
        Assert::assertNotNull($php);
        $path = "$folder/" . Library::name($php);
        symlink((string)getenv('EXCHANGE_EXTENSION'), $path);
        return $path;
    }

    public static function remove(): void
    {
        array_map(unlink(...), glob(self::folder() . '/*'));
        if (is_dir(self::folder())) {
            rmdir(self::folder());
        }
    }

    private static function folder(): string
    {
        return dirname((string)getenv('NEXTCLOUD_CONFIG_DIR')) . '/apps/integration_exchange/bin';
    }
}
