<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use OCA\IntegrationExchange\Journal\Journals;
use OCP\Server;

/**
 * exchange:status --losses: what cannot cross, and why.
 */
final class LossTest extends LinkTestCase
{
    public function testItListsEachReasonWithTheTitleOfItsObject(): void
    {
        $link = $this->newLink('event');
        $calendar = $link->getCollectionId();
        $this->calendars->createCalendarObject($calendar, 'a.ics', self::event('a', 'Lunch\, long'));
        $this->calendars->createCalendarObject($calendar, 'b.ics', self::event('b', 'Broken'));
        $zone = ['property' => 'start', 'reason' => 'The zone is not known.'];
        $alarm = ['property' => 'reminder', 'reason' => 'There is a second one.'];
        Server::get(Journals::class)->of($link->getId())->put([
            self::pair('a.ics') + ['losses' => [$zone, $alarm]],
            ['state' => 'set_aside', 'reason' => 'It repeats every hour.'] + self::pair('b.ics'),
            ['uri' => null, 'losses' => [$zone]] + self::pair('c.ics'),
            self::pair('d.ics'),
        ]);

        $expected = [
            ['title' => null, 'uri' => null, 'set_aside' => false] + $zone,
            ['title' => 'Lunch, long', 'uri' => 'a.ics', 'set_aside' => false] + $zone,
            ['title' => 'Lunch, long', 'uri' => 'a.ics', 'set_aside' => false] + $alarm,
            ['title' => 'Broken', 'uri' => 'b.ics', 'set_aside' => true, 'property' => null, 'reason' => 'It repeats every hour.'],
        ];
        $said = Occ::json(0, 'exchange:status', '--link', (string)$link->getId(), '--losses');
        self::assertEqualsCanonicalizing($expected, $said);
        $plain = Occ::run(['exchange:status', '--link', (string)$link->getId(), '--losses']);
        self::assertStringContainsString('There is a second one.', $plain['out']);

        $status = Occ::json(0, 'exchange:status', '--link', (string)$link->getId());
        self::assertSame([$link->getId()], array_column($status['links'], 'id'));
        self::assertSame([2, 1], [$status['links'][0]['losses'], $status['links'][0]['set_aside']]);
    }

    public function testItNeedsALinkThatExists(): void
    {
        self::assertSame('usage', Occ::json(2, 'exchange:status', '--losses')['error']);
        self::assertSame('configuration', Occ::json(1, 'exchange:status', '--link', '987654', '--losses')['error']);
    }

    /**
     * @return array<string, mixed>
     */
    private static function pair(string $uri): array
    {
        return ['key' => "key-$uri", 'state' => 'linked', 'uri' => $uri, 'etag' => '"e"', 'remote_id' => "remote-$uri", 'version' => 'v'];
    }
}
