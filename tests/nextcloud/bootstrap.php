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
require_once __DIR__ . '/provider/Provider.php';
$classes = [
    'Occ', 'Build', 'Processes', 'Remote', 'Mix', 'WebServer', 'Fpm', 'Apache', 'Browser', 'Told', 'Schema', 'Api', 'Chromium',
    'InstanceTestCase', 'LinkTestCase', 'EndToEndTestCase', 'BrowserTestCase', 'OAuthTestCase', 'WorkerTestCase', 'LeaseLog',
];
foreach ($classes as $class) {
    require_once __DIR__ . "/$class.php";
}
