<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use OC\DB\Connection;
use OC\DB\SchemaWrapper;
use OCP\IAppConfig;
use OCP\IConfig;
use OCP\Security\ICrypto;
use OCP\Server;

/**
 * From integration_ews: its table, settings and items are written here as version 1.0.37 writes them (CorrelationMapper,
 * ConfigurationService, Remote*Service::createCollectionItem, Utile\UUID).
 */
final class MigrateTest extends EndToEndTestCase
{
    private const TABLE = 'ews_integration_crls';
    /** Its Microsoft form of a UUID is this and the UUID without dashes in upper case. */
    private const SHORT = '040000008200E00074C5B7101A82E008000000000000000000000000000000000000000010000000';
    private const EXCHANGE = '040000008200E00074C5B7101A82E00800000000908D4A7A6B7EDB01000000000000000010000000';

    protected function setUp(): void
    {
        parent::setUp();
        $schema = new SchemaWrapper(Server::get(Connection::class));
        if ($schema->hasTable(self::TABLE)) {
            return;
        }
        $table = $schema->createTable(self::TABLE);
        $table->addColumn('id', 'integer', ['autoincrement' => true, 'notnull' => true]);
        $table->addColumn('uid', 'string', ['length' => 255, 'notnull' => true]);
        $table->addColumn('type', 'string', ['length' => 4, 'notnull' => true]);
        $table->addColumn('aid', 'integer', ['notnull' => false]);
        $table->addColumn('loid', 'string', ['length' => 255, 'notnull' => true]);
        foreach (['lcid', 'lostate'] as $name) {
            $table->addColumn($name, 'string', ['length' => 255, 'notnull' => false]);
        }
        $table->addColumn('roid', 'text', ['notnull' => true]);
        foreach (['rcid', 'rostate'] as $name) {
            $table->addColumn($name, 'text', ['notnull' => false]);
        }
        foreach (['hlock', 'hlockhd', 'hlockhb', 'hperformed', 'haltered'] as $name) {
            $table->addColumn($name, 'integer', ['notnull' => true, 'default' => 0]);
        }
        $table->setPrimaryKey(['id']);
        Server::get(Connection::class)->migrateToSchema($schema->getWrappedSchema());
    }

    protected function tearDown(): void
    {
        Server::get(IAppConfig::class)->deleteKey('integration_ews', 'enabled');
        $this->db->executeStatement('DELETE FROM *PREFIX*' . self::TABLE . ' WHERE uid = ?', [$this->user]);
        parent::tearDown();
    }

    /**
     * @param array<string, string> $settings
     */
    private function settings(array $settings = []): void
    {
        $settings += [
            'account_provider' => 'A', 'account_id' => $this->address, 'account_name' => '', 'account_server' => $this->standIn->url,
            'account_bauth_id' => $this->address, 'account_bauth_secret' => Server::get(ICrypto::class)->encrypt(self::PASSWORD),
            'account_protocol' => 'Exchange2016', 'account_connected' => '1', 'events_prevalence' => 'L',
        ];
        foreach ($settings as $name => $value) {
            Server::get(IConfig::class)->setUserValue($this->user, 'integration_ews', $name, $value);
        }
    }

    private function correlate(string $type, string $local, string $remote, ?int $of = null): int
    {
        $query = $this->db->getQueryBuilder();
        $query->insert(self::TABLE)->values([
            'uid' => $query->createNamedParameter($this->user), 'type' => $query->createNamedParameter($type),
            'aid' => $query->createNamedParameter($of), 'loid' => $query->createNamedParameter($local),
            'roid' => $query->createNamedParameter($remote), 'lostate' => $query->createNamedParameter('etag'),
            'rostate' => $query->createNamedParameter('state'),
        ])->executeStatement();
        return $query->getLastInsertId();
    }

    private static function tag(string $uid): string
    {
        return '<t:ExtendedProperty><t:ExtendedFieldURI DistinguishedPropertySetId="PublicStrings" PropertyName="DAV:uid"'
            . " PropertyType=\"String\"/><t:Value>$uid</t:Value></t:ExtendedProperty>";
    }

    private static function hex(string $uuid): string
    {
        return strtoupper(str_replace('-', '', $uuid));
    }

