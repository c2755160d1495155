<?php

declare(strict_types=1);

/*
 * Runs the tests inside a throw-away Nextcloud that tests/nextcloud/run has made (NEXTCLOUD_CONFIG_DIR).
 */

$root = getenv('NEXTCLOUD_ROOT');
if ($root === false || getenv('NEXTCLOUD_CONFIG_DIR') === false) {
    fwrite(STDERR, "Start these tests with tests/nextcloud/run, which makes the Nextcloud they need.\n");
    exit(1);
}

// Nextcloud decides by this whether it runs on the command line.
$_SERVER['argv'] = $GLOBALS['argv'] ?? [];
require_once $root . '/lib/base.php';
\OC_App::loadApps();
require_once __DIR__ . '/../exchange/php/StandIn.php';
require_once __DIR__ . '/../php/Objects.php';
<<<<<<< HEAD
require_once __DIR__ . '/provider/Provider.php';
foreach (['Occ', 'Remote', 'WebServer', 'Browser', 'InstanceTestCase', 'LinkTestCase', 'EndToEndTestCase', 'OAuthTestCase'] as $class) {
=======
foreach (['Occ', 'Remote', 'Mix', 'WebServer', 'InstanceTestCase', 'LinkTestCase', 'EndToEndTestCase'] as $class) {
>>>>>>> 4d3eba8 (Test the local side on MariaDB and PostgreSQL, and kill real processes at random moments)
    require_once __DIR__ . "/$class.php";
}
