<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Predecessor;

use OCP\App\IAppManager;
use OCP\Config\IUserConfig;
use OCP\IDBConnection;
use OCP\Security\ICrypto;
use SensitiveParameter;
use Throwable;

/**
 * What the app integration_ews has stored: users' accounts in their settings, and in one table which collection belongs to which
 * folder and which object to which item. It is read and never written.
 */
final class IntegrationEws
{
    public const APP = 'integration_ews';
    private const TABLE = 'ews_integration_crls';
    private const KINDS = ['event' => 'EC', 'task' => 'TC', 'contact' => 'CC'];
    private const SETTINGS = ['event' => 'events', 'task' => 'tasks', 'contact' => 'contacts'];
    /** Its word for who wins, and ours. */
    private const POLICIES = ['R' => 'exchange', 'L' => 'nextcloud', 'C' => 'newest'];
    private const DEFAULT_MINUTES = '5';

    public function __construct(
        private readonly IAppManager $apps,
        private readonly IUserConfig $config,
        private readonly IDBConnection $db,
        private readonly ICrypto $crypto,
    ) {
    }

    public function isEnabled(): bool
    {
        return $this->apps->isEnabledForAnyone(self::APP);
    }

    /**
     * @return int|null when a process of its own that works for a user last said that it lives (seconds since 1970)
     */
    public function aliveAt(string $userId): ?int
    {
        return (int)$this->value($userId, 'account_harmonization_tid') > 0
            ? (int)$this->value($userId, 'account_harmonization_thb')
            : null;
    }

    public function isConnected(string $userId): bool
    {
        return $this->value($userId, 'account_connected') === '1';
    }

    /**
     * @return array{address: string, server: string, username: string, oauth: bool}
     */
    public function account(string $userId): array
    {
        return [
            'address' => $this->value($userId, 'account_id'),
            'server' => $this->value($userId, 'account_server'),
            'username' => $this->value($userId, 'account_bauth_id'),
            'oauth' => $this->value($userId, 'account_provider') === 'MS365',
        ];
    }

    /**
     * @return string the password in clear; empty where there is none
     */
    public function password(string $userId): string
    {
        $stored = $this->value($userId, 'account_bauth_secret');
        return $stored === '' ? '' : $this->decrypted($stored);
    }

    /**
     * @return list<array{id: int, kind: string, collection: int, folder: string, policy: string, active: bool}>
     */
    public function links(string $userId): array
    {
        if (!$this->db->tableExists(self::TABLE)) {
            return [];
        }
        $sql = 'SELECT id, type, loid, roid FROM *PREFIX*' . self::TABLE . ' WHERE uid = ? AND type IN (?, ?, ?) ORDER BY id';
        $rows = $this->db->executeQuery($sql, [$userId, ...array_values(self::KINDS)])->fetchAll();
        return array_map(function (array $row) use ($userId): array {
            $kind = (string)array_search($row['type'], self::KINDS, true);
            $prefix = self::SETTINGS[$kind];
            return [
                'id' => (int)$row['id'],
                'kind' => $kind,
                'collection' => (int)$row['loid'],
                'folder' => (string)$row['roid'],
                'policy' => self::POLICIES[$this->value($userId, "{$prefix}_prevalence", 'R')] ?? 'exchange',
                'active' => (int)$this->value($userId, "{$prefix}_harmonize", self::DEFAULT_MINUTES) > 0,
            ];
        }, $rows);
    }

    /**
     * @return iterable<array{uri: string, item: string}> the objects of one of its links, each with the id of its item
     */
    public function pairs(int $link): iterable
    {
        $sql = 'SELECT loid, roid FROM *PREFIX*' . self::TABLE . ' WHERE aid = ? AND type IN (?, ?, ?) ORDER BY id';
        $result = $this->db->executeQuery($sql, [$link, 'EO', 'TO', 'CO']);
        while (($row = $result->fetch()) !== false) {
            yield ['uri' => (string)$row['loid'], 'item' => (string)$row['roid']];
        }
        $result->closeCursor();
    }

    private function value(string $userId, string $key, string $default = ''): string
    {
        $value = $this->config->getValueString($userId, self::APP, $key);
        return $value === '' ? $default : $value;
    }

    /**
     * It takes what it cannot decrypt for clear text, from before it encrypted passwords.
     */
    private function decrypted(#[SensitiveParameter] string $stored): string
    {
        try {
            return $this->crypto->decrypt($stored);
        } catch (Throwable) {
            return $stored;
        }
    }
}
