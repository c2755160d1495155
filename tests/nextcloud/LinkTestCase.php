<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use OCA\IntegrationExchange\Db\Account;
use OCA\IntegrationExchange\Db\AccountMapper;
use OCA\IntegrationExchange\Db\Link;
use OCA\IntegrationExchange\Db\LinkMapper;
use OCA\IntegrationExchange\Local\Collections;
use OCP\Security\ICrypto;
use OCP\Server;

/**
 * A test with an account and links that no server was asked about.
 */
abstract class LinkTestCase extends InstanceTestCase
{
    protected Account $account;
    protected LinkMapper $links;

    protected function setUp(): void
    {
        parent::setUp();
        $this->links = Server::get(LinkMapper::class);
        $account = new Account();
        $account->setUserId($this->user);
        $account->setAddress("$this->user@example.org");
        $account->setServer('https://127.0.0.1:1/EWS/Exchange.asmx');
        $account->setUsername($this->user);
        $account->setPassword(Server::get(ICrypto::class)->encrypt('Fixture-Mailbox-7'));
        $this->account = Server::get(AccountMapper::class)->insert($account);
    }

    protected function newLink(string $kind): Link
    {
        $link = new Link();
        $link->setAccountId($this->account->getId());
        $link->setKind($kind);
        $link->setFolderId(bin2hex(random_bytes(8)));
        $collection = Server::get(Collections::class)->create($this->user, $kind, "My $kind");
        $link->setCollectionId($collection->id);
        return $this->links->insert($link);
    }

    protected function reload(Link $link): Link
    {
        $row = $this->links->find($link->getId());
        self::assertNotNull($row);
        return $row;
    }

    /**
     * @return array<string, int> rows of this test's account and links by table
     */
    protected function rows(Link ...$links): array
    {
        $rows = ['accounts' => 0, 'links' => 0, 'pairs' => 0, 'history' => 0];
        $count = fn (string $table, string $column, int $id): int => (int)$this->db->executeQuery(
            "SELECT COUNT(*) FROM *PREFIX*exchange_$table WHERE $column = ?",
            [$id]
        )->fetchOne();
        $rows['accounts'] = $count('accounts', 'id', $this->account->getId());
        $rows['links'] = $count('links', 'account_id', $this->account->getId());
        foreach ($links as $link) {
            $rows['pairs'] += $count('pairs', 'link_id', $link->getId());
            $rows['history'] += $count('history', 'link_id', $link->getId());
        }
        return $rows;
    }
}
