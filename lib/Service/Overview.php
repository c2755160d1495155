<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Service;

use OCA\IntegrationExchange\Db\Account;
use OCA\IntegrationExchange\Db\AccountMapper;
use OCA\IntegrationExchange\Db\Link;
use OCA\IntegrationExchange\Db\LinkMapper;
use OCA\IntegrationExchange\Journal\Journals;
use OCA\IntegrationExchange\Local\Collections;
use OCA\IntegrationExchange\Local\Title;
use OCA\IntegrationExchange\Setting\Settings;

/**
 * How things stand: plain arrays for the status command and the pages.
 */
final class Overview
{
    /** How many set-aside items a link shows. */
    private const SHOWN = 50;

    public function __construct(
        private readonly AccountMapper $accounts,
        private readonly LinkMapper $links,
        private readonly Journals $journals,
        private readonly Collections $collections,
        private readonly Settings $settings,
        private readonly Staff $staff,
    ) {
    }

    /**
     * @return list<array<string, mixed>> no secrets among them
     */
    public function accounts(?string $userId = null): array
    {
        return array_map(fn (Account $account): array => [
            'id' => $account->getId(),
            'user' => $account->getUserId(),
            'address' => $account->getAddress(),
            'server' => $account->getServer(),
            'username' => $account->getUsername(),
            'state' => $account->getState(),
            'message' => $account->getMessage(),
            'passive' => $account->getPassive() === 1,
            'worker' => $account->getWorker(),
            'watch' => $this->staff->watch($account),
        ], $this->accounts->list($userId));
    }

    /**
     * @param list<Link>|null $links null: all
     * @return list<array<string, mixed>>
     */
    public function links(?array $links = null): array
    {
        $ids = $links === null ? null : array_map(static fn (Link $link): int => $link->getId(), $links);
        $counts = $this->journals->counts($ids);
        $lossy = $this->journals->lossy($ids);
        return array_map(fn (Link $link): array => [
            'id' => $link->getId(),
            'account' => $link->getAccountId(),
            'kind' => $link->getKind(),
            'folder' => $link->getFolderName(),
            'collection' => $link->getCollectionName(),
            'state' => $link->getState(),
            'direction_reason' => $link->getDirectionReason(),
            'in_step' => $counts[$link->getId()]['linked'] ?? 0,
            'set_aside' => $counts[$link->getId()]['set_aside'] ?? 0,
            'outside' => $counts[$link->getId()]['outside'] ?? 0,
            'losses' => $lossy[$link->getId()] ?? 0,
            'unfinished' => $counts[$link->getId()]['creating'] ?? 0,
            'last_success' => self::time($link->getLastSuccess()),
            'last_run' => self::time($link->getLastRun()),
            'next_run' => self::time($link->getNextRun() ?: null),
            'error' => $link->getError(),
            'announced' => $link->getAnnounced(),
            'message' => $link->getMessage(),
        ] + $this->settings->of($link), $links ?? $this->links->list());
    }

    /**
     * @param list<Link>|null $links null: all
     * @return list<array{link: int, title: ?string, key: string, uri: ?string, reason: string, suggestion: string}>
     */
    public function setAside(?array $links = null): array
    {
        $items = [];
        foreach ($links ?? $this->links->list() as $link) {
            $rows = $this->journals->setAside($link->getId(), self::SHOWN);
            $titles = $this->titles($link, array_filter(array_column($rows, 'uri')));
            foreach ($rows as $row) {
                $items[] = ['link' => $link->getId(), 'title' => $titles[$row['uri'] ?? ''] ?? null] + $row
                    + ['suggestion' => self::suggestion($link, $row['uri'])];
            }
        }
        return $items;
    }

    /**
     * What of a link's items cannot cross and why, and what is set aside: one row for each reason.
     *
     * @return list<array{uri: ?string, title: ?string, set_aside: bool, property: ?string, reason: string}>
     */
    public function losses(Link $link): array
    {
        $rows = [];
        foreach ($this->journals->losses($link->getId()) as $item) {
            $of = ['uri' => $item['uri'], 'title' => null];
            if ($item['reason'] !== null) {
                $rows[] = $of + ['set_aside' => true, 'property' => null, 'reason' => $item['reason']];
            }
            foreach ($item['losses'] as $loss) {
                $rows[] = $of + ['set_aside' => false, 'property' => $loss['property'], 'reason' => $loss['reason']];
            }
        }
        $titles = $this->titles($link, array_filter(array_column($rows, 'uri')));
        return array_map(static fn (array $row): array => ['title' => $titles[$row['uri'] ?? ''] ?? null] + $row, $rows);
    }

    /**
     * @param list<string> $uris
     * @return array<string, ?string> title by uri
     */
    private function titles(Link $link, array $uris): array
    {
        $objects = $this->collections->objects($link->getKind(), $link->getCollectionId());
        $titles = [];
        foreach (array_chunk(array_values(array_unique($uris)), self::SHOWN) as $some) {
            foreach ($objects->read($some) as $object) {
                $titles[$object['uri']] = Title::of($object['text']);
            }
        }
        return $titles;
    }

    /**
     * What a person can do about an item that is set aside; the reason says what is wrong with it.
     */
    private static function suggestion(Link $link, ?string $uri): string
    {
        $where = $uri === null ? 'in Outlook' : 'in Nextcloud or Outlook';
        return "Change what the reason names $where: that alone tries it again. Or try it as it is: exchange:retry {$link->getId()}.";
    }

    private static function time(?int $seconds): ?string
    {
        return $seconds === null ? null : gmdate('Y-m-d\TH:i:s\Z', $seconds);
    }
}
