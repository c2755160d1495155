<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Service;

use OCA\IntegrationExchange\Db\Account;
use OCA\IntegrationExchange\Db\AccountMapper;
use OCA\IntegrationExchange\Db\Link;
use OCA\IntegrationExchange\Db\LinkMapper;
use OCA\IntegrationExchange\Failure;
use OCA\IntegrationExchange\Journal\History;
use OCP\IUserSession;

/**
 * What belongs to the person who is logged in: the only way by which their requests reach accounts, links and kept versions.
 * What belongs to somebody else is as if it were not there.
 */
final class Belongings
{
    public function __construct(
        private readonly IUserSession $session,
        private readonly AccountMapper $accounts,
        private readonly LinkMapper $links,
        private readonly History $history,
    ) {
    }

    public function user(): string
    {
        return $this->session->getUser()?->getUID() ?? throw new Failure('missing', 'You are not logged in (any more). Log in again.');
    }

    /**
     * @return list<Account>
     */
    public function accounts(): array
    {
        return $this->accounts->list($this->user());
    }

    /**
     * @return list<Link>
     */
    public function links(): array
    {
        return $this->links->list(array_map(static fn (Account $account): int => $account->getId(), $this->accounts()));
    }

    public function account(int $id): Account
    {
        $account = $this->accounts->find($id);
        return $account?->getUserId() === $this->user() ? $account : throw self::missing('There is no such account (any more).');
    }

    public function link(int $id): Link
    {
        $link = $this->links->find($id);
        $account = $link === null ? null : $this->accounts->find($link->getAccountId());
        return $link !== null && $account?->getUserId() === $this->user()
            ? $link
            : throw self::missing('There is no such link (any more).');
    }

    /**
     * @return array<string, mixed> a kept version with its text, see History
     */
    public function version(int $id): array
    {
        $version = $this->history->find($id) ?? throw self::missing('There is no such version (any more).');
        try {
            $this->link($version['link']);
        } catch (Failure) {
            throw self::missing('There is no such version (any more).');
        }
        return $version;
    }

    private static function missing(string $sentence): Failure
    {
        return new Failure('missing', "$sentence Load the page anew.");
    }
}
