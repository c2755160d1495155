<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use OCA\IntegrationExchange\Cycle\Result;
use OCA\IntegrationExchange\Cycle\Schedule;
use OCA\IntegrationExchange\Db\Account;
use OCA\IntegrationExchange\Db\AccountMapper;
use OCA\IntegrationExchange\Db\Inventory;
use OCA\IntegrationExchange\Db\Link;
use OCA\IntegrationExchange\Journal\Journal;
use OCA\IntegrationExchange\Service\Csv;
use OCA\IntegrationExchange\Service\Register;
use OCP\Server;

/**
 * All accounts and links, for who looks after them.
 */
final class OverviewTest extends LinkTestCase
{
    /**
     * @return array<int|string, array<string, mixed>> by link
     */
    private function page(string $state = '', int $offset = 0, int $limit = 100, string $text = ''): array
    {
        return Server::get(Register::class)->page($text === '' ? $this->user : $text, $state, $offset, $limit);
    }

    private function ended(Link $link, Result $result): void
    {
        Server::get(Schedule::class)->ended($this->reload($link), $result, false);
    }

    public function testALinkShowsWhatItDidAndWhenItIsTriedAgain(): void
    {
        $link = $this->newLink('event');
        $row = $this->page()['rows'][0];
        self::assertSame(['waiting', null, 0, 0], [$row['state'], $row['last_success'], $row['calls'], $row['failures']]);

        $this->ended($link, new Result($link->getId(), counts: ['calls' => 7]));
        $this->ended($link, new Result($link->getId(), counts: ['calls' => 3]));
        $row = $this->page()['rows'][0];
        self::assertSame(['fine', 10], [$row['state'], $row['calls']]);
        self::assertEqualsWithDelta(time(), strtotime($row['last_success']), 5);

        $success = $row['last_success'];
        $this->ended($link, new Result($link->getId(), 'unreachable', 'Nobody answers.', 7_200, ['calls' => 1]));
        $row = $this->page()['rows'][0];
        self::assertSame(
            ['failing', $success, 11, 1, 'unreachable', 'Nobody answers.'],
            [$row['state'], $row['last_success'], $row['calls'], $row['failures'], $row['error'], $row['message']]
        );
        self::assertEqualsWithDelta(time() + 7_200, strtotime($row['next_run']), 5);
    }

    public function testEveryStateIsToldCountedAndFound(): void
    {
        $links = [];
        foreach (['fine' => null, 'failing' => 'unreachable', 'stopped' => 'brake', 'barred' => 'not_allowed'] as $state => $error) {
            $links[$state] = $this->newLink($state === 'stopped' ? 'contact' : 'task');
            $this->ended($links[$state], new Result($links[$state]->getId(), $error, $error === null ? null : 'A reason.'));
        }
        $links['waiting'] = $this->newLink('event');
        // It was interrupted and goes on: nothing is wrong.
        $interrupted = $this->newLink('event');
        $this->ended($interrupted, new Result($interrupted->getId(), 'stopped', 'Stopped before the end.'));
        $lonely = $this->account("lonely-$this->user@example.org", Account::ACTIVE);
        $refused = $this->account("refused-$this->user@example.org", Account::REFUSED);

        $expected = ['fine' => 2, 'waiting' => 1, 'failing' => 1, 'stopped' => 1, 'refused' => 1, 'barred' => 1, 'unlinked' => 1];
        self::assertEquals($expected, $this->page()['states']);
        self::assertSame(array_keys($expected), Inventory::STATES);
        foreach ($expected as $state => $count) {
            $page = $this->page($state);
            self::assertSame([$count, $count], [$page['total'], count($page['rows'])], $state);
            self::assertSame([$state], array_values(array_unique(array_column($page['rows'], 'state'))));
        }
        self::assertSame($links['failing']->getId(), $this->page('failing')['rows'][0]['link']);
        self::assertSame([$lonely, null], [$this->page('unlinked')['rows'][0]['account'], $this->page('unlinked')['rows'][0]['link']]);
        $row = $this->page('refused')['rows'][0];
        self::assertSame([$refused, 'Wrong.'], [$row['account'], $row['message']]);
    }

