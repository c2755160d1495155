<?php

// SPDX-License-Identifier: AGPL-3.0-or-later
//
// Two hosts with a worker each: started by tests/nextcloud/hosts, which has made them.
//
//   hosts.php REPORT    (CUTS, KILLS, SEED)

declare(strict_types=1);

use Exchange\Tests\Active\Hosts;
use Exchange\Tests\Report;
use Exchange\Tests\StandIn;
use OCP\IDBConnection;
use OCP\Server;
use Random\Engine\Mt19937;
use Random\Randomizer;

require __DIR__ . '/active/bootstrap.php';
require __DIR__ . '/../nextcloud/LeaseLog.php';

function measure(Report $report): void
{
    $standIn = StandIn::start(
        ['--listen', (string) getenv('HOSTS_LISTEN'), '--mailboxes', '20:person{n}@example.org:env:EXCHANGE_STANDIN_PASSWORD'],
        getenv('HOSTS_DIR') . '/authority.pem',
    );
    $random = new Randomizer(new Mt19937((int) (getenv('SEED') ?: 1)));
    $number = static fn (string $name, int $usual): int => (string) getenv($name) === '' ? $usual : (int) getenv($name);
    (new Hosts($report, $standIn, Server::get(IDBConnection::class), $random))->run($number('CUTS', 2), $number('KILLS', 10));
}

exit(Report::fill($argv[1], measure(...))->verdict());
