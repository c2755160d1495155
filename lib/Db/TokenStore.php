<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Db;

use OCA\IntegrationExchange\Failure;
use OCA\IntegrationExchange\OAuth\Grant;
use OCP\AppFramework\Utility\ITimeFactory;
use OCP\DB\Exception;
use OCP\DB\QueryBuilder\IQueryBuilder;
use OCP\IDBConnection;
use OCP\Security\ICrypto;
use SensitiveParameter;
use Throwable;

/**
 * Tokens by account (0 is the organisation's application), encrypted, and whose turn it is to get new ones: a refresh token is
 * good for one use, so one process at a time.
 */
final class TokenStore
{
    public const APPLICATION = 0;
    /** Seconds after which the turn of a process that died is over; longer than a request to the provider may take. */
    public const TURN = 30;

    private readonly string $owner;

    public function __construct(
        private readonly IDBConnection $db,
        private readonly ICrypto $crypto,
        private readonly ITimeFactory $time,
    ) {
        $this->owner = bin2hex(random_bytes(16));
    }

    public function load(int $account): ?Grant
    {
        $query = $this->db->getQueryBuilder();
        $query->select('access_token', 'expires', 'refresh_token')->from('exchange_tokens')
            ->where($query->expr()->eq('account_id', $query->createNamedParameter($account, IQueryBuilder::PARAM_INT)));
        $result = $query->executeQuery();
        $row = $result->fetch();
        $result->closeCursor();
        if ($row === false || $row['access_token'] === null) {
            return null;
        }
        $refresh = $row['refresh_token'];
        return new Grant(
            $this->decrypt($row['access_token']),
            (int)$row['expires'],
            $refresh === null ? null : $this->decrypt($refresh),
        );
    }

    public function save(int $account, #[SensitiveParameter] Grant $grant): void
    {
        $this->need($account);
        $refresh = $grant->refreshToken;
        $query = $this->db->getQueryBuilder();
        $query->update('exchange_tokens')
            ->set('access_token', $query->createNamedParameter($this->crypto->encrypt($grant->accessToken)))
            ->set('expires', $query->createNamedParameter($grant->expires, IQueryBuilder::PARAM_INT))
            ->set('refresh_token', $query->createNamedParameter($refresh === null ? null : $this->crypto->encrypt($refresh)))
            ->where($query->expr()->eq('account_id', $query->createNamedParameter($account, IQueryBuilder::PARAM_INT)))
            ->executeStatement();
    }

    public function forget(int $account): void
    {
        $query = $this->db->getQueryBuilder();
        $query->delete('exchange_tokens')
            ->where($query->expr()->eq('account_id', $query->createNamedParameter($account, IQueryBuilder::PARAM_INT)))
            ->executeStatement();
    }

    /**
     * @return bool false where another process has its turn
     */
    public function take(int $account): bool
    {
        $this->need($account);
        $now = $this->time->getTime();
        $query = $this->db->getQueryBuilder();
        return $query->update('exchange_tokens')
            ->set('lease_owner', $query->createNamedParameter($this->owner))
            ->set('lease_until', $query->createNamedParameter($now + self::TURN, IQueryBuilder::PARAM_INT))
            ->where($query->expr()->eq('account_id', $query->createNamedParameter($account, IQueryBuilder::PARAM_INT)))
            ->andWhere($query->expr()->lte('lease_until', $query->createNamedParameter($now, IQueryBuilder::PARAM_INT)))
            ->executeStatement() === 1;
    }

    public function give(int $account): void
    {
        $query = $this->db->getQueryBuilder();
        $query->update('exchange_tokens')
            ->set('lease_until', $query->createNamedParameter(0, IQueryBuilder::PARAM_INT))
            ->where($query->expr()->eq('account_id', $query->createNamedParameter($account, IQueryBuilder::PARAM_INT)))
            ->andWhere($query->expr()->eq('lease_owner', $query->createNamedParameter($this->owner)))
            ->executeStatement();
    }

    /** Makes the row where there is none yet. */
    private function need(int $account): void
    {
        $query = $this->db->getQueryBuilder();
        $query->select('account_id')->from('exchange_tokens')
            ->where($query->expr()->eq('account_id', $query->createNamedParameter($account, IQueryBuilder::PARAM_INT)));
        $result = $query->executeQuery();
        $there = $result->fetch() !== false;
        $result->closeCursor();
        if ($there) {
            return;
        }
        try {
            $query = $this->db->getQueryBuilder();
            $query->insert('exchange_tokens')
                ->values(['account_id' => $query->createNamedParameter($account, IQueryBuilder::PARAM_INT)])
                ->executeStatement();
        } catch (Exception $error) {
            // Another process was faster, which is as good.
            if ($error->getReason() !== Exception::REASON_UNIQUE_CONSTRAINT_VIOLATION) {
                throw $error;
            }
        }
    }

    private function decrypt(string $text): string
    {
        try {
            return $this->crypto->decrypt($text);
        } catch (Throwable) {
            throw new Failure(
                'credentials',
                'The stored sign-in cannot be decrypted (the secret in config.php changed). Sign in again.',
            );
        }
    }
}
