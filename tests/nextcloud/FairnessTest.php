<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use Exchange\Tests\StandIn;

/**
 * A server that does not answer holds back nobody else, also where few cycles run at a time.
 */
final class FairnessTest extends EndToEndTestCase
{
    private const CYCLES = 2;

    protected function tearDown(): void
    {
        foreach (['cycles', 'servers'] as $key) {
            Occ::run(['config:app:delete', 'integration_exchange', $key]);
        }
        parent::tearDown();
    }

    public function testALinkOfAnotherServerGoesOnWhileOneServerHangs(): void
    {
        Occ::run(['config:app:set', 'integration_exchange', 'cycles', '--type=integer', '--value=' . self::CYCLES]);
        $slow = StandIn::start(address: "slow.$this->address", password: self::PASSWORD);
        try {
            // These come first, and are more than there are places.
            $hanging = $this->linkCalendars($slow, 2 * self::CYCLES);
            $quick = $this->addAccount();
            $going = array_map(fn (string $kind): int => $this->link($quick, $kind)['link'], ['event', 'task', 'contact']);
            self::assertGreaterThan(max($hanging), min($going));
            $slow->fault(['kind' => 'slow', 'ms' => 600_000]);
            $slow->calls();

            $process = Occ::start(['exchange:sync', '--user', $this->user], $pipes);
            for ($wait = 0; count($this->synchronised()) < count($going); $wait++) {
                self::assertLessThan(1000, $wait, 'only these were synchronised: ' . implode(', ', $this->synchronised()));
                usleep(20_000);
            }
            self::assertSame($going, $this->synchronised());
            self::assertSame([], $slow->calls(), 'the slow server has answered nothing');
            proc_terminate($process, SIGTERM);
            stream_get_contents($pipes[1]);
            proc_close($process);
        } finally {
            $slow->stop();
        }
    }

    public function testAServerGetsAsManyRequestsAtOnceAsTheAdministratorSays(): void
    {
        $account = $this->addAccount();
        array_map(fn (string $kind): array => $this->link($account, $kind), ['event', 'task', 'contact']);
        $this->standIn->fault(['kind' => 'slow', 'ms' => 50]);
        // The first request finds out alone whether the password counts; then the two other links ask.
        foreach (['--requests=default' => 2, '--requests=1' => 1, '--mailbox-requests=1' => 1] as $option => $most) {
            Occ::json(0, 'exchange:server', '127.0.0.1', '--requests=default', '--mailbox-requests=default');
            Occ::json(0, 'exchange:server', '127.0.0.1', $option);
            $this->standIn->calls();
            Occ::json(0, 'exchange:sync', '--account', (string)$account, '--full');
            self::assertSame($most, $this->standIn->mostAtOnce(), $option);
        }
        $shown = array_column(Occ::json(0, 'exchange:server')['servers'], null, 'host')['127.0.0.1'];
        self::assertSame([null, 1], [$shown['requests'], $shown['mailbox_requests']]);
        self::assertSame(2, Occ::run(['exchange:server', '127.0.0.1', '--requests=0'])['status']);
    }

    /**
     * @return list<int> links of an account of its own, with as many calendars
     */
    private function linkCalendars(StandIn $standIn, int $count): array
    {
        $remote = new Remote($standIn->url, $standIn->address, self::PASSWORD);
        for ($number = 1; $number < $count; $number++) {
            $remote->createFolder("Calendar $number");
        }
        $command = ['exchange:account:add', $this->user, "--address=$standIn->address", "--server=$standIn->url", '--password-stdin'];
        $account = json_decode(Occ::run([...$command, '--output=json'], self::PASSWORD . "\n")['out'], true)['id'];
        $links = [];
        foreach (Occ::json(0, 'exchange:folders', (string)$account) as $folder) {
            if ($folder['kind'] === 'event') {
                $links[] = Occ::json(0, 'exchange:link', (string)$account, $folder['id'], '--create')['id'];
            }
        }
        self::assertCount($count, $links);
        return $links;
    }

    /**
     * @return list<int> links with a good cycle behind them
     */
    private function synchronised(): array
    {
        $sql = 'SELECT l.id FROM *PREFIX*exchange_links l JOIN *PREFIX*exchange_accounts a ON a.id = l.account_id'
            . ' WHERE a.user_id = ? AND l.last_run > 0 AND l.error IS NULL ORDER BY l.id';
        return array_map(intval(...), $this->db->executeQuery($sql, [$this->user])->fetchAll(\PDO::FETCH_COLUMN));
    }
}
