<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Db;

use OCP\AppFramework\Db\Entity;
use OCP\AppFramework\Db\QBMapper;
use OCP\IDBConnection;

/**
 * @extends QBMapper<Account>
 */
final class AccountMapper extends QBMapper
{
    public function __construct(IDBConnection $db)
    {
        parent::__construct($db, 'exchange_accounts', Account::class);
    }

    public function find(int $id): ?Account
    {
        $query = $this->db->getQueryBuilder();
        $query->select('*')->from($this->tableName)->where($query->expr()->eq('id', $query->createNamedParameter($id)));
        return $this->findEntities($query)[0] ?? null;
    }

    /**
     * @return list<Account> of one user, or of everybody
     */
    public function list(?string $userId = null): array
    {
        $query = $this->db->getQueryBuilder();
        $query->select('*')->from($this->tableName)->orderBy('id');
        if ($userId !== null) {
            $query->where($query->expr()->eq('user_id', $query->createNamedParameter($userId)));
        }
        return $this->findEntities($query);
    }

    /**
     * @return list<Account> whose people were told something of them
     */
    public function told(): array
    {
        $query = $this->db->getQueryBuilder();
        $query->select('*')->from($this->tableName)->where($query->expr()->isNotNull('told'));
        return $this->findEntities($query);
    }

    /**
     * @return array<string, int> number of accounts by the address of their server
     */
    public function servers(): array
    {
        $query = $this->db->getQueryBuilder();
        $query->select('server')->selectAlias($query->func()->count('*'), 'amount')->from($this->tableName)->groupBy('server');
        $result = $query->executeQuery();
        $servers = array_map(intval(...), array_column($result->fetchAll(), 'amount', 'server'));
        $result->closeCursor();
        return $servers;
    }

    public function findByAddress(string $userId, string $address): ?Account
    {
        $query = $this->db->getQueryBuilder();
        $query->select('*')->from($this->tableName)
            ->where($query->expr()->eq('user_id', $query->createNamedParameter($userId)))
            ->andWhere($query->expr()->eq('address', $query->createNamedParameter($address)));
        return $this->findEntities($query)[0] ?? null;
    }

    /**
     * Its worker has a look at what changed. (What people were told of an account is no concern of a worker's.)
     */
    public function update(Entity $entity): Entity
    {
        if (array_diff(array_keys($entity->getUpdatedFields()), ['told']) !== []) {
            $entity->setUnseen(1);
        }
        return parent::update($entity);
    }
}
