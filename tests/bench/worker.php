<?php

// SPDX-License-Identifier: AGPL-3.0-or-later
//
// Inside a throw-away Nextcloud: many accounts, all watched by one worker. What a watched account costs, how long it takes until all
// are, and how soon after a change a cycle begins while many changes arrive. The stand-in runs on the same machine: its own share is told.
//
//   worker.php REPORT ACCOUNTS personal|service   personal: each account signs in for itself and has a connection of its own;
//                                                 service: one service account acts for all, 200 to a connection

declare(strict_types=1);

use Exchange\Tests\Report;
use Exchange\Tests\StandIn;
use OCA\IntegrationExchange\Service\Accounts;
use OCA\IntegrationExchange\Service\Links;
use OCA\IntegrationExchange\Service\SignIn;
use OCA\IntegrationExchange\Setting\Organisation;
use OCP\IDBConnection;
use OCP\IUserManager;
use OCP\Server;

require __DIR__ . '/inside.php';

const SERVICE = 'service@example.org';
/** A person has at most so many of the accounts. */
const OF_PERSON = 100;
/** Seconds for which the idle worker is watched, and for which changes arrive. */
const IDLE = 60;
const LOAD = 60;
/** Changes in a second. */
const CHANGES = 100;

function say(string $sentence): void
{
    printf("   %s  %s\n", date('H:i:s'), $sentence);
}

/** Connects and links the calendar of each mailbox. */
function connect(StandIn $standIn, int $count, bool $service): void
{
    [$accounts, $links] = [Server::get(Accounts::class), Server::get(Links::class)];
    for ($number = 1; $number <= $count; $number++) {
        $user = 'person' . intdiv($number - 1, OF_PERSON);
        Server::get(IUserManager::class)->get($user) ?? Server::get(IUserManager::class)->createUser($user, bin2hex(random_bytes(12)));
        $address = "user$number@example.org";
        $signIn = $service
            ? SignIn::withPassword(SERVICE, $standIn->password, impersonate: "smtp:$address")
            : SignIn::withPassword($address, $standIn->password);
        $account = $accounts->add($user, $address, $standIn->url, $signIn);
        $folder = array_column($accounts->folders($account), null, 'kind')['event'];
        $links->link($account, $folder, "Calendar $number", true);
        if ($number % 1000 === 0) {
            say("$number accounts are connected.");
        }
    }
}

/** Resident kibibytes, processor seconds, open files. */
function process(int $pid): array
{
    preg_match('/^VmRSS:\s+(\d+) kB/m', (string) file_get_contents("/proc/$pid/status"), $memory);
    $stat = explode(' ', substr((string) strrchr((string) file_get_contents("/proc/$pid/stat"), ')'), 2));
    return ['kib' => (int) $memory[1], 'cpu' => ($stat[11] + $stat[12]) / 100, 'files' => count(scandir("/proc/$pid/fd")) - 2];
}

function until(string $what, callable $is, float $seconds = 1800): float
{
    $began = microtime(true);
    while (!$is()) {
        if (microtime(true) - $began > $seconds) {
            throw new \RuntimeException("It never came about: $what.");
        }
        usleep(200_000);
    }
    return microtime(true) - $began;
}

function value(string $sql): int
{
    return (int) Server::get(IDBConnection::class)->executeQuery($sql)->fetchOne();
}

/** Processor seconds of the worker and of the stand-in while something is done. */
function cpu(int $pid, StandIn $standIn, callable $during): array
{
    [$worker, $server, $began] = [process($pid)['cpu'], $standIn->process()['cpu'], microtime(true)];
    $during();
    $seconds = microtime(true) - $began;
    return [(process($pid)['cpu'] - $worker) / $seconds, ($standIn->process()['cpu'] - $server) / $seconds];
}

/** Changes arrive evenly; returns them. */
function change(StandIn $standIn): array
{
    $edits = [];
    $began = microtime(true);
    for ($step = 0; $step < LOAD * 10; $step++) {
        array_push($edits, ...$standIn->edit(count: intdiv(CHANGES, 10)));
        $wait = $began + ($step + 1) / 10 - microtime(true);
        $wait > 0 && usleep((int) ($wait * 1e6));
    }
    return $edits;
}

/** From each change until its folder is asked, in seconds, sorted. */
function delays(array $edits, array $log): array
{
    $asked = [];
    foreach ($log as $call) {
        if ($call['operation'] === 'SyncFolderItems') {
            $asked[$call['mailbox']][] = $call['at_ms'];
        }
    }
    $delays = [];
    foreach ($edits as $edit) {
        $after = array_filter($asked[$edit['mailbox']] ?? [], static fn (int $at): bool => $at >= $edit['at_ms']);
        $delays[] = $after === [] ? INF : (min($after) - $edit['at_ms']) / 1000;
    }
    sort($delays);
    return $delays;
}

