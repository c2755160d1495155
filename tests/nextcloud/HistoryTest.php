<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use OCA\IntegrationExchange\BackgroundJob\PurgeHistory;
use OCA\IntegrationExchange\Journal\History;
use OCA\IntegrationExchange\Journal\Journal;
use OCA\IntegrationExchange\Setting\Organisation;
use OCP\AppFramework\Utility\ITimeFactory;
use OCP\BackgroundJob\IJobList;
use OCP\IAppConfig;
use OCP\Server;

/**
 * What synchronising took away comes back.
 */
final class HistoryTest extends EndToEndTestCase
{
    /**
     * @return list<array<string, mixed>> the newest first
     */
    private function history(int $link): array
    {
        return Occ::json(0, 'exchange:history', '--link', (string)$link);
    }

    /**
     * Both sides rename the same event, and Exchange wins.
     *
     * @return array{link: int, collection: int}
     */
    private function conflict(): array
    {
        $linked = $this->link($this->addAccount(), 'event');
        Occ::json(0, 'exchange:link:set', (string)$linked['link'], '--policy=exchange');
        $this->calendars->createCalendarObject($linked['collection'], 'o.ics', self::event('o', 'Before'));
        $this->sync($linked['link']);
        $this->calendars->updateCalendarObject($linked['collection'], 'o.ics', self::event('o', 'Ours'));
        $this->remote->rename('event', 'Before', 'Theirs');
        self::assertSame(1, $this->sync($linked['link'])['conflicts']);
        $this->assertInStep(['Theirs'], 'event', $linked['collection']);
        return $linked;
    }

    public function testAVersionThatLostIsListedShownAndRestoredOnBothSidesAndThatCanBeTakenBack(): void
    {
        ['link' => $link, 'collection' => $calendar] = $this->conflict();
        $versions = $this->history($link);
        self::assertSame([['nextcloud', 'conflict', 'Ours', 'o.ics']], array_map(
            static fn (array $version): array => [$version['side'], $version['cause'], $version['title'], $version['uri']],
            $versions
        ));
        $lost = (string)$versions[0]['id'];
        $shown = Occ::json(0, 'exchange:history', '--show', $lost, '--diff');
        self::assertStringContainsString('SUMMARY:Ours', $shown['text']);
        self::assertContains('-SUMMARY:Ours', $shown['difference']);
        self::assertContains('+SUMMARY:Theirs', $shown['difference']);
        self::assertContains(' BEGIN:VEVENT', $shown['difference']);

        $restored = Occ::json(0, 'exchange:restore', $lost);
        self::assertSame(['o.ics', 'updated', true], [$restored['uri'], $restored['did'], $restored['synchronised']]);
        $this->assertInStep(['Ours'], 'event', $calendar);

        $replaced = $this->history($link);
        $replaced = array_values(array_filter($replaced, static fn (array $version): bool => $version['title'] === 'Theirs'
            && $version['side'] === 'nextcloud'));
        self::assertSame('overwritten', $replaced[0]['cause']);
        self::assertStringContainsString("Version $lost was restored", $replaced[0]['reason']);
        Occ::json(0, 'exchange:restore', (string)$replaced[0]['id']);
        $this->assertInStep(['Theirs'], 'event', $calendar);
        self::assertSame('nothing', Occ::json(0, 'exchange:restore', (string)$replaced[0]['id'], '--no-sync')['did']);
    }

