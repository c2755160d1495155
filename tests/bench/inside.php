<?php

// SPDX-License-Identifier: AGPL-3.0-or-later
//
// Inside a throw-away Nextcloud (NEXTCLOUD_CONFIG_DIR): what every measurement there begins with.

declare(strict_types=1);

$_SERVER['argv'] = $argv;
require_once getenv('NEXTCLOUD_ROOT') . '/lib/base.php';
\OC_App::loadApps();
require_once __DIR__ . '/../exchange/php/StandIn.php';
require_once __DIR__ . '/Report.php';
