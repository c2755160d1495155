<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use OCA\IntegrationExchange\AppInfo\Application;
use OCA\IntegrationExchange\Db\Account;
use OCA\IntegrationExchange\Db\AccountMapper;
use OCA\IntegrationExchange\Db\Inventory;
use OCA\IntegrationExchange\Db\Workers;
use OCA\IntegrationExchange\Journal\Journals;
use OCA\IntegrationExchange\Language\Phrasebook;
use OCA\IntegrationExchange\Service\Register;
use OCA\IntegrationExchange\Service\Staff;
use OCA\IntegrationExchange\Setting\Organisation;
use OCA\IntegrationExchange\SetupCheck\WorkerCheck;
use OCA\IntegrationExchange\Worker\Start;
use OCP\AppFramework\Utility\ITimeFactory;
use OCP\IAppConfig;
use OCP\L10N\IFactory;
use OCP\Server;
use OCP\SetupCheck\SetupResult;

/**
 * What the pages and the administration overview tell of active mode.
 */
final class StaffTest extends LinkTestCase
{
    private const ID = 'staff-1';

    private Workers $workers;

    protected function setUp(): void
    {
        parent::setUp();
        $this->workers = Server::get(Workers::class);
    }

    protected function tearDown(): void
    {
        $this->workers->leave(self::ID);
        foreach (['mode', Start::PROBLEM] as $key) {
            Server::get(IAppConfig::class)->deleteKey(Application::APP_ID, $key);
        }
        parent::tearDown();
    }

    public function testInPassiveModeNothingIsAmiss(): void
    {
        self::assertSame(SetupResult::SUCCESS, $this->check()->run()->getSeverity());
        self::assertNull($this->staff()->watch($this->account));
        self::assertNull($this->row()['watch']);
    }

    public function testNoWorkerIsToldWithWhatTheBackgroundJobFound(): void
    {
        $this->activate();
        $check = $this->check()->run();
        self::assertSame(SetupResult::WARNING, $check->getSeverity());
        self::assertStringContainsString('The next background job starts one', (string)$check->getDescription());
        self::assertStringEndsWith('Administration settings → Exchange says more.', (string)$check->getDescription());
        self::assertStringNotContainsString('Administration settings', (string)$this->check()->onPage()->getDescription());
        $problem = 'There is no worker, and this PHP may start none.';
        Server::get(IAppConfig::class)->setValueString(Application::APP_ID, Start::PROBLEM, $problem);
        self::assertSame($problem, $this->staff()->problem());
        $check = $this->check()->run();
        self::assertSame(SetupResult::ERROR, $check->getSeverity());
        self::assertStringContainsString('this PHP may start none', (string)$check->getDescription());
    }

    public function testAWorkerLivesAsLongAsItGivesSignsOfLife(): void
    {
        $this->activate();
        $this->workers->register(self::ID, 'host-a', 4711, '0.1.0');
        $this->workers->beat(self::ID, ['accounts' => 3, 'events' => 7, 'cycles' => 9, 'memory' => 42, 'lag' => 15, 'live' => 3]);
        $worker = $this->staff()->workers()[0];
        self::assertSame([true, 'host-a', 4711, 3, 7, 9, 42, 15], [
            $worker['live'], $worker['host'], $worker['pid'], $worker['accounts'], $worker['events'], $worker['cycles'], $worker['memory'],
            $worker['lag'],
        ]);
        self::assertSame(SetupResult::SUCCESS, $this->check()->run()->getSeverity());
        $this->db->executeStatement('UPDATE *PREFIX*exchange_workers SET beat_at = beat_at - 31');
        self::assertFalse($this->staff()->workers()[0]['live']);
        self::assertSame(SetupResult::WARNING, $this->check()->run()->getSeverity());
    }

    public function testHowAnAccountIsLookedAfter(): void
    {
        $this->activate();
        self::assertSame(['none', 900], $this->watch());
        $this->workers->register(self::ID, 'host-a', 4711, '0.1.0');
        $this->workers->take(self::ID, 10);
        self::assertSame(['none', 900], $this->watch(), 'it has it and says nothing of it yet');
        $looks = ['live' => null, 'connecting' => null, 'polled' => 60, 'waiting' => 900, 'refused' => null, 'nonsense' => 900];
        foreach ($looks as $state => $seconds) {
            $watch = ['state' => $state, 'since' => 1_700_000_000, 'message' => 'Why.'];
            $this->workers->say(self::ID, [$this->account->getId()], json_encode($watch, JSON_THROW_ON_ERROR));
            self::assertSame([$state === 'nonsense' ? 'none' : $state, $seconds], $this->watch());
        }
        $this->workers->say(self::ID, [$this->account->getId()], '{"state":"waiting","since":1700000000,"message":"Why."}');
        $shown = $this->staff()->watch($this->stored());
        self::assertSame(['2023-11-14T22:13:20Z', 'Why.'], [$shown['since'], $shown['message']]);
        self::assertSame('waiting', $this->row()['watch']);
        $this->db->executeStatement('UPDATE *PREFIX*exchange_workers SET beat_at = beat_at - 31');
        self::assertSame(['none', 900], $this->watch(), 'what a silent worker said holds no more');
        $this->db->executeStatement('UPDATE *PREFIX*exchange_accounts SET passive = 1');
        self::assertSame(['passive', 900], $this->watch());
    }

    private function activate(): void
    {
        Server::get(Organisation::class)->set(['mode' => Organisation::ACTIVE]);
    }

    private function stored(): Account
    {
        return Server::get(AccountMapper::class)->find($this->account->getId()) ?? self::fail('The account is gone.');
    }

    /**
     * @return array{string, ?int} state, and seconds between two looks
     */
    private function watch(): array
    {
        $watch = $this->staff()->watch($this->stored());
        self::assertNotNull($watch);
        self::assertSame($watch['state'], $this->row()['watch']);
        return [$watch['state'], $watch['seconds']];
    }

    /**
     * @return array<string, mixed> of the overview
     */
    private function row(): array
    {
        $register = new Register(
            Server::get(Inventory::class),
            Server::get(Journals::class),
            $this->staff()
        );
        return $register->page($this->user, '', 0, 1)['rows'][0];
    }

    /**
     * A new one, as each request has.
     */
    private function staff(): Staff
    {
        return new Staff(
            $this->workers,
            Server::get(Organisation::class),
            Server::get(IAppConfig::class),
            Server::get(ITimeFactory::class)
        );
    }

    private function check(): WorkerCheck
    {
        $l = Server::get(IFactory::class)->get(Application::APP_ID, 'en');
        return new WorkerCheck($this->staff(), new Phrasebook($l), $l);
    }
}
