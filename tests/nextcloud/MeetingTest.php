<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use OCP\IUserManager;
use OCP\Server;

/**
 * Meetings between Nextcloud and Exchange, as people see them. Nobody is told by mail, except where a test says so.
 */
final class MeetingTest extends EndToEndTestCase
{
    private const BERT = 'mailto:bert@example.com';

    private WebServer $server;
    private string $me;
    private int $link;
    private int $calendar;

    protected function setUp(): void
    {
        parent::setUp();
        // In Nextcloud the person is known by another address than in Exchange.
        $this->me = "$this->user@cloud.example.com";
        Server::get(IUserManager::class)->get($this->user)->setSystemEMailAddress($this->me);
        $this->server = WebServer::start();
        ['link' => $this->link, 'collection' => $this->calendar] = $this->link($this->addAccount(), 'event');
    }

    protected function tearDown(): void
    {
        $this->server->stop();
        parent::tearDown();
    }

    public function testAMeetingOfThePersonGoesThereAndIsEdited(): void
    {
        $this->write('own', "ORGANIZER:mailto:$this->me\r\nATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:" . self::BERT . "\r\n");
        $this->sync($this->link);
        self::assertSame(['bert@example.com'], $this->invited());
        $this->write('own', "ORGANIZER:mailto:$this->me\r\nATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:" . self::BERT . "\r\n"
            . "ATTENDEE;ROLE=OPT-PARTICIPANT:mailto:cora@example.com\r\n");
        $this->sync($this->link);
        self::assertSame(['bert@example.com', 'cora@example.com'], $this->invited());
        $this->standIn->answer($this->number(), 'bert@example.com', 'Accept');
        $this->sync($this->link);
        self::assertStringContainsString('PARTSTAT=ACCEPTED', $this->text());
        $this->assertQuiet();
    }

    public function testAReceivedMeetingIsAnsweredByTheAddressOfNextcloud(): void
    {
        $this->receive();
        $this->sync($this->link);
        self::assertStringContainsString("PARTSTAT=NEEDS-ACTION:mailto:$this->address", $this->text());
        $this->edit('PARTSTAT=NEEDS-ACTION', 'PARTSTAT=DECLINED');
        $this->sync($this->link);
        self::assertSame(4, $this->item()['properties']['Appointment/0x8218'] ?? null, json_encode($this->item()));
        $this->assertQuiet();
        self::assertStringContainsString('PARTSTAT=DECLINED', $this->text());
    }

    public function testAnInvitationThatNextcloudGotStaysTheOrganizers(): void
    {
        $this->write('theirs', 'ORGANIZER:' . self::BERT . "\r\nATTENDEE;PARTSTAT=ACCEPTED;RSVP=TRUE:mailto:$this->me\r\n");
        $this->sync($this->link);
        $this->assertQuiet();
        $this->edit('SUMMARY:Meeting', 'SUMMARY:Mine');
        $this->sync($this->link);
        self::assertSame(['Meeting'], array_keys($this->remote->items('event')));
        $losses = Occ::json(0, 'exchange:status', '--link', (string)$this->link, '--losses');
        self::assertSame([['Mine', 'summary']], array_map(
            static fn (array $loss): array => [$loss['title'], $loss['property']],
            $losses
        ));
        $this->assertQuiet();
    }

    public function testExchangeInvitesAndAnswersWhereTheLinkSaysSo(): void
    {
        Occ::json(0, 'exchange:link:set', (string)$this->link, '--invitations=exchange');
        $this->write('own', "ORGANIZER:mailto:$this->me\r\nATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:" . self::BERT . "\r\n");
        $this->sync($this->link);
        self::assertSame([['Request', ['bert@example.com']]], $this->told());
        self::assertSame(204, $this->server->send('DELETE', "{$this->path()}/own.ics", $this->user));
        $this->sync($this->link);
        self::assertSame([['Cancellation', ['bert@example.com']]], $this->told());

        $this->receive();
        $this->sync($this->link);
        $this->edit('PARTSTAT=NEEDS-ACTION', 'PARTSTAT=ACCEPTED');
        $this->sync($this->link);
        self::assertSame([['Accept', ['bert@example.com']]], $this->told());
        $this->assertQuiet();
    }

    private function path(): string
    {
        $uri = array_column($this->calendars->getUsersOwnCalendars($this->principal()), 'uri', 'id')[$this->calendar];
        return "calendars/$this->user/$uri";
    }

    private function write(string $uid, string $people): void
    {
        $text = str_replace('END:VEVENT', "{$people}END:VEVENT", self::event($uid, 'Meeting'));
        $text = str_replace('20260301', gmdate('Ymd', time() + 30 * 86_400), $text);
        self::assertLessThan(300, $this->server->send('PUT', "{$this->path()}/$uid.ics", $this->user, $text));
    }

    private function edit(string $from, string $to): void
    {
        $text = $this->text();
        self::assertStringContainsString($from, $text);
        $uri = array_key_first($this->calendar($this->calendar));
        $text = str_replace($from, $to, $text);
        self::assertLessThan(300, $this->server->send('PUT', "{$this->path()}/$uri", $this->user, $text));
    }

    private function text(): string
    {
        $texts = $this->calendar($this->calendar);
        self::assertCount(1, $texts);
        return str_replace("\r\n ", '', array_values($texts)[0]);
    }

    private function receive(): void
    {
        $day = gmdate('Y-m-d', time() + 30 * 86_400);
        $this->standIn->invite('bert@example.com', [
            'Subject' => 'Theirs', 'UID' => 'theirs@example.com', 'Start' => "{$day}T10:00:00Z", 'End' => "{$day}T11:00:00Z",
        ]);
    }

    /**
     * @return array<string, mixed> the only event in Exchange
     */
    private function item(): array
    {
        $items = array_filter($this->standIn->dump()['items'], static fn (array $item): bool => $item['folder'] === 'Calendar');
        self::assertCount(1, $items);
        return array_values($items)[0];
    }

    private function number(): int
    {
        return $this->item()['number'];
    }

    /**
     * @return list<string>
     */
    private function invited(): array
    {
        preg_match_all('/[a-z]+@example\.com/', json_encode($this->item(), JSON_UNESCAPED_SLASHES), $found);
        $found = array_values(array_unique($found[0]));
        sort($found);
        return $found;
    }

    /**
     * @return list<array{string, list<string>}> kind and recipients of what Exchange sent
     */
    private function told(): array
    {
        return array_map(static fn (array $mail): array => [$mail['kind'], $mail['to']], $this->standIn->mails());
    }

    private function assertQuiet(): void
    {
        $this->sync($this->link);
        $result = $this->sync($this->link);
        foreach (['local', 'remote'] as $side) {
            foreach (['created', 'updated', 'deleted'] as $what) {
                self::assertSame(0, $result["{$side}_$what"], "{$side}_$what");
            }
        }
    }
}
