<?php

declare(strict_types=1);

/*
 * Prints how the build of the extension for this PHP is called, by the same rule as the app looks for it.
 */

use OCA\IntegrationExchange\Installation\Library;
use OCA\IntegrationExchange\Installation\Php;

require_once __DIR__ . '/../../lib/Installation/Php.php';
require_once __DIR__ . '/../../lib/Installation/Library.php';

$php = Php::ask(PHP_BINARY);
if ($php === null) {
    fwrite(STDERR, PHP_BINARY . " does not say what it is (-i).\n");
    exit(1);
}
echo Library::name($php), "\n";