function measure(Report $report, int $count, bool $service): void
{
    $name = $service ? 'worker.service' : 'worker';
    // The accounts sign in with the one password that the stand-in was started with.
    $standIn = StandIn::start(
        ['--no-validate', '--impersonator', SERVICE, '--mailboxes', "$count:user{n}@example.org:env:EXCHANGE_STANDIN_PASSWORD"],
        address: SERVICE,
    );
    say('The accounts are being connected.');
    connect($standIn, $count, $service);
    Server::get(Organisation::class)->set(['mode' => 'active', 'worker_memory' => '4096']);
    $db = Server::get(IDBConnection::class);
    $db->executeStatement('UPDATE *PREFIX*exchange_accounts SET passive = 1');

    $command = [PHP_BINARY, '-d', 'extension=' . getenv('EXCHANGE_EXTENSION'), 'occ', '--no-warnings', 'exchange:worker'];
    $process = proc_open($command, [['file', '/dev/null', 'r'], STDERR, STDERR], $pipes, (string) getenv('NEXTCLOUD_ROOT'));
    $pid = proc_get_status($process)['pid'];
    until('the worker lives', static fn (): bool => value('SELECT COUNT(*) FROM *PREFIX*exchange_workers') === 1);
    sleep(10);
    $base = process($pid);
    [$idleBase] = cpu($pid, $standIn, static fn () => sleep(10));
    say("The worker without accounts takes {$base['kib']} KiB.");

    $db->executeStatement('UPDATE *PREFIX*exchange_accounts SET passive = 0');
    $live = static fn (): bool => $standIn->notifications()['streaming'] >= $count && $standIn->notifications()['streams'] > 0;
    $subscribing = until('all are subscribed', $live);
    say('All are subscribed.');
    $importing = $subscribing + until('all are in step', static fn (): bool => value(
        'SELECT COUNT(*) FROM *PREFIX*exchange_links WHERE last_success IS NULL'
    ) === 0);
    say('All have had their first cycle.');
    sleep(15);
    [$idle, $idleServer] = cpu($pid, $standIn, static fn () => sleep(IDLE));
    $full = process($pid);

    say('Changes arrive.');
    $standIn->calls();
    $edits = [];
    [$busy, $busyServer] = cpu($pid, $standIn, static function () use ($standIn, &$edits): void {
        $edits = change($standIn);
    });
    $asked = static fn (): array => delays($edits, $standIn->log());
    $catchingUp = until('every change is asked for', static fn (): bool => end((static fn () => [...$asked()])()) < INF, 600);
    $delays = $asked();

    $row = static fn (string $what, float $value, string $unit, ?float $goal = null) => $report->add("$name.$what", $value, $unit, $goal);
    $row('accounts', $count, 'accounts');
    $row('connections', $standIn->notifications()['streams'], 'connections');
    $row('base_mib', $base['kib'] / 1024, 'MiB');
    $row('kib_per_account', ($full['kib'] - $base['kib']) / $count, 'KiB', 100);
    $row('subscribe_all', $subscribing, 's');
    $row('first_cycle_of_all', $importing, 's');
    $row('idle_base_cpu', 100 * $idleBase, '% of a core');
    $row('idle_cpu', 100 * $idle, '% of a core', 2);
    $row('idle_cpu_standin', 100 * $idleServer, '% of a core');
    $row('changes', count($edits) / LOAD, '/s');
    $row('delay_median', $delays[intdiv(count($delays), 2)], 's');
    $row('delay_p99', $delays[intdiv(count($delays) * 99, 100)], 's');
    $row('delay_max', end($delays), 's');
    $row('load_cpu', 100 * $busy, '% of a core');
    $row('load_cpu_standin', 100 * $busyServer, '% of a core');
    $row('catching_up', $catchingUp, 's');
    $row('kib_after_load', (process($pid)['kib'] - $base['kib']) / $count, 'KiB');
    $row('standin_kib_per_account', $standIn->process()['rss'] / 1024 / $count, 'KiB');
    $stopping = microtime(true);
    proc_terminate($process, SIGTERM);
    until('the worker stops', static fn (): bool => !proc_get_status($process)['running'], 60);
    $row('stop', microtime(true) - $stopping, 's', 10);
    $row('left_by_stop', $standIn->notifications()['subscriptions'], 'subscriptions');
}

Report::fill($argv[1], fn (Report $report) => measure($report, (int) $argv[2], $argv[3] === 'service'));
