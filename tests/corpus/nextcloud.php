<?php

// SPDX-License-Identifier: AGPL-3.0-or-later
//
// Inside a throw-away Nextcloud: the real files in one account, through the stand-in Exchange, into a second account. Writes
// the pairs that circle.py compares. Only the first two rounds of the corpus, which hold nearly all of it.

declare(strict_types=1);

use Exchange\Tests\Corpus;
use OCP\IUserManager;
use OCP\Server;

const CHECKOUT = __DIR__ . '/../..';
const ROUNDS = 2;

$_SERVER['argv'] = $argv;
require_once getenv('NEXTCLOUD_ROOT') . '/lib/base.php';
\OC_App::loadApps();
require CHECKOUT . '/tests/exchange/php/StandIn.php';
require __DIR__ . '/Corpus.php';
require __DIR__ . '/circle.php';

// Nextcloud's own handler would write the error to its log and end as if all were well.
try {
    Server::get(IUserManager::class)->createUser('second', 'Fixture-User-7');
    $corpus = new Corpus($argv[1]);
    $out = fopen($argv[2], 'w');
    for ($round = 1; $round <= ROUNDS; $round++) {
        circle($corpus->round($round), "round $round", $out);
    }
} catch (\Throwable $error) {
    fwrite(STDERR, "$error\n");
    exit(1);
}
