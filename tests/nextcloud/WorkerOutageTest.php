<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use Throwable;

/**
 * The database is gone for a while, and comes back.
 */
final class WorkerOutageTest extends WorkerTestCase
{
    protected function setUp(): void
    {
        if (getenv('DATABASE') === 'sqlite') {
            self::markTestSkipped('An outage of the database is tested on MariaDB and PostgreSQL; SQLite has no server.');
        }
        parent::setUp();
    }

    public function testWhatHappensDuringAnOutageOfTheDatabaseIsDoneAfterwards(): void
    {
        ['link' => $link, 'collection' => $calendar] = $this->link($this->addAccount(), 'event');
        self::configure(['poll_interval' => '10']);
        $worker = $this->worker();
        $this->eventually(fn (): bool => $this->row($link)['last_success'] !== null, 'no first cycle');
        $this->awaitQuiet($link);
        $name = $this->workers()[0]['id'];

        // One is on its way to Exchange, one is there and not yet here.
        $this->standIn->fault(['kind' => 'slow', 'ms' => 3_000, 'operation' => 'CreateItem', 'count' => 1]);
        $this->put($calendar, 'Ours');
        $sql = "SELECT COUNT(*) FROM *PREFIX*exchange_pairs WHERE link_id = ? AND state = 'creating'";
        $this->eventually(fn (): bool => (int)$this->db->executeQuery($sql, [$link])->fetchOne() === 1, 'no cycle began');
        self::database('stop');
        $this->remote->createEvent('Theirs');
        sleep(4);
        self::assertTrue(proc_get_status($worker)['running'], 'it does not live through it');
        self::database('again');
        $this->reconnect();

        $both = fn (): bool => $this->summaries('event', $calendar) === ['Ours', 'Theirs'] && isset($this->remote->items('event')['Ours']);
        $this->eventually($both, 'something is lost', 40.0);
        $this->awaitQuiet($link);
        $this->assertInStep(['Ours', 'Theirs'], 'event', $calendar);
        self::assertSame([$name], array_column($this->workers(), 'id'), 'it began anew');
        self::assertSame(0, (int)$this->row($link)['failures']);
        $this->put($calendar, 'Afterwards');
        $this->eventually(fn (): bool => isset($this->remote->items('event')['Afterwards']), 'it does not work any more');
        self::assertSame(0, $this->end($worker));
        self::assertSame([], $this->workers());
    }

    private static function database(string $command): void
    {
        exec(escapeshellarg(__DIR__ . '/database') . " $command " . escapeshellarg((string)getenv('DATABASE_DIR')), $lines, $status);
        self::assertSame(0, $status, implode("\n", $lines));
    }

    private function reconnect(): void
    {
        $this->eventually(function (): bool {
            try {
                $this->db->close();
                return $this->workers() !== [];
            } catch (Throwable) {
                return false;
            }
        }, 'the database does not come back');
    }
}
