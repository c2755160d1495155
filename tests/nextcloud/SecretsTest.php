<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use Exchange\Tests\StandIn;

/**
 * Passwords, secrets and tokens of a full run are looked for wherever somebody might see them.
 */
final class SecretsTest extends OAuthTestCase
{
    private const PASSWORD = 'Fixture-Päss:wörd-7';
    private const WRONG = 'Fixture-Wröng-7';

    /** @var list<string> what commands said */
    private array $said = [];

    public function testNoSecretIsSeenAnywhere(): void
    {
        $this->start(self::SHORT);
        $log = (string)getenv('NEXTCLOUD_LOG');
        $start = filesize($log) ?: 0;
        Occ::run(['config:system:set', 'loglevel', '--type=integer', '--value=0']);
        $processes = Processes::watch();
        $withPassword = StandIn::start(address: $this->address, password: self::PASSWORD);
        try {
            $pages = $this->fullRun($withPassword);
        } finally {
            $withPassword->stop();
            $commands = $processes();
            Occ::run(['config:system:set', 'loglevel', '--type=integer', '--value=1']);
        }
        $places = [
            'the log' => (string)file_get_contents($log, offset: $start),
            'what commands said' => implode("\n", $this->said),
            'pages and headers' => $pages,
            'the process list' => $commands,
            'the database' => $this->database(),
        ];
        self::assertStringContainsString('exchange:account:add', $places['the process list']);
        self::assertStringContainsString($this->address, $places['the database']);
        foreach (['> POST http', '    authorization: …', '    www-authenticate: Basic', '<SyncFolderItemsResponse'] as $of) {
            self::assertStringContainsString($of, $places['what commands said']);
        }
        self::assertStringNotContainsString('> POST http', $places['the log']);
        self::assertStringContainsString('"level":0', $places['the log']);
        self::assertStringNotContainsString('nothing to synchronise', $places['what commands said']);
        $issued = $this->provider->issued();
        self::assertGreaterThan(5, count($issued));
        $secrets = [self::PASSWORD, self::WRONG, $this->provider->secret, ...$issued];
        foreach ($places as $place => $text) {
            foreach ($secrets as $secret) {
                foreach (self::forms($secret) as $form) {
                    // The texts are long, and would show the secret once more.
                    self::assertFalse(str_contains($text, $form), substr($secret, 0, 8) . "… stands in $place");
                }
            }
        }
    }

    /**
     * Everything that signs in, well and badly.
     *
     * @return string what a browser saw
     */
    private function fullRun(StandIn $withPassword): string
    {
        $add = ['exchange:account:add', $this->user, "--address=$this->address", '--password-stdin'];
        $this->occ([...$add, "--server=$withPassword->url"], self::WRONG);
        $this->occ([...$add, "--server=$withPassword->url"], self::PASSWORD);
        $this->occ([...$add, "--server=$withPassword->url", '--auth=ntlm', '--username=EXAMPLE\\anna'], self::PASSWORD);
        $this->occ([...$add, '--server=https://127.0.0.1:9/EWS/Exchange.asmx'], self::PASSWORD);
        $account = (string)$this->account()['id'];
        $this->occ(['exchange:link', $account, 'Calendar', '--create']);
        $this->occ(['exchange:sync', '--account', $account]);
        $withPassword->fault(['kind' => 'unauthorized']);
        $this->occ(['exchange:sync', '--account', $account]);
        $this->occ(['exchange:self-test']);
        $this->occ(['exchange:account:remove', $account]);

        $this->register('by-secret', 'not the secret');
        $this->occ(['exchange:account:add', $this->user, "--address=$this->address", "--server={$this->standIn->url}", '--auth=oauth']);
        $this->register('by-secret', $this->provider->secret);
        $this->occ(['exchange:account:add', $this->user, "--address=$this->address", "--server={$this->standIn->url}", '--auth=oauth']);
        $this->occ(['exchange:oauth']);
        $browser = $this->consent();
        self::assertSame(200, $browser->status, $browser->body);
        $account = (string)$this->account()['id'];
        $this->occ(['exchange:link', $account, 'Calendar', '--create', '--collection=Second']);
        $this->occ(['exchange:sync', '--account', $account]);
        $this->standIn->revokeTokens();
        $this->occ(['exchange:sync', '--account', $account]);
        $this->provider->withdraw();
        $this->occ(['exchange:sync', '--account', $account]);
        $this->occ(['exchange:status']);
        Occ::cron();
        return implode("\n", $browser->seen);
    }

    /**
     * @param list<string> $arguments
     */
    private function occ(array $arguments, string $stdin = ''): void
    {
        $traced = array_intersect(['exchange:account:add', 'exchange:self-test', 'exchange:sync'], $arguments) === [] ? [] : ['--debug'];
        $result = Occ::run([...$arguments, ...$traced, '-vvv'], $stdin === '' ? '' : "$stdin\n");
        $this->said[] = implode(' ', $arguments) . ": {$result['status']}\n{$result['out']}{$result['err']}";
    }

    /** Every row of every table. */
    private function database(): string
    {
        $rows = '';
        foreach ($this->db->createSchema()->getTables() as $table) {
            $result = $this->db->executeQuery("SELECT * FROM {$table->getName()}");
            while (($row = $result->fetch()) !== false) {
                $rows .= implode('|', array_map(self::text(...), $row)) . "\n";
            }
            $result->closeCursor();
        }
        return $rows;
    }

    private static function text(mixed $value): string
    {
        return is_resource($value) ? (string)stream_get_contents($value) : (string)$value;
    }

    /**
     * @return list<string> a secret as it is, and as it travels
     */
    private static function forms(string $secret): array
    {
        return [
            $secret,
            rawurlencode($secret),
            urlencode($secret),
            base64_encode($secret),
            trim(json_encode($secret, JSON_THROW_ON_ERROR), '"'),
            bin2hex($secret),
        ];
    }
}
