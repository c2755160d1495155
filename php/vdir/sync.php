<?php

// SPDX-License-Identifier: AGPL-3.0-or-later
//
// Synchronises a mailbox with folders of .ics and .vcf files, without Nextcloud.

declare(strict_types=1);

require __DIR__ . '/src/autoload.php';

use Vdir\Mirror;
use Vdir\Progress;

const USAGE = <<<'TEXT'
    Usage: php -d extension=libexchange.so php/vdir/sync.php --server URL --address ADDRESS [options] FOLDER
      --server URL       address of the server's EWS end point, for example https://mail.example.org/EWS/Exchange.asmx
      --address ADDRESS  e-mail address of the mailbox
      --username NAME    name to sign in with, if it is not the address
      --auth WAY         how to sign in: basic (default), ntlm, kerberos
      --keytab FILE      Kerberos: file with the account's key
      --ticket-cache C   Kerberos: credential cache with its tickets
      --impersonate NAME act in the name of smtp:ADDRESS, principal:NAME@DOMAIN or sid:S-1-5-…
      --ca-file FILE     certificate authority to trust besides the system's
      --policy POLICY    who wins where both sides changed the same property: exchange (default), nextcloud, newest
      --zone ZONE        your time zone, for example Europe/Berlin (default UTC)
      --also ADDRESSES   your other e-mail addresses, with commas between them: whose answers to meetings are yours
      --losses           list afterwards what of each file cannot cross, and why
    The password is read from the environment variable EXCHANGE_PASSWORD, or else from standard input.

    TEXT;

/** @return array{array<string, string>, list<string>} options and the other words */
function words(array $arguments): array
{
    $taken = ['server:', 'address:', 'username:', 'auth:', 'keytab:', 'ticket-cache:', 'impersonate:', 'ca-file:', 'policy:', 'zone:',
        'also:', 'losses', 'help'];
    $options = getopt('', $taken, $rest);
    return [$options, array_slice($arguments, $rest)];
}

function password(): string
{
    $password = getenv('EXCHANGE_PASSWORD');
    if ($password === false) {
        fwrite(STDERR, stream_isatty(STDIN) ? 'Password (it will be visible; set EXCHANGE_PASSWORD to avoid that): ' : '');
        $password = rtrim((string) fgets(STDIN), "\r\n");
    }
    return $password;
}

/**
 * What proves who signs in.
 *
 * @return array<string, mixed> as \Exchange\Mailbox takes it
 */
function proof(array $options): array
{
    $forms = ['smtp' => 'primary_smtp_address', 'principal' => 'principal_name', 'sid' => 'sid'];
    [$form, $name] = explode(':', $options['impersonate'] ?? '', 2) + [1 => ''];
    $auth = $options['auth'] ?? 'basic';
    $proof = $auth === 'kerberos'
        ? ['username' => $options['username'] ?? null]
        : ['username' => $options['username'] ?? $options['address'], 'password' => password()];
    return ['auth' => $auth] + $proof + [
        'keytab' => $options['keytab'] ?? null,
        'ticket_cache' => $options['ticket-cache'] ?? null,
        'impersonate' => isset($options['impersonate']) ? [$forms[$form] ?? $form => $name] : null,
    ];
}

[$options, $rest] = words($argv);
if (isset($options['help']) || !isset($options['server'], $options['address']) || count($rest) !== 1) {
    fwrite(isset($options['help']) ? STDOUT : STDERR, USAGE);
    exit(isset($options['help']) ? 0 : 2);
}

$progress = new Progress();
try {
    $mirror = new Mirror(
        $rest[0],
        array_filter([
            'url' => $options['server'],
            'address' => $options['address'],
            ...proof($options),
            'ca_file' => $options['ca-file'] ?? null,
        ], fn (mixed $value): bool => $value !== null),
        $progress->show(...),
        $options['policy'] ?? 'exchange',
        $options['zone'] ?? 'UTC',
        array_values(array_filter(explode(',', $options['also'] ?? ''))),
    );
    $mirror->link();
    $well = $mirror->run();
} catch (\RuntimeException | \Exchange\Exception $error) {
    fwrite(STDERR, $error->getMessage() . "\n");
    exit(1);
}

$progress->end($mirror->reports());
foreach ($mirror->reports() as $id => $report) {
    $name = basename($mirror->links()[$id]['path']);
    if (($report['error'] ?? null) !== null) {
        fwrite(STDERR, "$name: {$report['message']}\n");
    }
    printf(
        "%s: here %d created, %d changed, %d deleted; there %d created, %d changed, %d deleted; %d set aside, %d losses\n",
        $name,
        $report['local_created'] ?? 0,
        $report['local_updated'] ?? 0,
        $report['local_deleted'] ?? 0,
        $report['remote_created'] ?? 0,
        $report['remote_updated'] ?? 0,
        $report['remote_deleted'] ?? 0,
        $report['set_aside'] ?? 0,
        $report['losses'] ?? 0,
    );
}
foreach (isset($options['losses']) ? $mirror->losses() : [] as $id => $losses) {
    foreach ($losses as $loss) {
        $file = basename($mirror->links()[$id]['path']) . '/' . ($loss['uri'] ?? '(only in Exchange)');
        printf("%s: %s: %s\n", $file, $loss['property'] ?? 'set aside', $loss['reason']);
    }
}
exit($well ? 0 : 1);
