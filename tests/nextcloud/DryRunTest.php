<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

/**
 * What would be done is shown, and nothing is done.
 */
final class DryRunTest extends EndToEndTestCase
{
    /**
     * @param list<array<string, mixed>> $plan
     * @return list<string> sorted
     */
    private static function steps(array $plan): array
    {
        $steps = array_map(static fn (array $step): string => "{$step['do']} {$step['side']} {$step['title']}", $plan);
        sort($steps);
        return $steps;
    }

    /**
     * @return array<string, mixed> everything that a cycle could change
     */
    private function everything(int $link, int $calendar): array
    {
        $row = $this->db->executeQuery('SELECT * FROM *PREFIX*exchange_links WHERE id = ?', [$link])->fetch();
        // All that a dry run may write: what it found.
        unset($row['rehearsal']);
        unset($row['lease_until'], $row['lease_owner']);
        return [
            'link' => $row,
            'pairs' => $this->db->executeQuery('SELECT * FROM *PREFIX*exchange_pairs WHERE link_id = ? ORDER BY id', [$link])->fetchAll(),
            'objects' => $this->calendar($calendar),
            'items' => $this->remote->items('event'),
        ];
    }

    public function testACycleIsShownAndThenDoesExactlyThat(): void
    {
        ['link' => $link, 'collection' => $calendar] = $this->link($this->addAccount(), 'event');
        foreach (['A', 'B', 'C', 'D', 'E'] as $name) {
            $this->calendars->createCalendarObject($calendar, "$name.ics", self::event("uid-$name", $name));
        }
        $this->sync($link);
        $this->remote->rename('event', 'A', 'A there');
        $this->calendars->updateCalendarObject($calendar, 'B.ics', self::event('uid-B', 'B here'));
        $this->remote->delete('event', 'C');
        $this->calendars->deleteCalendarObject($calendar, 'D.ics');
        $this->remote->createEvent('New there');
        $this->calendars->createCalendarObject($calendar, 'n.ics', self::event('n', 'New here'));

        $before = $this->everything($link, $calendar);
        $told = Occ::json(0, 'exchange:sync', '--link', (string)$link, '--dry-run')['links'][0];
        self::assertSame($before, $this->everything($link, $calendar));
        self::assertSame([
            'create exchange New here', 'create nextcloud New there', 'delete exchange D', 'delete nextcloud C',
            'update exchange B here', 'update nextcloud A',
        ], self::steps($told['plan']));
        $properties = array_column($told['plan'], 'properties', 'title');
        self::assertSame('summary', $properties['A']);

        $done = $this->sync($link);
        $counts = ['local_created', 'local_updated', 'local_deleted', 'remote_created', 'remote_updated', 'remote_deleted'];
        $of = static fn (array $row): array => array_map(static fn (string $name): int => $row[$name], $counts);
        self::assertSame([1, 1, 1, 1, 1, 1], $of($told));
        self::assertSame($of($told), $of($done));
        self::assertSame([], Occ::json(0, 'exchange:sync', '--link', (string)$link, '--dry-run')['links'][0]['plan']);
        $plain = Occ::run(['exchange:sync', '--link', (string)$link, '--dry-run']);
        self::assertStringContainsString('Nothing was written', $plain['out']);
    }

    public function testTwoFilledSidesAreShownAndLinkedOnlyWithAYes(): void
    {
        $calendar = (int)$this->calendars->createCalendar($this->principal(), 'work', [
            '{DAV:}displayname' => 'Work', 'components' => 'VEVENT',
        ]);
        $this->calendars->createCalendarObject($calendar, 's.ics', self::event('same', 'Same'));
        $this->calendars->createCalendarObject($calendar, 'o.ics', self::event('ours', 'Ours'));
        $this->remote->createEvent('Theirs');
        $this->remote->create('event', '<t:Subject>Same</t:Subject><t:UID>same</t:UID><t:Start>2026-03-01T09:00:00Z</t:Start>'
            . '<t:End>2026-03-01T10:00:00Z</t:End>');
        $account = $this->addAccount();
        $arguments = ['exchange:link', (string)$account, 'Calendar', '--collection', 'Work'];
        $refused = Occ::json(1, ...$arguments);
        self::assertSame('unconfirmed', $refused['error']);
        $steps = self::steps($refused['plan']);
        self::assertContains('create exchange Ours', $steps);
        self::assertContains('create nextcloud Theirs', $steps);
        self::assertCount(1, array_filter($refused['plan'], static fn (array $step): bool => $step['title'] === 'Same'));
        self::assertSame([2, 2], [count($this->calendar($calendar)), count($this->remote->items('event'))]);
        $mine = array_filter(Occ::json(0, 'exchange:links'), static fn (array $row): bool => $row['account'] === $account);
        self::assertSame([], $mine, 'nothing was linked');

        $link = Occ::json(0, ...[...$arguments, '--yes'])['id'];
        self::assertSame('active', $this->status($link)['state']);
        $this->sync($link);
        $this->assertInStep(['Ours', 'Same', 'Theirs'], 'event', $calendar);
    }

    public function testASideThatIsEmptyNeedsNoYes(): void
    {
        $calendar = (int)$this->calendars->createCalendar($this->principal(), 'work', [
            '{DAV:}displayname' => 'Work', 'components' => 'VEVENT',
        ]);
        $this->calendars->createCalendarObject($calendar, 'o.ics', self::event('ours', 'Ours'));
        $link = Occ::json(0, 'exchange:link', (string)$this->addAccount(), 'Calendar', '--collection', 'Work')['id'];
        $this->sync($link);
        $this->assertInStep(['Ours'], 'event', $calendar);
    }
}
