<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use OCA\IntegrationExchange\BackgroundJob\TellPeople;
use OCA\IntegrationExchange\Db\Account;
use OCA\IntegrationExchange\Db\AccountMapper;
use OCA\IntegrationExchange\Db\Link;
use OCA\IntegrationExchange\Journal\Journal;
use OCA\IntegrationExchange\Journal\Journals;
use OCA\IntegrationExchange\Notification\Needs;
use OCA\IntegrationExchange\Notification\Notifier;
use OCA\IntegrationExchange\Service\Links;
use OCP\AppFramework\Utility\ITimeFactory;
use OCP\BackgroundJob\IJobList;
use OCP\IUserManager;
use OCP\Notification\IManager;
use OCP\Notification\UnknownNotificationException;
use OCP\Server;

/**
 * Where a person is needed they are told, once a day for each cause, until it is solved. The clock is ours.
 */
final class NeedsTest extends LinkTestCase
{
    private const HOUR = 3_600;

    private int $now = 1_800_000_000;

    protected function setUp(): void
    {
        parent::setUp();
        Told::begin();
    }

    private function time(): ITimeFactory
    {
        $time = $this->createMock(ITimeFactory::class);
        $time->method('getTime')->willReturnCallback(fn (): int => $this->now);
        $time->method('getDateTime')->willReturnCallback(fn (): \DateTime => new \DateTime("@$this->now"));
        return $time;
    }

    private function needs(): Needs
    {
        $accounts = Server::get(AccountMapper::class);
        return new Needs(Server::get(IManager::class), $accounts, $this->links, new Journals($this->db), $this->time());
    }

    /** The job looks as it does each hour. */
    private function job(): void
    {
        $job = new TellPeople($this->time(), $this->needs());
        $job->setLastRun(0);
        $job->start(Server::get(IJobList::class));
    }

    private function stop(Link $link, ?string $error): void
    {
        $state = $error === null ? Link::ACTIVE : Link::STOPPED;
        $this->links->set($link->getId(), ['state' => $state, 'error' => $error, 'message' => $error]);
        $this->needs()->link($link->getId());
    }

    /**
     * @param list<string> $keys what is set aside now
     */
    private function setAside(Link $link, array $keys): void
    {
        $journal = new Journal($this->db, $link->getId());
        $journal->forget(['a', 'b', 'c']);
        $journal->put(array_map(static fn (string $key): array => [
            'key' => $key, 'state' => 'set_aside', 'uri' => "$key.ics", 'reason' => 'Odd.', 'remote_id' => "R$key", 'version' => 'v',
            'etag' => null, 'base' => [], 'losses' => [], 'starts' => null, 'ends' => null,
        ], $keys));
        $this->needs()->link($link->getId());
    }

    public function testARefusedSignInIsToldOnceADayAndTakenBackWhenItWorks(): void
    {
        $told = ["account {$this->account->getId()}: refused"];
        $set = function (string $state): void {
            $this->account->setState($state);
            $this->account = Server::get(AccountMapper::class)->update($this->account);
            $this->needs()->account($this->account);
        };
        $set(Account::REFUSED);
        $set(Account::REFUSED);
        self::assertSame([$told, 1], [Told::to($this->user), Told::$count]);
        $set(Account::ACTIVE);
        self::assertSame([], Told::to($this->user));

        $this->now += self::HOUR;
        $set(Account::REFUSED);
        self::assertSame([[], 1], [Told::to($this->user), Told::$count], 'not twice within a day');
        $this->now += 22 * self::HOUR;
        $this->job();
        self::assertSame(1, Told::$count);
        $this->now += self::HOUR;
        $this->job();
        self::assertSame([$told, 2], [Told::to($this->user), Told::$count], 'it waited for its day');
        $this->now += 48 * self::HOUR;
        $this->job();
        self::assertSame(2, Told::$count, 'who knows is not told again');

        $set(Account::ACTIVE);
        $this->now += 24 * self::HOUR;
        $this->job();
        $this->job();
        self::assertNull(Server::get(AccountMapper::class)->find($this->account->getId())->getTold(), 'nothing is remembered for ever');
    }

    public function testABrakeAndALostFolderAreToldApartFromEachOther(): void
    {
        $link = $this->newLink('event');
        $other = $this->newLink('task');
        $this->stop($link, 'brake');
        $this->stop($other, 'gone');
        self::assertSame(["link {$link->getId()}: brake", "link {$other->getId()}: gone"], Told::to($this->user));
        $this->stop($link, null);
        self::assertSame(["link {$other->getId()}: gone"], Told::to($this->user));
        $this->stop($link, 'unconfirmed');
        self::assertSame(2, Told::$count, 'a link that its person is just making');
        Server::get(Links::class)->unlink($this->reload($other));
        self::assertSame([], Told::to($this->user));
    }

    public function testItemsThatAreSetAsideAreToldWhenThereAreMoreAndTakenBackWhenThereIsNone(): void
    {
        $link = $this->newLink('event');
        $this->setAside($link, ['a']);
        $this->setAside($link, ['a', 'b']);
        self::assertSame(1, Told::$count);
        $this->now += 24 * self::HOUR;
        $this->job();
        self::assertSame([["link {$link->getId()}: set_aside"], 2], [Told::to($this->user), Told::$count]);
        self::assertSame(2, Told::$shown[0]['parameters']['amount']);
        $this->now += 24 * self::HOUR;
        $this->setAside($link, ['a']);
        self::assertSame(2, Told::$count, 'fewer are no news');
        $this->setAside($link, ['a', 'c']);
        self::assertSame(3, Told::$count, 'another one is');
        $this->setAside($link, []);
        self::assertSame([], Told::to($this->user));
    }

    public function testWhoIsGoneLeavesNoNotificationBehind(): void
    {
        $link = $this->newLink('event');
        $this->stop($link, 'brake');
        $this->account->setState(Account::REFUSED);
        $this->needs()->account(Server::get(AccountMapper::class)->update($this->account));
        self::assertCount(2, Told::to($this->user));
        Server::get(IUserManager::class)->get($this->user)->delete();
        self::assertSame([], Told::to($this->user));
        Server::get(IUserManager::class)->createUser($this->user, 'Fixture-User-7');
    }

    public function testEachSaysWhatHappenedAndLeadsToTheSettings(): void
    {
        $parameters = ['address' => 'anna@example.org', 'message' => 'Exchange says no.', 'name' => 'Team', 'amount' => 3];
        foreach (
            [
                'refused' => ['anna@example.org', 'Exchange says no.'],
                'brake' => ['“Team”', 'restore'],
                'gone' => ['“Team”', 'Bring it back'],
                'set_aside' => ['3 items of “Team”', 'why'],
            ] as $subject => [$said, $advice]
        ) {
            $notification = Server::get(IManager::class)->createNotification()->setApp('integration_exchange')->setUser($this->user)
                ->setObject('link', '1')->setDateTime(new \DateTime())->setSubject($subject, $parameters);
            $prepared = Server::get(Notifier::class)->prepare($notification, 'en');
            self::assertStringContainsString($said, $prepared->getParsedSubject());
            self::assertStringContainsString($advice, $prepared->getParsedMessage());
            self::assertStringEndsWith('/settings/user/connected-accounts#exchange-link-1', $prepared->getLink());
        }
        $this->expectException(UnknownNotificationException::class);
        Server::get(Notifier::class)->prepare($notification->setSubject('something-else'), 'en');
    }
}
