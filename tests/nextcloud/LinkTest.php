<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use OCA\IntegrationExchange\Cycle\Result;
use OCA\IntegrationExchange\Cycle\Schedule;
use OCA\IntegrationExchange\Db\Account;
use OCA\IntegrationExchange\Db\AccountMapper;
use OCA\IntegrationExchange\Db\Lease;
use OCA\IntegrationExchange\Db\Link;
use OCA\IntegrationExchange\Db\Process;
use OCA\IntegrationExchange\Failure;
use OCA\IntegrationExchange\Journal\Journal;
use OCA\IntegrationExchange\Local\OwnWrites;
use OCA\IntegrationExchange\Service\Links;
use OCA\IntegrationExchange\Service\Mailbox;
use OCP\AppFramework\Utility\ITimeFactory;
use OCP\DB\Exception as DbException;
use OCP\IUserManager;
use OCP\Server;

final class LinkTest extends LinkTestCase
{
    private const FAR = 4_000_000_000;

    private function lease(int $now): Lease
    {
        $time = $this->createMock(ITimeFactory::class);
        $time->method('getTime')->willReturnCallback(static function () use (&$now): int {
            return $now++;
        });
        return new Lease($this->db, $time);
    }

    public function testOneProcessAtATimeHoldsTheLease(): void
    {
        $link = $this->newLink('event')->getId();
        $first = $this->lease(1000);
        $second = $this->lease(1000);
        self::assertTrue($first->acquire($link));
        self::assertFalse($second->acquire($link));
        $second->release($link);
        self::assertFalse($second->acquire($link), 'somebody else’s lease was released');
        $first->release($link);
        self::assertTrue($second->acquire($link));
    }

    public function testALeaseThatRanOutGoesToTheNextAndIsLostToItsHolder(): void
    {
        $link = $this->newLink('event')->getId();
        $slow = $this->lease(1000);
        self::assertTrue($slow->acquire($link));
        $next = $this->lease(1000 + Lease::SECONDS + 60);
        self::assertTrue($next->acquire($link));
        try {
            $slow->hold($link);
            self::fail('two hold it');
        } catch (Failure $failure) {
            self::assertSame('stopped', $failure->kind);
        }
        $slow->release($link);
        self::assertGreaterThan(1000 + Lease::SECONDS, $next->hold($link), 'whoever lost it does not release it');
        $this->expectException(Failure::class);
        for ($request = 0; $request < 60; $request++) {
            $slow->renew($link);
        }
    }

    public function testALeaseThatRanOutAndNobodyTookIsRenewed(): void
    {
        $link = $this->newLink('event')->getId();
        $slow = $this->lease(1000);
        self::assertTrue($slow->acquire($link));
        $this->db->executeStatement('UPDATE *PREFIX*exchange_leases SET expires_at = 0 WHERE link_id = ?', [$link]);
        $slow->hold($link);
        self::assertFalse($this->lease(1000)->acquire($link));
    }

    public function testWithItsLinkALeaseIsGone(): void
    {
        $link = $this->newLink('event');
        $lease = $this->lease(1000);
        self::assertTrue($lease->acquire($link->getId()));
        Server::get(Links::class)->unlink($link);
        $this->expectException(Failure::class);
        $lease->hold($link->getId());
    }

    public function testTheLeaseOfAKilledProcessIsTakenOverAtOnce(): void
    {
        $link = $this->newLink('event');
        $process = proc_open(['sleep', '60'], [], $pipes);
        $owner = Process::here() . ':' . proc_get_status($process)['pid'] . ':x';
        $this->setLease($link->getId(), $owner, self::FAR);
        self::assertFalse($this->lease(1000)->acquire($link->getId()), 'the process is alive');
        proc_terminate($process, SIGKILL);
        proc_close($process);
        self::assertTrue($this->lease(1000)->acquire($link->getId()));
    }

    public function testALocalChangeMakesTheLinkOfThatCollectionDue(): void
    {
        $events = $this->newLink('event');
        $contacts = $this->newLink('contact');
        $this->later($events, $contacts);
        $this->calendars->createCalendarObject($events->getCollectionId(), 'a.ics', self::event('a', 'A'));
        self::assertSame([0, self::FAR], $this->nextRuns($events, $contacts));

        $this->later($events, $contacts);
        $this->calendars->deleteCalendarObject($events->getCollectionId(), 'a.ics');
        self::assertSame([0, self::FAR], $this->nextRuns($events, $contacts));

        $this->later($events, $contacts);
        $this->addressBooks->createCard($contacts->getCollectionId(), 'a.vcf', self::card('a', 'A'));
        self::assertSame(0, $this->reload($contacts)->getNextRun());

        $this->later($events, $contacts);
        $this->addressBooks->updateCard($contacts->getCollectionId(), 'a.vcf', self::card('a', 'B'));
        self::assertSame(0, $this->reload($contacts)->getNextRun());
    }

    public function testOurOwnWriteDoesNot(): void
    {
        $link = $this->newLink('event');
        $this->later($link);
        Server::get(OwnWrites::class)->during(
            fn () => $this->calendars->createCalendarObject($link->getCollectionId(), 'a.ics', self::event('a', 'A'))
        );
        self::assertSame(self::FAR, $this->reload($link)->getNextRun());
    }