    /**
     * Items and objects as integration_ews leaves them.
     *
     * @return array<string, int> collection by kind
     */
    private function filled(): array
    {
        $times = '<t:Start>2026-03-01T09:00:00Z</t:Start><t:End>2026-03-01T10:00:00Z</t:End>';
        $calendar = (int)$this->calendars->createCalendar($this->principal(), 'work', [
            '{DAV:}displayname' => 'Work', 'components' => 'VEVENT',
        ]);
        // From Nextcloud: the item has an id that its UUID is in, and a tag.
        $ours = '6f9619ff-8b86-d011-b42d-00c04fc964ff';
        $this->calendars->createCalendarObject($calendar, 'ours.ics', self::event(strtoupper($ours), 'Ours'));
        $uid = self::SHORT . self::hex($ours);
        $this->remote->create('event', '<t:Subject>Ours</t:Subject>' . self::tag($ours) . "<t:UID>$uid</t:UID>$times");
        // From Exchange: the object has the end of the item's id for its UID, and the item has no tag.
        $theirs = '13b1c4c0-d80a-467a-84b2-0811be1e911a';
        $uid = self::EXCHANGE . self::hex($theirs);
        $this->remote->create('event', "<t:Subject>Theirs</t:Subject><t:UID>$uid</t:UID>$times");
        $this->calendars->createCalendarObject($calendar, 'c0ffee.ics', self::event($theirs, 'Theirs'));

        $tasks = (int)$this->calendars->createCalendar($this->principal(), 'todo', [
            '{DAV:}displayname' => 'Todo', 'components' => 'VTODO',
        ]);
        $this->calendars->createCalendarObject($tasks, 't.ics', self::task('0a1b2c3d-0000-4000-8000-000000000001', 'Task'));
        $this->remote->create('task', '<t:Subject>Task</t:Subject>' . self::tag('0a1b2c3d-0000-4000-8000-000000000001'));

        $book = (int)$this->addressBooks->createAddressBook($this->principal(), 'people', ['{DAV:}displayname' => 'People']);
        $this->addressBooks->createCard($book, 'a.vcf', self::card('Any-UID@example.org', 'Ann'));
        $this->remote->create('contact', self::tag('Any-UID@example.org') . '<t:FileAs>Ann</t:FileAs><t:DisplayName>Ann</t:DisplayName>'
            . '<t:Surname>Ann</t:Surname>');
        return ['event' => $calendar, 'task' => $tasks, 'contact' => $book];
    }

    /**
     * @param array<string, int> $collections
     */
    private function assertNothingIsDoubled(array $collections): void
    {
        $this->assertInStep(['Ours', 'Theirs'], 'event', $collections['event']);
        $this->assertInStep(['Task'], 'task', $collections['task']);
        $this->assertInStep(['Ann'], 'contact', $collections['contact']);
    }

    /**
     * @return array<string, string> id of the default folder by kind
     */
    private function folders(int $account): array
    {
        $defaults = array_filter(
            Occ::json(0, 'exchange:folders', (string)$account),
            static fn (array $folder): bool => $folder['default']
        );
        return array_column($defaults, 'id', 'kind');
    }

