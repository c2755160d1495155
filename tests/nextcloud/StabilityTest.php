<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use Exchange\Tests\Objects;

/**
 * Whatever a person's collections hold: once the mailbox has it, nothing moves any more.
 */
final class StabilityTest extends EndToEndTestCase
{
    private const COUNT = 100;
    private const STILL = [0, 0, 0, 0, 0, 0, 0];

    /** @return array<string, array{string}> */
    public static function kinds(): array
    {
        return ['events' => ['event'], 'tasks' => ['task'], 'contacts' => ['contact']];
    }

    /** @dataProvider kinds */
    public function testRandomObjectsGoToTheMailboxAndRest(string $kind): void
    {
        ['link' => $link, 'collection' => $collection] = $this->link($this->addAccount(), $kind);
        $objects = new Objects(7);
        for ($number = 0; $number < self::COUNT; $number++) {
            $uid = sprintf('%s-%03d', $kind, $number);
            $text = $objects->make($kind, $uid);
            if ($kind === 'contact') {
                $this->addressBooks->createCard($collection, "$uid.vcf", $text);
            } else {
                $this->calendars->createCalendarObject($collection, "$uid.ics", $text);
            }
        }
        $written = $this->texts($kind, $collection);
        self::assertCount(self::COUNT, $written);
        self::assertSame([0, 0, 0, self::COUNT, 0, 0, 0], self::moved($this->sync($link)));
        $this->forgetVersions($link);
        self::assertSame(self::STILL, self::moved($this->sync($link)));
        self::assertSame($written, $this->texts($kind, $collection));
        self::assertSame(1, $this->sync($link)['calls']);

        $journal = $this->db->getQueryBuilder();
        $journal->delete('exchange_pairs')
            ->where($journal->expr()->eq('link_id', $journal->createNamedParameter($link)))->executeStatement();
        $this->forgetVersions($link);
        self::assertSame(self::STILL, self::moved($this->sync($link)), 'pairs are found again by their UID');
        self::assertSame($written, $this->texts($kind, $collection));
    }

    /** @return array<string, string> */
    private function texts(string $kind, int $collection): array
    {
        $texts = $kind === 'contact' ? $this->addressBook($collection) : $this->calendar($collection);
        ksort($texts);
        return $texts;
    }

    /**
     * @param array<string, mixed> $report
     * @return list<int>
     */
    private static function moved(array $report): array
    {
        return array_map(static fn (string $what): int => $report[$what], [
            'local_created', 'local_updated', 'local_deleted', 'remote_created', 'remote_updated', 'remote_deleted', 'set_aside',
        ]);
    }

    /** Makes every pair be looked at again, on both sides. */
    private function forgetVersions(int $link): void
    {
        $pairs = $this->db->getQueryBuilder();
        $pairs->update('exchange_pairs')->set('etag', $pairs->createNamedParameter('another'))
            ->set('version', $pairs->createNamedParameter('another'))
            ->where($pairs->expr()->eq('link_id', $pairs->createNamedParameter($link)))->executeStatement();
        $links = $this->db->getQueryBuilder();
        $links->update('exchange_links')->set('remote_cursor', $links->createNamedParameter(null))
            ->set('local_token', $links->createNamedParameter(null))
            ->where($links->expr()->eq('id', $links->createNamedParameter($link)))->executeStatement();
    }
}
