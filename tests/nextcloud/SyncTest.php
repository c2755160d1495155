<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use OCP\IUserManager;
use OCP\Server;

final class SyncTest extends EndToEndTestCase
{
    public function testAllThreeKindsGoBothWays(): void
    {
        $account = $this->addAccount();
        $links = array_map(fn (string $kind): array => $this->link($account, $kind), [
            'event' => 'event', 'task' => 'task', 'contact' => 'contact',
        ]);
        $this->remote->createEvent('Theirs');
        $this->remote->createTask('Theirs');
        $this->remote->createContact('Thea', 'Remote');
        $this->calendars->createCalendarObject($links['event']['collection'], 'o.ics', self::event('o-event', 'Ours'));
        $this->calendars->createCalendarObject($links['task']['collection'], 'o.ics', self::task('o-task', 'Ours'));
        $this->addressBooks->createCard($links['contact']['collection'], 'o.vcf', self::card('o-card', 'Olaf'));

        $result = Occ::json(0, 'exchange:sync', '--account', (string)$account);
        self::assertSame([1, 1, 1], array_column($result['links'], 'local_created'));
        self::assertSame([1, 1, 1], array_column($result['links'], 'remote_created'));
        $this->assertInStep(['Ours', 'Theirs'], 'event', $links['event']['collection']);
        $this->assertInStep(['Ours', 'Theirs'], 'task', $links['task']['collection']);
        $this->assertInStep(['Olaf', 'Thea Remote'], 'contact', $links['contact']['collection']);
        self::assertSame([2, 0, 0], array_values(array_intersect_key(
            $this->status($links['event']['link']),
            ['in_step' => 0, 'set_aside' => 0, 'unfinished' => 0]
        )));

        // A second run writes nothing, a third costs one call.
        $again = Occ::json(0, 'exchange:sync', '--account', (string)$account)['links'];
        foreach (['local', 'remote'] as $side) {
            foreach (['created', 'updated', 'deleted'] as $what) {
                self::assertSame([0, 0, 0], array_column($again, "{$side}_$what"), "{$side}_$what");
            }
        }
        $this->standIn->calls();
        self::assertSame(1, $this->sync($links['event']['link'])['calls']);
        self::assertSame(['SyncFolderItems' => 1], $this->standIn->calls());
    }

    public function testChangesAndDeletionsGoBothWays(): void
    {
        ['link' => $link, 'collection' => $calendar] = $this->link($this->addAccount(), 'event');
        foreach (['A', 'B', 'C', 'D'] as $name) {
            $this->calendars->createCalendarObject($calendar, "$name.ics", self::event("uid-$name", $name));
        }
        self::assertSame(4, $this->sync($link)['remote_created']);
        $this->sync($link);

        $this->remote->rename('event', 'A', 'A remotely');
        $this->calendars->updateCalendarObject($calendar, 'B.ics', self::event('uid-B', 'B locally'));
        $this->remote->delete('event', 'C');
        $this->calendars->deleteCalendarObject($calendar, 'D.ics');
        $result = $this->sync($link);
        self::assertSame([1, 1, 1, 1], [
            $result['local_updated'], $result['remote_updated'], $result['local_deleted'], $result['remote_deleted'],
        ]);
        $this->assertInStep(['A remotely', 'B locally'], 'event', $calendar);
        $trash = $this->calendars->getDeletedCalendarObjectsByPrincipal($this->principal());
        self::assertEqualsCanonicalizing(['C-deleted.ics', 'D-deleted.ics'], array_column($trash, 'uri'));
    }

    public function testWhatWeJustCreatedAndTheOtherSideDeletesIsDeletedHereToo(): void
    {
        ['link' => $link, 'collection' => $calendar] = $this->link($this->addAccount(), 'event');
        foreach (['A', 'B', 'C'] as $name) {
            $this->calendars->createCalendarObject($calendar, "$name.ics", self::event("uid-$name", $name));
        }
        $this->sync($link);
        // The server need not tell of an item that came and went between two cursors.
        $this->remote->delete('event', 'C');
        self::assertSame(1, $this->sync($link)['local_deleted']);
        $this->assertInStep(['A', 'B'], 'event', $calendar);
    }

    public function testAnObjectThatCannotBeReadIsSetAsideAndTheOthersGoOn(): void
    {
        ['link' => $link, 'collection' => $calendar] = $this->link($this->addAccount(), 'event');
        $this->calendars->createCalendarObject($calendar, 'good.ics', self::event('good', 'Good'));
        $this->calendars->createCalendarObject($calendar, 'bad.ics', self::event('bad', 'Bad'));
        $query = $this->db->getQueryBuilder();
        $query->update('calendarobjects')->set('calendardata', $query->createNamedParameter('This is no calendar.'))
            ->where($query->expr()->eq('calendarid', $query->createNamedParameter($calendar)))
            ->andWhere($query->expr()->eq('uri', $query->createNamedParameter('bad.ics')))->executeStatement();

        $this->sync($link);
        self::assertSame(['Good'], array_keys($this->remote->items('event')));
        $status = Occ::json(0, 'exchange:status');
        $aside = array_values(array_filter($status['set_aside'], static fn (array $item): bool => $item['link'] === $link));
        self::assertSame(['bad.ics'], array_column($aside, 'uri'));
        self::assertMatchesRegularExpression('/^[A-Z].*\.$/', $aside[0]['reason']);

        $this->calendars->updateCalendarObject($calendar, 'bad.ics', self::event('bad', 'Mended'));
        $this->sync($link);
        $this->assertInStep(['Good', 'Mended'], 'event', $calendar);
        self::assertSame(0, $this->status($link)['set_aside']);
    }

