<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Db;

use OCA\IntegrationExchange\Failure;
use OCP\AppFramework\Utility\ITimeFactory;
use OCP\DB\Exception as DbException;
use OCP\DB\QueryBuilder\IQueryBuilder;
use OCP\IDBConnection;

/**
 * One cycle a link: whoever holds the lease may work on it. A lease that is not renewed runs out, and one whose process on
 * this machine is gone (killed) is taken over at once.
 *
 * A process can be stopped for any time at any moment, so a look at the clock proves nothing. Each write for a link holds the
 * lease in its own transaction instead: either the write is done before somebody else takes the lease over, or it is refused.
 */
final class Lease
{
    /** Seconds that a lease holds: for longer than a request to Exchange can be on its way (100). */
    public const SECONDS = 120;
    /** Seconds after which a renewal is due. */
    private const RENEW = 20;
    /** Seconds for which a transaction may stand still before the database undoes it. */
    private const STANDSTILL = 15;

    private readonly string $owner;
    /** @var array<int, int> link => time of the last renewal */
    private array $held = [];
    private bool $canLimit = true;

    public function __construct(private readonly IDBConnection $db, private readonly ITimeFactory $time)
    {
        $this->owner = Process::here() . ':' . getmypid() . ':' . bin2hex(random_bytes(8));
    }

    /**
     * @return bool false where another process works on this link
     */
    public function acquire(int $link): bool
    {
        $this->limitStandstill();
        $now = $this->time->getTime();
        $sql = 'SELECT owner, expires_at FROM *PREFIX*exchange_leases WHERE link_id = ?';
        $row = $this->db->executeQuery($sql, [$link])->fetch();
        if ($row === false ? !$this->insert($link, $now) : !$this->takeOver($link, $now, (string)$row['owner'], (int)$row['expires_at'])) {
            return false;
        }
        $this->held[$link] = $now;
        return true;
    }

    /**
     * Whether some process works on a link.
     */
    public function isHeld(int $link): bool
    {
        $sql = 'SELECT owner, expires_at FROM *PREFIX*exchange_leases WHERE link_id = ?';
        $row = $this->db->executeQuery($sql, [$link])->fetch();
        return $row !== false && (int)$row['expires_at'] > $this->time->getTime() && !self::isDead((string)$row['owner']);
    }

    /**
     * Makes sure, by renewing it, that the lease is still this process's. Within a transaction nobody else gets it before the
     * transaction's end.
     *
     * @return int until when nobody else takes it over (seconds since 1970)
     * @throws Failure where it was lost to another process; nothing more may be written for this link
     */
    public function hold(int $link): int
    {
        $now = $this->time->getTime();
        $sql = 'UPDATE *PREFIX*exchange_leases SET expires_at = ? WHERE link_id = ? AND owner = ?';
        if ($this->db->executeStatement($sql, [$now + self::SECONDS, $link, $this->owner]) !== 1) {
            unset($this->held[$link]);
            throw new Failure('stopped', 'Another process took over this link; this one leaves it alone.');
        }
        $this->held[$link] = $now;
        return $now + self::SECONDS;
    }

    /**
     * Keeps the lease alive.
     *
     * @throws Failure where it was lost
     */
    public function renew(int $link): void
    {
        if ($this->time->getTime() - ($this->held[$link] ?? 0) >= self::RENEW) {
            $this->hold($link);
        }
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
        $sql = 'DELETE FROM *PREFIX*exchange_leases WHERE link_id = ? AND owner = ?';
        $this->db->executeStatement($sql, [$link, $this->owner]);
        unset($this->held[$link]);
    }

    public function releaseAll(): void
    {
        foreach (array_keys($this->held) as $link) {
            $this->release($link);
        }
    }

    /**
     * A host that is cut off, or stops, in the middle of a transaction keeps its locks from everybody until the database finds out,
     * which by itself can take hours. Said for each cycle, because the connection may be a new one.
     */
    private function limitStandstill(): void
    {
        $sql = match ($this->db->getDatabaseProvider()) {
            IDBConnection::PLATFORM_POSTGRES => "SET SESSION idle_in_transaction_session_timeout = '" . self::STANDSTILL . "s'",
            IDBConnection::PLATFORM_MYSQL => 'SET SESSION idle_transaction_timeout = ' . self::STANDSTILL,
            default => null,
        };
        if ($sql === null || !$this->canLimit) {
            return;
        }
        try {
            $this->db->executeStatement($sql);
        } catch (DbException) {
            // MariaDB has it, MySQL does not.
            $this->canLimit = false;
        }
    }

    private function insert(int $link, int $now): bool
    {
        $query = $this->db->getQueryBuilder();
        $query->insert('exchange_leases')->values([
            'link_id' => $query->createNamedParameter($link, IQueryBuilder::PARAM_INT),
            'owner' => $query->createNamedParameter($this->owner),
            'expires_at' => $query->createNamedParameter($now + self::SECONDS, IQueryBuilder::PARAM_INT),
        ]);
        try {
            return $query->executeStatement() === 1;
        } catch (DbException $error) {
            if ($error->getReason() === DbException::REASON_UNIQUE_CONSTRAINT_VIOLATION) {
                return false;
            }
            throw $error;
        }
    }

    /**
     * One's own may be left from when the database could not be reached.
     *
     * A lease that its holder locks at this moment is not free, however old it is: to wait for it could take for ever.
     */
    private function takeOver(int $link, int $now, string $owner, int $expires): bool
    {
        if ($owner !== $this->owner && $expires > $now && !self::isDead($owner)) {
            return false;
        }
        $skip = $this->db->getDatabaseProvider() === IDBConnection::PLATFORM_SQLITE ? '' : ' FOR UPDATE SKIP LOCKED';
        $this->db->beginTransaction();
        try {
            $free = 'SELECT 1 FROM *PREFIX*exchange_leases WHERE link_id = ? AND owner = ? AND expires_at = ?';
            $taken = $this->db->executeQuery($free . $skip, [$link, $owner, $expires])->fetchOne() !== false
                && $this->db->executeStatement(
                    'UPDATE *PREFIX*exchange_leases SET owner = ?, expires_at = ? WHERE link_id = ? AND owner = ? AND expires_at = ?',
                    [$this->owner, $now + self::SECONDS, $link, $owner, $expires]
                ) === 1;
            $this->db->commit();
            return $taken;
        } catch (\Throwable $error) {
            $this->db->rollBack();
            throw $error;
        }
    }

    private static function isDead(string $owner): bool
    {
        [$place, $pid] = [...explode(':', $owner), '', ''];
        return ctype_digit($pid) && Process::isGone($place, (int)$pid);
    }
}
