<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Db;

use OCA\IntegrationExchange\Failure;
use OCP\AppFramework\Utility\ITimeFactory;
use OCP\DB\QueryBuilder\IQueryBuilder;
use OCP\IDBConnection;

/**
 * One cycle a link: whoever holds the lease may work on it. A lease that is not renewed runs out, and one whose process on
 * this machine is gone (killed) is taken over at once.
 */
final class Lease
{
    /** Seconds that a lease holds. Every request of a cycle renews it, at most every RENEW seconds. */
    public const SECONDS = 120;
    private const RENEW = 20;

    private readonly string $owner;
    /** @var array<int, int> link => time of the last renewal */
    private array $held = [];

    public function __construct(private readonly IDBConnection $db, private readonly ITimeFactory $time)
    {
        $this->owner = gethostname() . ':' . getmypid() . ':' . bin2hex(random_bytes(8));
    }

    /**
     * @return bool false where another process works on this link
     */
    public function acquire(int $link): bool
    {
        $now = $this->time->getTime();
        $owner = $this->ownerOf($link, $now);
        if ($owner !== null && !$this->isDead($owner)) {
            return false;
        }
        $query = $this->db->getQueryBuilder();
        $free = $query->expr()->lte('lease_until', $query->createNamedParameter($now, IQueryBuilder::PARAM_INT));
        if ($owner !== null) {
            $free = $query->expr()->orX($free, $query->expr()->eq('lease_owner', $query->createNamedParameter($owner)));
        }
        if ($this->claim($query, $link, $now)->andWhere($free)->executeStatement() !== 1) {
            return false;
        }
        $this->held[$link] = $now;
        return true;
    }

    /**
     * Keeps the lease alive.
     *
     * @throws Failure where it was lost to another process; nothing more may be written for this link
     */
    public function renew(int $link): void
    {
        $now = $this->time->getTime();
        if ($now - ($this->held[$link] ?? 0) < self::RENEW) {
            return;
        }
        $query = $this->db->getQueryBuilder();
        $mine = $query->expr()->eq('lease_owner', $query->createNamedParameter($this->owner));
        if ($this->claim($query, $link, $now)->andWhere($mine)->executeStatement() !== 1) {
            unset($this->held[$link]);
            throw new Failure('stopped', 'Another process took over this link; this one leaves it alone.');
        }
        $this->held[$link] = $now;
    }

    /** Renews what is held and left; a lost lease shows at its link's next request. */
    public function renewAll(): void
    {
        foreach (array_keys($this->held) as $link) {
            try {
                $this->renew($link);
            } catch (Failure) {
                continue;
            }
        }
    }

    public function release(int $link): void
    {
        unset($this->held[$link]);
        $query = $this->db->getQueryBuilder();
        $query->update('exchange_links')
            ->set('lease_until', $query->createNamedParameter(0, IQueryBuilder::PARAM_INT))
            ->set('lease_owner', $query->createNamedParameter(null, IQueryBuilder::PARAM_NULL))
            ->where($query->expr()->eq('id', $query->createNamedParameter($link, IQueryBuilder::PARAM_INT)))
            ->andWhere($query->expr()->eq('lease_owner', $query->createNamedParameter($this->owner)))
            ->executeStatement();
    }

    public function releaseAll(): void
    {
        foreach (array_keys($this->held) as $link) {
            $this->release($link);
        }
    }

    private function claim(IQueryBuilder $query, int $link, int $now): IQueryBuilder
    {
        return $query->update('exchange_links')
            ->set('lease_owner', $query->createNamedParameter($this->owner))
            ->set('lease_until', $query->createNamedParameter($now + self::SECONDS, IQueryBuilder::PARAM_INT))
            ->where($query->expr()->eq('id', $query->createNamedParameter($link, IQueryBuilder::PARAM_INT)));
    }

    private function ownerOf(int $link, int $now): ?string
    {
        $query = $this->db->getQueryBuilder();
        $query->select('lease_owner')->from('exchange_links')
            ->where($query->expr()->eq('id', $query->createNamedParameter($link, IQueryBuilder::PARAM_INT)))
            ->andWhere($query->expr()->gt('lease_until', $query->createNamedParameter($now, IQueryBuilder::PARAM_INT)));
        $result = $query->executeQuery();
        $owner = $result->fetchOne();
        $result->closeCursor();
        return is_string($owner) ? $owner : null;
    }

    private function isDead(string $owner): bool
    {
        [$host, $pid] = [...explode(':', $owner), '', ''];
        if ($host !== gethostname() || !ctype_digit($pid) || !function_exists('posix_kill')) {
            return false;
        }
        // Signal 0 only asks. A process of somebody else exists, too: EPERM.
        return !posix_kill((int)$pid, 0) && posix_get_last_error() === 3;
    }
}
