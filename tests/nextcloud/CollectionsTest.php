<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use OCA\IntegrationExchange\Local\Collection;
use OCA\IntegrationExchange\Local\Collections;
use OCP\Server;

final class CollectionsTest extends InstanceTestCase
{
    private Collections $collections;

    protected function setUp(): void
    {
        parent::setUp();
        $this->collections = Server::get(Collections::class);
    }

    public function testCreatesOneCollectionOfEachKindAndListsItUnderThatKindOnly(): void
    {
        foreach (['event', 'task', 'contact'] as $kind) {
            $made = $this->collections->create($this->user, $kind, "Büro & $kind");
            self::assertEquals([$made], $this->collections->of($this->user, $kind));
            self::assertSame("Büro & $kind", $made->name);
        }
    }

    public function testACollectionHasTheColourGivenAndElseTheOneOfNextcloud(): void
    {
        foreach (['event', 'task', 'contact'] as $kind) {
            $this->collections->create($this->user, $kind, 'Red', '#d39696');
            $this->collections->create($this->user, $kind, 'Plain');
        }
        $calendars = $this->calendars->getCalendarsForUser($this->principal());
        $colours = array_column($calendars, '{http://apple.com/ns/ical/}calendar-color', 'uri');
        self::assertSame(['plain' => null, 'plain-2' => null, 'red' => '#d39696', 'red-2' => '#d39696'], self::sorted($colours));
    }

    public function testACalendarForEventsAndTasksIsACollectionOfBothKinds(): void
    {
        $id = $this->calendars->createCalendar($this->principal(), 'both', ['components' => 'VEVENT,VTODO']);
        self::assertSame([$id], array_map(static fn (Collection $c): int => $c->id, $this->collections->of($this->user, 'event')));
        self::assertSame([$id], array_map(static fn (Collection $c): int => $c->id, $this->collections->of($this->user, 'task')));
    }

    public function testLeavesOutTheBirthdayCalendarAndTheTrashBin(): void
    {
        $this->calendars->createCalendar($this->principal(), 'contact_birthdays', []);
        $gone = $this->collections->create($this->user, 'event', 'Old');
        $this->calendars->deleteCalendar($gone->id);
        self::assertSame([], $this->collections->of($this->user, 'event'));
    }

    public function testFindsAFreeNameBesideWhatLiesInTheTrashBin(): void
    {
        $old = $this->collections->create($this->user, 'event', 'Team');
        $this->calendars->deleteCalendar($old->id);
        $new = $this->collections->create($this->user, 'event', 'Team');
        self::assertSame(['team', 'team-2'], [$old->uri, $new->uri]);
    }

    /**
     * @param array<string, ?string> $colours
     * @return array<string, ?string>
     */
    private static function sorted(array $colours): array
    {
        ksort($colours);
        return $colours;
    }
}
