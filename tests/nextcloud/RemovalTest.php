<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

/**
 * With occ a link or an account goes as it does on the page: with or without what is in step, and with its test data.
 */
final class RemovalTest extends EndToEndTestCase
{
    public function testWhatIsInStepStaysOrGoesWithItsLink(): void
    {
        $this->remote->createEvent('Planning');
        $account = $this->addAccount();
        ['link' => $link, 'collection' => $collection] = $this->link($account, 'event');
        $this->sync($link);
        Occ::json(0, 'exchange:unlink', (string)$link);
        self::assertSame(['Planning'], $this->summaries('event', $collection));

        $again = Occ::json(0, 'exchange:link', (string)$account, 'Calendar', '--collection', 'Exchange event', '--yes')['id'];
        $this->sync($again);
        Occ::json(0, 'exchange:unlink', (string)$again, '--remove');
        self::assertNotContains('Exchange event', $this->living());
        self::assertSame(['Planning'], array_keys($this->remote->items('event')), 'Exchange keeps it');
    }

    public function testAnAccountGoesWithItsTestDataAndWithWhatIsInStep(): void
    {
        $this->remote->createEvent('Planning');
        $account = $this->addAccount();
        $before = [$this->standIn->dump()['folders'], $this->books()];
        $made = Occ::json(0, 'exchange:test-data', (string)$account);
        self::assertCount(3, $made['links']);
        self::assertSame('configuration', Occ::json(1, 'exchange:test-data', (string)$account)['error'], 'once');
        self::assertSame([], Occ::json(0, 'exchange:test-data', (string)$account, '--delete')['links']);
        self::assertSame($before, [$this->standIn->dump()['folders'], $this->books()]);

        $this->sync($this->link($account, 'event')['link']);
        Occ::json(0, 'exchange:test-data', (string)$account);
        Occ::json(0, 'exchange:account:remove', (string)$account, '--remove');
        self::assertSame($before, [$this->standIn->dump()['folders'], $this->books()]);
        self::assertNotContains('Exchange event', $this->living());
        self::assertNotContains($account, array_column(Occ::json(0, 'exchange:account:list'), 'id'));
        self::assertSame(['Planning'], array_keys($this->remote->items('event')), 'Exchange keeps it');
    }

    /**
     * @return list<string> names of calendars that are not in the trash bin
     */
    private function living(): array
    {
        $all = $this->calendars->getCalendarsForUser($this->principal());
        $living = array_filter($all, static fn (array $calendar): bool => !isset($calendar['{http://nextcloud.com/ns}deleted-at']));
        return array_column($living, '{DAV:}displayname');
    }

    /**
     * @return list<string>
     */
    private function books(): array
    {
        return array_column($this->addressBooks->getAddressBooksForUser($this->principal()), 'uri');
    }
}
