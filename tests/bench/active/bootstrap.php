<?php

// SPDX-License-Identifier: AGPL-3.0-or-later
//
// Inside a throw-away Nextcloud that tests/bench/active/run has made: what the proofs of active mode have in common.

declare(strict_types=1);

$_SERVER['argv'] = $argv;
require_once getenv('NEXTCLOUD_ROOT') . '/lib/base.php';
\OC_App::loadApps();
require_once __DIR__ . '/../../exchange/php/StandIn.php';
require_once __DIR__ . '/../Report.php';
$classes = [
    'Person', 'Crowd', 'Door', 'Backend', 'Http', 'Change', 'Sides', 'Editor', 'Worker', 'Quiet', 'Soak', 'Delays', 'Host', 'Hosts',
];
foreach ($classes as $class) {
    require_once __DIR__ . "/$class.php";
}