    /**
     * @return array<string, array{array<string, mixed>, list<string>}>
     */
    public static function badAnswers(): array
    {
        return [
            'a login page' => [['kind' => 'login-page'], ['protocol']],
            'a truncated answer' => [['kind' => 'truncated-body'], ['protocol', 'unreachable']],
            'an endless answer' => [['kind' => 'endless-body'], ['protocol', 'unreachable']],
            'no answer' => [['kind' => 'connection-reset'], ['unreachable']],
        ];
    }

    /**
     * @dataProvider badAnswers
     * @param array<string, mixed> $fault
     * @param list<string> $errors
     */
    public function testABadAnswerEndsInOneSentenceAndLosesNothing(array $fault, array $errors): void
    {
        ['link' => $link, 'collection' => $calendar] = $this->link($this->addAccount(), 'event');
        $this->remote->createEvent('Theirs');
        $this->calendars->createCalendarObject($calendar, 'o.ics', self::event('o', 'Ours'));
        $this->standIn->fault($fault + ['operation' => 'GetItem']);
        $result = Occ::json(1, 'exchange:sync', '--link', (string)$link)['links'][0];
        self::assertContains($result['error'], $errors);
        self::assertMatchesRegularExpression('/^[A-Z][^\n]*\.$/', $result['message']);
        $this->standIn->clearFaults();
        $this->sync($link);
        $this->assertInStep(['Ours', 'Theirs'], 'event', $calendar);
    }

    public function testAFolderThatIsGoneStopsItsLinkAndTouchesNothing(): void
    {
        $account = $this->addAccount();
        $folder = $this->remote->createFolder('Team');
        $team = Occ::json(0, 'exchange:link', (string)$account, 'Team', '--create')['id'];
        ['link' => $other] = $this->link($account, 'event');
        $calendar = (int)array_column(
            $this->calendars->getUsersOwnCalendars($this->principal()),
            'id',
            '{DAV:}displayname'
        )['Team'];
        $this->calendars->createCalendarObject($calendar, 'a.ics', self::event('a', 'A'));
        $this->sync($team);
        $this->remote->deleteFolder($folder);

        $result = Occ::json(3, 'exchange:sync', '--account', (string)$account)['links'];
        self::assertSame([$team => 'gone', $other => null], array_column($result, 'error', 'link'));
        self::assertSame('stopped', $this->status($team, 3)['state']);
        self::assertSame(['A'], $this->summaries('event', $calendar));
    }

    public function testACollectionThatIsGoneStopsItsLinkAndTouchesNothing(): void
    {
        ['link' => $link, 'collection' => $calendar] = $this->link($this->addAccount(), 'event');
        $this->remote->createEvent('Theirs');
        $this->sync($link);
        $this->calendars->deleteCalendar($calendar);
        self::assertSame('gone', Occ::json(1, 'exchange:sync', '--link', (string)$link)['links'][0]['error']);
        self::assertSame(['Theirs'], array_keys($this->remote->items('event')));
        $status = $this->status($link, 3);
        self::assertSame('stopped', $status['state']);
        self::assertStringContainsString('collection', $status['message']);
    }

    public function testACollectionThatIsSuddenlyEmptyPullsTheBrake(): void
    {
        ['link' => $link, 'collection' => $calendar] = $this->link($this->addAccount(), 'event');
        foreach (range(1, 12) as $number) {
            $this->calendars->createCalendarObject($calendar, "$number.ics", self::event("uid-$number", "Event $number"));
        }
        $this->sync($link);
        foreach (range(1, 12) as $number) {
            $this->calendars->deleteCalendarObject($calendar, "$number.ics");
        }
        self::assertSame('brake', Occ::json(1, 'exchange:sync', '--link', (string)$link)['links'][0]['error']);
        self::assertCount(12, $this->remote->items('event'));
        self::assertSame('stopped', $this->status($link, 3)['state']);
    }

    public function testAPasswordThatIsRefusedLaterStopsTheAccountUntilThereIsANewOne(): void
    {
        $account = $this->addAccount();
        ['link' => $link, 'collection' => $calendar] = $this->link($account, 'event');
        $this->standIn->fault(['kind' => 'unauthorized']);
        self::assertSame('credentials', Occ::json(1, 'exchange:sync', '--link', (string)$link)['links'][0]['error']);
        $this->standIn->clearFaults();
        $this->standIn->calls();
        $result = Occ::json(1, 'exchange:sync', '--account', (string)$account);
        self::assertSame('credentials', $result['links'][0]['error'] ?? null, json_encode($result));
        self::assertSame([], $this->standIn->calls(), 'the server is left alone, or it locks the user out');
        self::assertSame($account, $this->addAccount());
        $this->remote->createEvent('Back');
        self::assertTrue(Occ::json(0, 'exchange:sync', '--account', (string)$account)['links'][0]['ok']);
        $this->assertInStep(['Back'], 'event', $calendar);
    }

    public function testDeletingTheUserEndsEverything(): void
    {
        ['link' => $link] = $this->link($account = $this->addAccount(), 'event');
        $this->remote->createEvent('Theirs');
        $this->sync($link);
        Server::get(IUserManager::class)->get($this->user)->delete();
        self::assertSame('configuration', Occ::json(1, 'exchange:sync', '--link', (string)$link)['error']);
        self::assertSame('configuration', Occ::json(1, 'exchange:sync', '--account', (string)$account)['error']);
        self::assertSame(['Theirs'], array_keys($this->remote->items('event')));
    }
}
