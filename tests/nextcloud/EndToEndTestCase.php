<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use Exchange\Tests\StandIn;

/**
 * A test that works as an operator does: occ on one side, a mailbox on the stand-in Exchange on the other.
 */
abstract class EndToEndTestCase extends InstanceTestCase
{
    protected const PASSWORD = 'Fixture-Mailbox-7';

    protected StandIn $standIn;
    protected Remote $remote;
    protected string $address;

    protected function setUp(): void
    {
        parent::setUp();
        $this->address = "$this->user@example.org";
        $this->standIn = StandIn::start(address: $this->address, password: self::PASSWORD);
        $this->remote = new Remote($this->standIn->url, $this->address, self::PASSWORD);
    }

    protected function tearDown(): void
    {
        $status = $this->standIn->status();
        $this->standIn->stop();
        parent::tearDown();
        self::assertSame(0, $status['mails_sent'], 'Exchange sent mail');
        self::assertSame('', (string)file_get_contents((string)getenv('MAIL_FILE')), 'Nextcloud sent mail');
        self::assertSame([], $status['violations'], 'requests that the schema does not allow');
    }

    protected function addAccount(): int
    {
        $arguments = ['exchange:account:add', $this->user, '--address', $this->address, '--server', $this->standIn->url,
            '--password-stdin', '--output=json'];
        $result = Occ::run($arguments, self::PASSWORD . "\n");
        self::assertSame(0, $result['status'], $result['out'] . $result['err']);
        return json_decode($result['out'], true)['id'];
    }

    /**
     * Links the default folder of a kind with a new collection.
     *
     * @return array{link: int, collection: int}
     */
    protected function link(int $account, string $kind): array
    {
        $folders = array_filter(
            Occ::json(0, 'exchange:folders', (string)$account),
            static fn (array $folder): bool => $folder['kind'] === $kind && $folder['default']
        );
        self::assertCount(1, $folders, "default folder for $kind");
        $folder = array_values($folders)[0];
        $link = Occ::json(0, 'exchange:link', (string)$account, $folder['id'], '--create', '--collection', "Exchange $kind");
        self::assertSame($kind, $link['kind']);
        return ['link' => $link['id'], 'collection' => $this->collection($kind, "Exchange $kind")];
    }

    /**
     * Synchronises a link that must succeed, and returns its counts.
     *
     * @return array<string, mixed>
     */
    protected function sync(int $link): array
    {
        return Occ::json(0, 'exchange:sync', '--link', (string)$link)['links'][0];
    }

    /**
     * @return array<string, mixed> the link as exchange:status shows it
     */
    protected function status(int $link, int $exit = 0): array
    {
        $links = array_column(Occ::json($exit, 'exchange:status')['links'], null, 'id');
        return $links[$link];
    }

    /**
     * @return list<string> summaries (names of contacts) of the objects of a collection, sorted
     */
    protected function summaries(string $kind, int $collection): array
    {
        $texts = $kind === 'contact' ? $this->addressBook($collection) : $this->calendar($collection);
        $property = $kind === 'contact' ? 'FN' : 'SUMMARY';
        $summaries = array_map(static function (string $text) use ($property): string {
            self::assertSame(1, preg_match("/^$property(?:;[^:]*)?:(.*?)\r?$/m", $text, $match), $text);
            return $match[1];
        }, array_values($texts));
        sort($summaries);
        return $summaries;
    }

    /**
     * Both sides hold exactly this.
     *
     * @param list<string> $summaries sorted
     */
    protected function assertInStep(array $summaries, string $kind, int $collection): void
    {
        self::assertSame($summaries, $this->summaries($kind, $collection), 'in Nextcloud');
        self::assertSame($summaries, array_keys($this->remote->items($kind)), 'in Exchange');
    }

    /**
     * @return string uri of the object with this summary
     */
    protected function uri(string $kind, int $collection, string $summary): string
    {
        $texts = $kind === 'contact' ? $this->addressBook($collection) : $this->calendar($collection);
        $uris = array_keys(array_filter($texts, static fn (string $text): bool => str_contains($text, ":$summary\r\n")));
        self::assertCount(1, $uris, "objects called “{$summary}”");
        return (string)$uris[0];
    }

    protected function collection(string $kind, string $name): int
    {
        $rows = $kind === 'contact'
            ? $this->addressBooks->getUsersOwnAddressBooks($this->principal())
            : $this->calendars->getUsersOwnCalendars($this->principal());
        $ids = array_column($rows, 'id', '{DAV:}displayname');
        self::assertArrayHasKey($name, $ids);
        return (int)$ids[$name];
    }
}
