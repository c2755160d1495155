<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Service;

use OCA\IntegrationExchange\Db\Account;
use OCA\IntegrationExchange\Failure;

/**
 * How an account goes: its test data first, then, where that is wanted, what is in step.
 */
final class Disconnection
{
    public function __construct(
        private readonly Accounts $accounts,
        private readonly Links $links,
        private readonly TestData $data,
    ) {
    }

    /**
     * @param bool $remove also removes from Nextcloud what is in step; it stays in Exchange
     */
    public function of(Account $account, bool $remove): void
    {
        try {
            $this->data->delete($account);
        } catch (Failure) {
            // A server that is gone for good must not keep the account; what is left of it lies in Exchange alone.
        }
        foreach ($remove ? $this->links->of([$account->getId()]) : [] as $link) {
            $this->links->withdraw($link, $account->getUserId());
        }
        $this->accounts->remove($account);
    }
}
