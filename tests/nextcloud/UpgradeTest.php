<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use PDO;
use PHPUnit\Framework\TestCase;

/**
 * A Nextcloud with the app's first schema and data in it comes up to date and loses nothing.
 */
final class UpgradeTest extends TestCase
{
    private const APP = 'apps/integration_exchange';

    private string $folder;
    private PDO $db;

    protected function setUp(): void
    {
        $this->folder = dirname((string)getenv('NEXTCLOUD_CONFIG_DIR')) . '/upgrade';
        $this->call([__DIR__ . '/instance', 'create', $this->folder], ['APP_ARCHIVE' => $this->firstRelease()]);
        $this->db = $this->connect();
    }

    protected function tearDown(): void
    {
        $this->call(['rm', '-rf', $this->folder, "$this->folder.app"]);
    }

    public function testTheFirstSchemaWithItsDataComesUpToDate(): void
    {
        $first = ['exchange_accounts', 'exchange_history', 'exchange_links', 'exchange_pairs'];
        self::assertSame($first, array_keys($this->schema($this->folder)));
        $this->fill();
        $this->update();

        $main = dirname((string)getenv('NEXTCLOUD_CONFIG_DIR'));
        self::assertSame($this->schema($main), $this->schema($this->folder), 'a fresh installation has the same tables');
        $this->assertNamesAreWithinNextcloudsLimits();
        $accounts = $this->occ(['exchange:account:list']);
        self::assertSame([[1, 'admin', 'anna@example.org', 'active']], array_map(
            static fn (array $row): array => [$row['id'], $row['user'], $row['address'], $row['state']],
            $accounts
        ));
        $links = array_column($this->occ(['exchange:links']), null, 'id');
        $known = static fn (int $link): array => array_map(
            static fn (string $key): mixed => $links[$link][$key],
            ['policy', 'max_deletes', 'invitations', 'state', 'error', 'in_step']
        );
        self::assertSame(['exchange', 5, 'nobody', 'stopped', 'brake', 2], $known(1));
        self::assertSame(['newest', null, 'nobody', 'active', null, 0], $known(2));
        $kept = $this->occ(['exchange:history', '--link=1']);
        self::assertSame([['one.ics', 'conflict', 'Both changed SUMMARY.']], array_map(
            static fn (array $row): array => [$row['uri'], $row['cause'], $row['reason']],
            $kept
        ));
        self::assertSame('BEGIN:VCALENDAR äß', $this->occ(['exchange:history', "--show={$kept[0]['id']}"])['text']);
        $pairs = $this->db->query('SELECT pair_key, etag, base FROM oc_exchange_pairs ORDER BY id')->fetchAll(PDO::FETCH_NUM);
        self::assertSame([['K1', 'e1', '{"a":1}'], ['K2', 'e2', '{}']], $pairs);
    }

    private function assertNamesAreWithinNextcloudsLimits(): void
    {
        foreach ($this->schema($this->folder) as $table => ['columns' => $columns, 'indexes' => $indexes]) {
            self::assertLessThanOrEqual(27, strlen($table), $table);
            foreach ([...array_keys($columns), ...array_keys($indexes)] as $name) {
                self::assertLessThanOrEqual(30, strlen((string)$name), "$table: $name");
            }
        }
    }

    /**
     * The archive of an app with this code and the first migration alone.
     */
    private function firstRelease(): string
    {
        $app = "$this->folder.app/integration_exchange";
        mkdir("$app/appinfo", recursive: true);
        foreach (['lib', 'img', 'templates'] as $part) {
            $this->call(['cp', '-r', __DIR__ . "/../../$part", "$app/$part"]);
        }
        $migrations = glob("$app/lib/Migration/*.php");
        sort($migrations);
        array_map(unlink(...), array_slice($migrations, 1));
        $info = (string)file_get_contents(__DIR__ . '/../../appinfo/info.xml');
        file_put_contents("$app/appinfo/info.xml", preg_replace('~<version>.*?</version>~', '<version>0.0.1</version>', $info));
        $this->call(['tar', '-C', dirname($app), '-czf', "$app.tar.gz", 'integration_exchange']);
        return "$app.tar.gz";
    }

