<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use DateTime;
use OC\AppFramework\Bootstrap\Coordinator;
use OC\AppFramework\Bootstrap\ServiceRegistration;
use OCA\IntegrationExchange\AppInfo\Application;
use OCA\IntegrationExchange\Db\Account;
use OCA\IntegrationExchange\Db\AccountMapper;
use OCA\IntegrationExchange\Db\Inventory;
use OCA\IntegrationExchange\OAuth\Cloud;
use OCA\IntegrationExchange\SetupCheck\FailingCheck;
use OCA\IntegrationExchange\SetupCheck\RetirementCheck;
use OCP\AppFramework\Utility\ITimeFactory;
use OCP\L10N\IFactory;
use OCP\Server;
use OCP\SetupCheck\SetupResult;

/**
 * What the administration overview warns of in time. The clock is ours.
 */
final class WarningTest extends LinkTestCase
{
    private function time(string $day): ITimeFactory
    {
        $time = $this->createMock(ITimeFactory::class);
        $time->method('getTime')->willReturn(strtotime("$day 12:00:00 UTC"));
        $time->method('getDateTime')->willReturn(new DateTime("$day 12:00:00 UTC"));
        return $time;
    }

    private function retirement(string $day): SetupResult
    {
        $l = Server::get(IFactory::class)->get(Application::APP_ID, 'en');
        return (new RetirementCheck(Server::get(AccountMapper::class), $this->time($day), $l))->run();
    }

    private function failing(string $day): SetupResult
    {
        return $this->check($day)->run();
    }

    private function check(string $day): FailingCheck
    {
        $l = Server::get(IFactory::class)->get(Application::APP_ID, 'en');
        return new FailingCheck(Server::get(Inventory::class), $this->time($day), $l);
    }

    public function testTheEndOfEwsInACloudIsToldInTime(): void
    {
        self::assertSame(SetupResult::SUCCESS, $this->retirement('2027-05-01')->getSeverity(), 'servers of one’s own go on');
        $account = new Account();
        $account->setUserId($this->user);
        $account->setAddress("cloud-$this->user@example.org");
        $account->setUsername('c');
        $account->setServer('https://outlook.office365.com/EWS/Exchange.asmx');
        Server::get(AccountMapper::class)->insert($account);
        $days = [
            '2026-03-31' => SetupResult::SUCCESS, '2026-04-01' => SetupResult::INFO, '2026-09-30' => SetupResult::INFO,
            '2026-10-01' => SetupResult::WARNING, '2027-03-31' => SetupResult::WARNING, '2027-04-01' => SetupResult::ERROR,
        ];
        foreach ($days as $day => $severity) {
            $result = $this->retirement($day);
            self::assertSame($severity, $result->getSeverity(), $day);
            if ($severity !== SetupResult::SUCCESS) {
                self::assertMatchesRegularExpression('/^1 account is .*2027-04-01/', (string)$result->getDescription());
            }
        }
        self::assertStringContainsString('EWSAllowedAppIDs', (string)$this->retirement('2026-11-26')->getDescription());
    }

    public function testMicrosoftsCloudsAreToldFromServersOfOnesOwn(): void
    {
        foreach (
            ['https://outlook.office365.com/EWS/Exchange.asmx', 'OUTLOOK.office365.us', 'webmail.apps.mil', 'partner.outlook.cn',
            'https://am6pr01.outlook.com/EWS/Exchange.asmx'] as $server
        ) {
            self::assertTrue(Cloud::hosts($server), $server);
        }
        foreach (['mail.example.org', 'outlook.example.org', 'outlook.office365.com.example.org', 'myoutlook.com', ''] as $server) {
            self::assertFalse(Cloud::hosts($server), $server);
        }
    }

    public function testAccountsThatFailForLongAreNamedAndThoseThatJustBeganAreNot(): void
    {
        $link = $this->newLink('event');
        $set = fn (array $columns) => $this->links->set($link->getId(), $columns);
        $set(['last_success' => strtotime('2026-11-01'), 'last_run' => 1, 'error' => null]);
        self::assertSame(SetupResult::SUCCESS, $this->failing('2026-11-26')->getSeverity(), 'nothing is wrong, it is only long ago');
        $set(['error' => 'unreachable']);
        $result = $this->failing('2026-11-26');
        self::assertSame(SetupResult::WARNING, $result->getSeverity());
        self::assertStringContainsString($this->account->getAddress(), (string)$result->getDescription());
        self::assertStringEndsWith('Administration settings → Exchange says why.', (string)$result->getDescription());
        self::assertStringEndsWith('The table below says why.', (string)$this->check('2026-11-26')->onPage()->getDescription());
        self::assertSame(SetupResult::SUCCESS, $this->failing('2026-11-02')->getSeverity(), 'one day is not long');
        $set(['last_success' => null, 'created_at' => strtotime('2026-11-25')]);
        self::assertSame(SetupResult::SUCCESS, $this->failing('2026-11-26')->getSeverity(), 'it has only just been made');
        self::assertSame(SetupResult::WARNING, $this->failing('2026-11-28')->getSeverity());
        $set(['error' => 'not_allowed']);
        self::assertSame(SetupResult::SUCCESS, $this->failing('2026-11-28')->getSeverity(), 'the administrator wants it so');
    }

    public function testBothStandInTheAdministrationOverview(): void
    {
        $registered = Server::get(Coordinator::class)->getRegistrationContext()?->getSetupChecks() ?? [];
        $checks = array_flip(array_map(static fn (ServiceRegistration $check): string => $check->getService(), $registered));
        foreach ([RetirementCheck::class, FailingCheck::class] as $class) {
            self::assertArrayHasKey($class, $checks);
        }
    }
}