    public function testAccountLinksAndPairsAreTakenOver(): void
    {
        $collections = $this->filled();
        $this->settings();
        $folders = $this->folders($account = $this->addAccount());
        Occ::json(0, 'exchange:account:remove', (string)$account);
        foreach (['event' => 'E', 'task' => 'T', 'contact' => 'C'] as $kind => $letter) {
            $link = $this->correlate("{$letter}C", (string)$collections[$kind], $folders[$kind]);
            $uris = ['Ours' => 'ours.ics', 'Theirs' => 'c0ffee.ics', 'Task' => 't.ics', 'Ann' => 'a.vcf'];
            foreach ($this->remote->items($kind) as $name => $item) {
                $this->correlate("{$letter}O", $uris[$name], $item['id'], $link);
            }
            $this->correlate("{$letter}O", 'gone.ics', 'no-such-item', $link);
        }
        // Both sides of the same event went on since, in different places.
        $text = $this->calendar($collections['event'])['c0ffee.ics'];
        $text = str_replace('SUMMARY:Theirs', "SUMMARY:Theirs\r\nLOCATION:Here", $text);
        $this->calendars->updateCalendarObject($collections['event'], 'c0ffee.ics', $text);

        $refused = Occ::json(1, 'exchange:migrate', $this->user);
        self::assertSame('unconfirmed', $refused['error']);
        self::assertSame([2, 1, 1], array_column($refused['links'], 'pairs'));
        $sides = ['create', 'delete'];
        self::assertSame([], array_filter($refused['plan'], static fn (array $step): bool => in_array($step['do'], $sides, true)));
        self::assertSame([], array_filter(
            Occ::json(0, 'exchange:links'),
            fn (array $link): bool => in_array($link['collection'], ['Work', 'Todo', 'People'], true)
        ), 'nothing was linked');

        $taken = Occ::json(0, 'exchange:migrate', $this->user, '--yes')['links'];
        self::assertSame([2, 1, 1], array_column($taken, 'pairs'));
        self::assertSame([null, null, null], array_column($taken, 'message'));
        $this->assertNothingIsDoubled($collections);
        self::assertStringContainsString('LOCATION:Here', $this->calendar($collections['event'])['c0ffee.ics']);
        foreach ($taken as $row) {
            self::assertSame([0, $row['pairs']], [$this->status($row['link'])['set_aside'], $this->status($row['link'])['in_step']]);
            $again = $this->sync($row['link']);
            self::assertSame(0, $again['local_created'] + $again['local_updated'] + $again['remote_created'] + $again['remote_updated']);
        }
        self::assertSame('nextcloud', $this->status($taken[0]['link'])['policy']);
        // Once more: everything is linked already.
        $again = Occ::json(3, 'exchange:migrate', $this->user, '--yes')['links'];
        self::assertStringContainsString('linked', $again[0]['message']);
    }

    public function testWithoutItsTableTheTagsOnTheItemsTell(): void
    {
        $collections = $this->filled();
        $folders = $this->folders($account = $this->addAccount());
        foreach (['event' => 'Work', 'task' => 'Todo', 'contact' => 'People'] as $kind => $name) {
            $link = Occ::json(0, 'exchange:link', (string)$account, $folders[$kind], '--collection', $name, '--yes')['id'];
            $result = $this->sync($link);
            self::assertSame([0, 0], [$result['local_created'], $result['remote_created']], $kind);
        }
        $this->assertNothingIsDoubled($collections);
        $this->remote->rename('event', 'Ours', 'Ours too');
        $this->sync($this->linkOf('Work'));
        self::assertStringContainsString('SUMMARY:Ours too', $this->calendar($collections['event'])['ours.ics']);
    }

    private function linkOf(string $collection): int
    {
        $links = array_filter(Occ::json(0, 'exchange:links'), static fn (array $link): bool => $link['collection'] === $collection);
        return max(array_column($links, 'id'));
    }

    public function testNothingIsTakenOverWhileTheOtherAppMayBeAtWork(): void
    {
        $this->settings();
        Server::get(IAppConfig::class)->setValueString('integration_ews', 'enabled', 'yes');
        $enabled = Occ::json(1, 'exchange:migrate', $this->user);
        self::assertStringContainsString('occ app:disable integration_ews', $enabled['message']);
        Server::get(IAppConfig::class)->deleteKey('integration_ews', 'enabled');

        $this->settings(['account_harmonization_tid' => '4711', 'account_harmonization_thb' => (string)(time() - 20)]);
        self::assertSame('busy', Occ::json(1, 'exchange:migrate', $this->user)['error']);
        $this->settings(['account_harmonization_thb' => (string)(time() - 4000)]);
        $taken = Occ::json(0, 'exchange:migrate', $this->user);
        self::assertSame([], $taken['links']);
    }

    public function testWhatCannotBeTakenOverIsToldInASentence(): void
    {
        self::assertStringContainsString('knows no mailbox', Occ::json(1, 'exchange:migrate', $this->user)['message']);
        $this->settings(['account_provider' => 'MS365']);
        self::assertStringContainsString('exchange:account:add', Occ::json(1, 'exchange:migrate', $this->user)['message']);
        $this->settings(['account_id' => 'DOMAIN\\anna']);
        self::assertStringContainsString('--address', Occ::json(1, 'exchange:migrate', $this->user)['message']);
        $this->correlate('EC', '4711', 'no-such-folder');
        $answer = Occ::json(3, 'exchange:migrate', $this->user, '--address', $this->address);
        self::assertSame('The folder does not exist any more.', $answer['links'][0]['message']);
    }
}
