<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use OCP\IUserManager;
use OCP\Server;

/**
 * A person edits meetings over CalDAV: who tells the attendees is the link's setting.
 */
final class InvitationTest extends EndToEndTestCase
{
    private WebServer $server;

    protected function setUp(): void
    {
        parent::setUp();
        Server::get(IUserManager::class)->get($this->user)->setSystemEMailAddress($this->address);
        $this->server = WebServer::start();
    }

    protected function tearDown(): void
    {
        $this->server->stop();
        parent::tearDown();
    }

    public function testNobodyIsToldUnlessTheLinkSaysSo(): void
    {
        ['link' => $link, 'collection' => $calendar] = $this->link($this->addAccount(), 'event');
        $path = $this->path($calendar);
        foreach (['nobody', 'exchange'] as $setting) {
            Occ::json(0, 'exchange:link:set', (string)$link, "--invitations=$setting");
            self::assertSame(0, $this->mailsOf($path), "as Nextcloud tells it with “{$setting}”");
        }
    }

    public function testNextcloudInvitesAsItAlwaysDoes(): void
    {
        ['link' => $link, 'collection' => $calendar] = $this->link($this->addAccount(), 'event');
        $other = $this->calendars->createCalendar($this->principal(), 'other', ['components' => 'VEVENT']);
        $usual = $this->mailsOf($this->path((int)$other));
        self::assertGreaterThan(1, $usual, 'without us Nextcloud invites and answers');
        Occ::json(0, 'exchange:link:set', (string)$link, '--invitations=nextcloud');
        self::assertSame($usual, $this->mailsOf($this->path($calendar)));
    }

    private function path(int $calendar): string
    {
        $uri = array_column($this->calendars->getUsersOwnCalendars($this->principal()), 'uri', 'id')[$calendar];
        return "calendars/$this->user/$uri";
    }

    /**
     * A meeting is made, moved and deleted, and one that somebody else organises is answered.
     *
     * @return int how often Nextcloud tried to send mail
     */
    private function mailsOf(string $calendar): int
    {
        $file = (string)getenv('MAIL_FILE');
        $own = bin2hex(random_bytes(8));
        $theirs = bin2hex(random_bytes(8));
        $me = "mailto:$this->address";
        $bert = 'mailto:bert@example.com';
        foreach (['09', '11'] as $hour) {
            $text = self::meeting($own, $hour, $me, "ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:$bert");
            self::assertLessThan(300, $this->server->send('PUT', "$calendar/$own.ics", $this->user, $text));
        }
        self::assertSame(204, $this->server->send('DELETE', "$calendar/$own.ics", $this->user));
        foreach (['NEEDS-ACTION', 'ACCEPTED'] as $answer) {
            $text = self::meeting($theirs, '09', $bert, "ATTENDEE;PARTSTAT=$answer;RSVP=TRUE:$me");
            self::assertLessThan(300, $this->server->send('PUT', "$calendar/$theirs.ics", $this->user, $text));
        }
        $mails = substr_count((string)file_get_contents($file), "attempt\n");
        file_put_contents($file, '');
        return $mails;
    }

    private static function meeting(string $uid, string $hour, string $organizer, string $attendee): string
    {
        $day = gmdate('Ymd', time() + 30 * 86_400);
        $text = self::event($uid, 'Meeting');
        $text = str_replace(['20260301T090000Z', '20260301T100000Z'], ["{$day}T{$hour}0000Z", "{$day}T{$hour}3000Z"], $text);
        return str_replace('END:VEVENT', "ORGANIZER:$organizer\r\n$attendee\r\nEND:VEVENT", $text);
    }
}