    public function testAnObjectThatIsGoneComesBackOnBothSides(): void
    {
        $linked = ['contact' => $this->link($account = $this->addAccount(), 'contact'), 'task' => $this->link($account, 'task')];
        $this->addressBooks->createCard($linked['contact']['collection'], 'a.vcf', self::card('a', 'Ann'));
        $this->calendars->createCalendarObject($linked['task']['collection'], 'a.ics', self::task('a', 'Ann'));
        foreach ($linked as $kind => ['link' => $link, 'collection' => $collection]) {
            $this->sync($link);
            $this->remote->delete($kind, 'Ann');
            self::assertSame(1, $this->sync($link)['local_deleted']);
            $lost = $this->history($link)[0];
            self::assertSame(['nextcloud', 'deleted', 'Ann'], [$lost['side'], $lost['cause'], $lost['title']]);
            self::assertSame([], $this->summaries($kind, $collection));
            $restored = Occ::json(0, 'exchange:restore', (string)$lost['id']);
            $uri = $kind === 'task' ? 'a.ics' : 'a.vcf';
            self::assertSame([$uri, 'created', true], [$restored['uri'], $restored['did'], $restored['synchronised']]);
            $this->assertInStep(['Ann'], $kind, $collection);
            self::assertSame(0, array_sum(array_intersect_key($this->sync($link), ['remote_created' => 0, 'local_deleted' => 0])));
        }
    }

    public function testWhatCannotBeRestoredIsToldInASentence(): void
    {
        ['link' => $link, 'collection' => $calendar] = $this->link($this->addAccount(), 'event');
        $journal = new Journal($this->db, $link);
        $journal->keep([['side' => 'local', 'uri' => 'a.ics', 'text' => 'No UID in here.', 'reason' => 'Lost.']], time());
        $id = (string)$this->history($link)[0]['id'];
        self::assertStringContainsString('has no UID', Occ::json(1, 'exchange:restore', $id)['message']);
        $journal->keep([['side' => 'local', 'uri' => 'b.ics', 'text' => "BEGIN:VCALENDAR\r\nUID:b\r\n", 'reason' => 'Lost.']], time());
        $broken = Occ::json(1, 'exchange:restore', (string)$this->history($link)[0]['id']);
        self::assertStringContainsString('Nextcloud refuses this item', $broken['message']);
        self::assertSame([], $this->calendar($calendar));
        $this->calendars->deleteCalendar($calendar);
        self::assertSame('gone', Occ::json(1, 'exchange:restore', $id)['error']);
        self::assertSame('configuration', Occ::json(1, 'exchange:restore', '999999999')['error']);
        self::assertSame('usage', Occ::json(2, 'exchange:history', '--diff')['error']);
    }

    public function testVersionsGoAfterTheirTimeAndTheOldestWhereThereAreVeryMany(): void
    {
        $link = random_int(1_000_000, 2_000_000_000);
        $journal = new Journal($this->db, $link);
        $now = time();
        $text = str_repeat('x', 600_000);
        foreach ([91 => 'old', 89 => 'first', 5 => 'second', 0 => 'third'] as $days => $title) {
            $version = ['side' => 'local', 'uri' => null, 'title' => $title, 'text' => $text, 'reason' => 'Lost.'];
            $journal->keep([$version], $now - $days * 86_400);
        }
        $titles = static fn (): array => array_column(Server::get(History::class)->list([$link], null, 9), 'title');
        $run = static function (array $settings): void {
            $config = Server::get(IAppConfig::class);
            foreach ($settings as $name => $value) {
                $config->setValueInt('integration_exchange', $name, $value);
            }
            $job = new PurgeHistory(Server::get(ITimeFactory::class), Server::get(History::class), Server::get(Organisation::class));
            $job->setLastRun(0);
            $job->start(Server::get(IJobList::class));
            array_map(static fn (string $name) => $config->deleteKey('integration_exchange', $name), array_keys($settings));
        };
        try {
            $run([]);
            self::assertSame(['third', 'second', 'first'], $titles());
            $run(['history_days' => 30]);
            self::assertSame(['third', 'second'], $titles());
            $run(['history_megabytes' => 1]);
            self::assertSame(['third'], $titles());
        } finally {
            $this->db->executeStatement('DELETE FROM *PREFIX*exchange_history WHERE link_id = ?', [$link]);
        }
    }
}