    private function fill(): void
    {
        $rows = [
            'exchange_accounts' => [
                ['id' => 1, 'user_id' => 'admin', 'address' => 'anna@example.org', 'server' => 'https://mail.example.org/EWS/Exchange.asmx',
                    'username' => 'anna', 'password' => 'encrypted', 'created_at' => 1764000000],
            ],
            'exchange_links' => [
                ['id' => 1, 'account_id' => 1, 'kind' => 'event', 'folder_id' => 'F1', 'folder_hash' => hash('sha256', 'F1'),
                    'collection_id' => 71, 'state' => 'stopped', 'policy' => 'exchange', 'max_deletes' => 5, 'error' => 'brake',
                    'remote_cursor' => 'C', 'lease_owner' => 'nobody any more'],
                ['id' => 2, 'account_id' => 1, 'kind' => 'task', 'folder_id' => 'F2', 'folder_hash' => hash('sha256', 'F2'),
                    'collection_id' => 72],
            ],
            'exchange_pairs' => [
                ['id' => 1, 'link_id' => 1, 'pair_key' => 'K1', 'state' => 'linked', 'uri' => 'one.ics', 'etag' => 'e1',
                    'base' => '{"a":1}'],
                ['id' => 2, 'link_id' => 1, 'pair_key' => 'K2', 'state' => 'linked', 'uri' => 'two.ics', 'etag' => 'e2', 'base' => '{}'],
            ],
            'exchange_history' => [
                ['id' => 1, 'link_id' => 1, 'side' => 'local', 'uri' => 'one.ics', 'body' => 'BEGIN:VCALENDAR äß',
                    'reason' => 'Both changed SUMMARY.', 'created_at' => 1764000000],
            ],
        ];
        foreach ($rows as $table => $of) {
            foreach ($of as $row) {
                $columns = implode(', ', array_keys($row));
                $places = implode(', ', array_fill(0, count($row), '?'));
                $this->db->prepare("INSERT INTO oc_$table ($columns) VALUES ($places)")->execute(array_values($row));
            }
        }
    }

    /**
     * Puts this code in place of the first release, and upgrades as an administrator does.
     */
    private function update(): void
    {
        $app = "$this->folder/" . self::APP;
        $this->call(['rm', '-rf', $app]);
        mkdir($app);
        foreach (['appinfo', 'lib', 'img', 'js', 'templates'] as $part) {
            symlink((string)realpath(__DIR__ . "/../../$part"), "$app/$part");
        }
        $told = $this->call([__DIR__ . '/instance', 'occ', $this->folder, 'upgrade']);
        self::assertStringContainsString('Updated <integration_exchange> to', $told);
    }

    /**
     * @return array<string, array{columns: array<string, mixed>, indexes: array<string, mixed>}> the app's tables
     */
    private function schema(string $instance): array
    {
        $told = $this->call([__DIR__ . '/instance', 'occ', $instance, 'db:schema:export', '--output=json']);
        $tables = json_decode($told, true, 64, JSON_THROW_ON_ERROR);
        $ours = [];
        foreach ($tables as $name => $table) {
            if (preg_match('/(?:^|\.)oc_(exchange_\w+)$/', $name, $match) === 1) {
                array_walk($table, static fn (mixed &$part): bool => is_array($part) && ksort($part));
                $ours[$match[1]] = $table;
            }
        }
        ksort($ours);
        return $ours;
    }

    /**
     * @param list<string> $arguments
     * @return array<mixed>
     */
    private function occ(array $arguments): array
    {
        $told = $this->call([__DIR__ . '/instance', 'occ', $this->folder, ...$arguments, '--output=json']);
        return json_decode($told, true, 64, JSON_THROW_ON_ERROR);
    }

    private function connect(): PDO
    {
        $name = (string)getenv('DATABASE_SECOND');
        $place = (string)getenv('DATABASE_HOST');
        $user = [(string)getenv('DATABASE_USER'), (string)getenv('DATABASE_PASSWORD')];
        return match (getenv('DATABASE') ?: 'sqlite') {
            'sqlite' => new PDO("sqlite:$this->folder/data/owncloud.db"),
            'mysql' => new PDO('mysql:unix_socket=' . explode(':', $place)[1] . ";dbname=$name;charset=utf8mb4", ...$user),
            'pgsql' => new PDO("pgsql:host=$place;dbname=$name", ...$user),
        };
    }

    /**
     * Runs a program that must succeed.
     *
     * @param list<string> $command
     * @param array<string, string> $environment
     */
    private function call(array $command, array $environment = []): string
    {
        $environment += ['DATABASE_NAME' => (string)getenv('DATABASE_SECOND')]
            + array_diff_key(getenv(), ['EXCHANGE_EXTENSION' => '', 'NEXTCLOUD_CONFIG_DIR' => '']);
        $log = ['file', "$this->folder.log", 'w'];
        $process = proc_open($command, [['file', '/dev/null', 'r'], ['pipe', 'w'], $log], $pipes, null, $environment);
        self::assertIsResource($process);
        $out = (string)stream_get_contents($pipes[1]);
        $status = proc_close($process);
        self::assertSame(0, $status, implode(' ', $command) . ": $out" . file_get_contents("$this->folder.log"));
        return $out;
    }
}
