<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use Closure;
use OCA\IntegrationExchange\Setting\Organisation;
use OCP\DB\Exception;
use OCP\IAppConfig;
use OCP\Server;

/**
 * A test in active mode, with workers as processes of their own.
 */
abstract class WorkerTestCase extends EndToEndTestCase
{
    /** Seconds in which anything happens that happens at all. */
    protected const SOON = 20.0;

    /** @var list<resource> */
    private array $processes = [];
    private string $output = '';
    private int $logged = 0;

    protected function setUp(): void
    {
        parent::setUp();
        self::configure(['mode' => 'active']);
        $this->logged = strlen(self::log());
        $this->output = (string)tempnam(dirname((string)getenv('NEXTCLOUD_CONFIG_DIR')), 'worker');
    }

    protected function tearDown(): void
    {
        foreach ($this->processes as $process) {
            $this->end($process, SIGKILL);
        }
        $this->db->executeStatement('DELETE FROM *PREFIX*exchange_workers');
        self::configure(array_fill_keys(['mode', 'interval', 'active_interval', 'poll_interval', 'cycles', 'worker_memory'], 'default'));
        if ($this->hasFailed()) {
            fwrite(STDERR, (string)file_get_contents($this->output));
        }
        unlink($this->output);
        parent::tearDown();
        $log = substr(self::log(), $this->logged);
        self::assertDoesNotMatchRegularExpression('/The worker stumbled|could not begin: |could not be looked at: /', $log);
    }

    private static function log(): string
    {
        return (string)@file_get_contents((string)getenv('NEXTCLOUD_LOG'));
    }

    /**
     * @param array<string, string> $settings
     */
    protected static function configure(array $settings): void
    {
        Server::get(IAppConfig::class)->clearCache();
        Server::get(Organisation::class)->set($settings);
    }

    /**
     * Starts a worker and waits until it is one.
     *
     * @return resource
     */
    protected function worker(string ...$options)
    {
        $before = array_column($this->workers(), 'id');
        $process = $this->start(...$options);
        $this->eventually(fn (): bool => array_diff(array_column($this->workers(), 'id'), $before) !== [], 'no worker began');
        return $process;
    }

    /**
     * @return resource
     */
    protected function start(string ...$options)
    {
        $command = [PHP_BINARY, '-d', 'extension=' . getenv('EXCHANGE_EXTENSION'), 'occ', '--no-warnings', 'exchange:worker', ...$options];
        $log = ['file', $this->output, 'a'];
        $process = proc_open($command, [['file', '/dev/null', 'r'], $log, $log], $pipes, (string)getenv('NEXTCLOUD_ROOT'));
        self::assertIsResource($process);
        $this->processes[] = $process;
        return $process;
    }

    /**
     * Sends a signal and waits for the end.
     *
     * @param resource $process
     * @return int its exit status
     */
    protected function end($process, int $signal = SIGTERM, float $seconds = 10.0): int
    {
        $at = array_search($process, $this->processes, true);
        if ($at === false) {
            return -1;
        }
        proc_terminate($process, $signal);
        $status = $this->await($process, $seconds);
        unset($this->processes[$at]);
        return $status;
    }

    /**
     * Waits until a process ends by itself.
     *
     * @param resource $process
     * @return int its exit status
     */
    protected function await($process, float $seconds): int
    {
        $status = proc_get_status($process);
        $this->eventually(function () use ($process, &$status): bool {
            $status = $status['running'] ? proc_get_status($process) : $status;
            return !$status['running'];
        }, 'the worker did not end', $seconds);
        return $status['exitcode'];
    }

    /**
     * What the workers wrote.
     */
    protected function told(): string
    {
        return (string)file_get_contents($this->output);
    }

    protected static function pid($process): int
    {
        return proc_get_status($process)['pid'];
    }

    /**
     * @return list<array<string, mixed>> rows
     */
    protected function workers(): array
    {
        return $this->db->executeQuery('SELECT * FROM *PREFIX*exchange_workers ORDER BY since, id')->fetchAll();
    }

    /**
     * @return list<string> who has the accounts, in the order of these
     */
    protected function owners(): array
    {
        $sql = 'SELECT worker FROM *PREFIX*exchange_accounts WHERE user_id LIKE ? ORDER BY id';
        return array_map(strval(...), $this->db->executeQuery($sql, ["$this->user%"])->fetchAll(\PDO::FETCH_COLUMN));
    }

    protected function row(int $link): array
    {
        return $this->db->executeQuery('SELECT * FROM *PREFIX*exchange_links WHERE id = ?', [$link])->fetch();
    }

    protected function cycles(): int
    {
        $sum = 0;
        foreach ($this->workers() as $worker) {
            $sum += json_decode((string)$worker['figures'], true)['cycles'] ?? 0;
        }
        return $sum;
    }

    /**
     * A person makes an event. SQLite refuses who meets another writer, and people's programs try again then.
     */
    protected function put(int $calendar, string $summary): void
    {
        $this->eventually(function () use ($calendar, $summary): bool {
            try {
                $uid = bin2hex(random_bytes(4));
                $this->calendars->createCalendarObject($calendar, "$uid.ics", self::event($uid, $summary));
                return true;
            } catch (Exception $error) {
                self::assertStringContainsString('locked', $error->getMessage());
                return false;
            }
        }, 'Nextcloud takes no event');
    }

    /**
     * Waits for something that must come to be.
     *
     * @param Closure(): bool $is
     */
    protected function eventually(Closure $is, string $otherwise, float $seconds = self::SOON): float
    {
        $start = hrtime(true);
        while (!$is()) {
            $waited = (hrtime(true) - $start) / 1e9;
            self::assertLessThan($seconds, $waited, "$otherwise\n" . $this->told());
            usleep(50_000);
        }
        return (hrtime(true) - $start) / 1e9;
    }

    /**
     * A link that has had its first cycle.
     *
     * @return array{link: int, collection: int}
     */
    protected function linkAndWait(int $account, string $kind): array
    {
        $link = $this->link($account, $kind);
        $this->eventually(fn (): bool => $this->row($link['link'])['last_success'] !== null, 'no first cycle');
        return $link;
    }

    /**
     * Waits until nothing is due or runs any more.
     */
    protected function awaitQuiet(int $link): void
    {
        $this->eventually(function () use ($link): bool {
            $leases = $this->db->executeQuery('SELECT COUNT(*) FROM *PREFIX*exchange_leases WHERE link_id = ?', [$link])->fetchOne();
            return (int)$leases === 0 && (int)$this->row($link)['next_run'] > time();
        }, 'it does not come to rest');
    }
}