    private function account(string $address, string $state): int
    {
        $account = new Account();
        $account->setUserId($this->user);
        $account->setAddress($address);
        $account->setServer('https://mail.example.org/EWS/Exchange.asmx');
        $account->setUsername($address);
        $account->setState($state);
        $account->setMessage('Wrong.');
        return Server::get(AccountMapper::class)->insert($account)->getId();
    }

    public function testPagesFollowEachOtherAndTheTextIsFoundWhereverItStands(): void
    {
        $ids = [];
        for ($number = 0; $number < 5; $number++) {
            $link = $this->newLink('event');
            $this->links->set($link->getId(), ['folder_name' => "Plan 100%_$number " . strtoupper($this->user)]);
            $ids[] = $link->getId();
        }
        self::assertSame(array_slice($ids, 0, 2), array_column($this->page(limit: 2)['rows'], 'link'));
        self::assertSame(array_slice($ids, 4), array_column($this->page(offset: 4, limit: 2)['rows'], 'link'));
        self::assertSame(5, $this->page(offset: 4, limit: 2)['total']);
        $found = fn (string $text): array => array_column($this->page(text: $text)['rows'], 'link');
        self::assertSame([$ids[3]], $found("plan 100%_3 $this->user"));
        self::assertSame([], $found("plan 1%_3 $this->user"), 'what means something in SQL means nothing here');
        self::assertSame($ids, $found("$this->user@example.org"));
    }

    public function testItemsAreCountedAndTheTableIsSafeForASpreadsheet(): void
    {
        $link = $this->newLink('event');
        $this->links->set($link->getId(), ['folder_name' => '=cmd|"/c calc"!A1', 'message' => "Two\r\nlines, and more"]);
        $pair = ['remote_id' => 'R', 'version' => 'v', 'etag' => null, 'base' => [], 'losses' => [], 'starts' => null, 'ends' => null];
        (new Journal($this->db, $link->getId()))->put([
            ['key' => 'a', 'state' => 'linked', 'uri' => 'a.ics', 'reason' => null] + $pair,
            ['key' => 'b', 'state' => 'set_aside', 'uri' => 'b.ics', 'reason' => 'Odd.', 'remote_id' => 'S'] + $pair,
        ]);
        $row = $this->page()['rows'][0];
        self::assertSame([1, 1], [$row['in_step'], $row['set_aside']]);
        $file = implode('', [...Server::get(Register::class)->csv($this->user, '')]);
        self::assertStringContainsString(',"\'=cmd|""/c calc""!A1",', $file);
        self::assertStringContainsString(",\"Two\r\nlines, and more\",\r\n", $file);
        $stream = fopen('php://memory', 'w+');
        fwrite($stream, $file);
        rewind($stream);
        $header = fgetcsv($stream, escape: '');
        self::assertSame(array_keys($row), $header);
        $read = array_combine($header, fgetcsv($stream, escape: ''));
        self::assertFalse(fgetcsv($stream, escape: ''));
        self::assertSame("'=cmd|\"/c calc\"!A1", $read['folder']);
        self::assertEquals(array_map(strval(...), ['folder' => $read['folder']] + $row), $read);

        $cells = ['=1', ' +1', '-1', '@x', "\t=1", 'a=1', '1-2', -5, null];
        self::assertSame("'=1,' +1,'-1,'@x,'\t=1,a=1,1-2,-5,\r\n", Csv::line($cells));
    }

    public function testOccListsThemAsTheTableDoes(): void
    {
        $link = $this->newLink('event')->getId();
        $page = Occ::json(0, 'exchange:overview', '--search', $this->user, '--state', 'waiting');
        self::assertSame([1, $link], [$page['total'], $page['rows'][0]['link']]);
        $csv = Occ::run(['exchange:overview', '--search', $this->user, '--output=csv']);
        self::assertSame([0, implode('', [...Server::get(Register::class)->csv($this->user, '')])], [$csv['status'], $csv['out']]);
        self::assertStringContainsString('fine', Occ::json(1, 'exchange:overview', '--state=splendid')['message']);
    }
}
