<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Cycle;

use OCA\IntegrationExchange\Db\LinkMapper;
use OCA\IntegrationExchange\Failure;
use OCA\IntegrationExchange\Service\Accounts;
use Psr\Log\LoggerInterface;

/**
 * A mailbox has moved to another server: where the server was discovered, it is discovered anew. After the run, because it
 * takes its time and would hold up the others. (A worker's runs do not end: see Worker\Searches.)
 */
final class Removal
{
    public function __construct(
        private readonly LinkMapper $links,
        private readonly Accounts $accounts,
        private readonly LoggerInterface $logger,
    ) {
    }

    /**
     * @param array<int, Result> $results by link
     */
    public function follow(array $results): void
    {
        $moved = [];
        foreach ($results as $id => $result) {
            $link = $result->error === 'moved' ? $this->links->find($id) : null;
            if ($link !== null) {
                $moved[$link->getAccountId()] = true;
            }
        }
        foreach (array_keys($moved) as $id) {
            try {
                $this->accounts->rediscover($this->accounts->get($id));
            } catch (Failure $failure) {
                $this->logger->warning("The server of account $id is not found again: {$failure->getMessage()}");
            }
        }
    }
}
