<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Service;

use OCA\IntegrationExchange\Db\Account;
use OCA\IntegrationExchange\Db\Link;
use OCA\IntegrationExchange\Db\LinkMapper;
use OCA\IntegrationExchange\Failure;
use OCP\AppFramework\Utility\ITimeFactory;

/**
 * Which links a run is about. Ids only: rows are read when a cycle starts.
 */
final class Selection
{
    public function __construct(
        private readonly LinkMapper $mapper,
        private readonly Links $links,
        private readonly Accounts $accounts,
        private readonly ITimeFactory $time,
    ) {
    }

    /**
     * @return list<int>
     */
    public function link(int $id): array
    {
        return [$this->links->get($id)->getId()];
    }

    /**
     * @return list<int>
     */
    public function account(int $id): array
    {
        return $this->ofAccounts([$this->accounts->get($id)]);
    }

    /**
     * @return list<int>
     */
    public function user(string $userId): array
    {
        $accounts = $this->accounts->list($userId);
        return $accounts !== []
            ? $this->ofAccounts($accounts)
            : throw new Failure('configuration', "The user “{$userId}” has no account; exchange:account:list shows them all.");
    }

    /**
     * @return list<int>
     */
    public function all(): array
    {
        return array_map(static fn (Link $link): int => $link->getId(), $this->links->of());
    }

    /**
     * @return list<int>
     */
    public function due(): array
    {
        return $this->mapper->due($this->time->getTime(), 2_000);
    }

    /**
     * @param list<Account> $accounts
     * @return list<int>
     */
    private function ofAccounts(array $accounts): array
    {
        $ids = array_map(static fn (Account $account): int => $account->getId(), $accounts);
        return array_map(static fn (Link $link): int => $link->getId(), $this->links->of($ids));
    }
}