    public function testDueAreActiveLinksWhoseTimeHasCome(): void
    {
        $due = $this->newLink('event');
        $later = $this->newLink('task');
        $this->links->set($due->getId(), ['next_run' => 500]);
        $this->links->set($later->getId(), ['next_run' => 1500]);
        $mine = fn (): array => array_values(array_intersect(
            $this->links->due(1000, 1000),
            [$due->getId(), $later->getId()]
        ));
        self::assertSame([$due->getId()], $mine());
        $this->setLease($due->getId(), 'somebody', 1001);
        self::assertSame([], $mine(), 'somebody works on it');
        $this->setLease($due->getId(), 'somebody', 1000);
        self::assertSame([$due->getId()], $mine(), 'nobody works on it any more');
        $this->links->set($due->getId(), ['state' => Link::STOPPED]);
        self::assertSame([], $mine(), 'it is stopped');
    }

    public function testAFailedLinkWaitsLongerEachTimeAndABusyServerIsObeyed(): void
    {
        $schedule = Server::get(Schedule::class);
        $pauses = [];
        $link = $this->newLink('event');
        foreach ([null, null, null, 42] as $retryAfter) {
            $schedule->ended($link, new Result($link->getId(), 'unreachable', 'No answer.', $retryAfter), false);
            $link = $this->reload($link);
            $pauses[] = $link->getNextRun() - (int)$link->getLastRun();
        }
        self::assertSame([900, 1800, 3600, 42], $pauses);
        self::assertSame(['unreachable', 'No answer.', 'active'], [$link->getError(), $link->getMessage(), $link->getState()]);
        $schedule->ended($link, new Result($link->getId()), true);
        $link = $this->reload($link);
        self::assertSame([null, null, 0], [$link->getError(), $link->getMessage(), $link->getFailures()]);
        self::assertSame($link->getLastRun(), $link->getLastFull());
    }

    public function testABrakeStopsTheLinkAndRefusedCredentialsTheAccount(): void
    {
        $schedule = Server::get(Schedule::class);
        $link = $this->newLink('event');
        $schedule->ended($link, new Result($link->getId(), 'brake', 'Too many deletions.'), false);
        self::assertSame(Link::STOPPED, $this->reload($link)->getState());
        self::assertSame(Account::ACTIVE, $this->accountState());
        $schedule->ended($link, new Result($link->getId(), 'credentials', 'Refused.'), false);
        self::assertSame(Account::REFUSED, $this->accountState());
        $schedule->ended($link, new Result($link->getId()), false);
        self::assertSame([Link::ACTIVE, Account::ACTIVE], [$this->reload($link)->getState(), $this->accountState()]);
    }

    public function testAFolderAndACollectionAreLinkedOnce(): void
    {
        $link = $this->newLink('event');
        $folder = ['id' => 'F', 'kind' => 'event', 'name' => 'Work', 'path' => ['Work']];
        try {
            Server::get(Links::class)->link($this->account, $folder, 'My event', false);
            self::fail('a collection was linked twice');
        } catch (Failure $failure) {
            self::assertStringContainsString('is linked to another folder already', $failure->getMessage());
        }
        $again = new Link();
        $again->setAccountId($this->account->getId());
        $again->setKind('event');
        $again->setFolderId($link->getFolderId());
        $this->expectException(DbException::class);
        $this->links->insert($again);
    }

    public function testUnlinkingRemovesTheJournalAndKeepsTheObjects(): void
    {
        $link = $this->linkWithJournal();
        self::assertSame(['accounts' => 1, 'links' => 1, 'pairs' => 1, 'history' => 1], $this->rows($link));
        Server::get(Links::class)->unlink($link);
        self::assertSame(['accounts' => 1, 'links' => 0, 'pairs' => 0, 'history' => 0], $this->rows($link));
        self::assertSame(['a.ics'], array_keys($this->calendar($link->getCollectionId())));
    }

    public function testDeletingAUserLeavesNothingBehind(): void
    {
        $link = $this->linkWithJournal();
        Server::get(IUserManager::class)->get($this->user)->delete();
        self::assertSame(['accounts' => 0, 'links' => 0, 'pairs' => 0, 'history' => 0], $this->rows($link));
    }

    public function testThePasswordIsStoredEncryptedAndReadForTheExtensionOnly(): void
    {
        $sql = 'SELECT password FROM *PREFIX*exchange_accounts WHERE id = ?';
        $stored = (string)$this->db->executeQuery($sql, [$this->account->getId()])->fetchOne();
        self::assertStringNotContainsString('Fixture-Mailbox-7', $stored);
        self::assertSame('Fixture-Mailbox-7', Server::get(Mailbox::class)->describe($this->account)['password']);
    }

    private function linkWithJournal(): Link
    {
        $link = $this->newLink('event');
        $this->calendars->createCalendarObject($link->getCollectionId(), 'a.ics', self::event('a', 'A'));
        $journal = new Journal($this->db, $link->getId());
        $journal->put([['key' => 'k', 'state' => 'linked', 'uri' => 'a.ics', 'base' => [], 'losses' => []]]);
        $journal->keep([['side' => 'local', 'uri' => 'a.ics', 'text' => 'x', 'reason' => 'Lost.']], 1000);
        return $link;
    }

    private function setLease(int $link, string $owner, int $expires): void
    {
        $this->db->executeStatement('DELETE FROM *PREFIX*exchange_leases WHERE link_id = ?', [$link]);
        $sql = 'INSERT INTO *PREFIX*exchange_leases (link_id, owner, expires_at) VALUES (?, ?, ?)';
        $this->db->executeStatement($sql, [$link, $owner, $expires]);
    }

    private function later(Link ...$links): void
    {
        foreach ($links as $link) {
            $this->links->set($link->getId(), ['next_run' => self::FAR]);
        }
    }

    /**
     * @return list<int>
     */
    private function nextRuns(Link ...$links): array
    {
        return array_map(fn (Link $link): int => $this->reload($link)->getNextRun(), array_values($links));
    }

    private function accountState(): string
    {
        return (string)Server::get(AccountMapper::class)->find($this->account->getId())?->getState();
    }
}
