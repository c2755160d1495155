<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use OCP\IDBConnection;

/**
 * The database itself notes who takes a link's lease from whom.
 */
final class LeaseLog
{
    private const NOTE = "INSERT INTO lease_log (link_id, was, becomes) VALUES (%s, %s, %s)";

    private readonly string $table;

    public function __construct(private readonly IDBConnection $db)
    {
        $this->table = '*PREFIX*exchange_leases';
        $this->stop();
        $key = $db->getDatabaseProvider() === IDBConnection::PLATFORM_POSTGRES ? 'SERIAL' : 'INTEGER';
        $auto = $db->getDatabaseProvider() === IDBConnection::PLATFORM_MYSQL ? ' AUTO_INCREMENT' : '';
        $this->execute("CREATE TABLE lease_log (id $key PRIMARY KEY$auto, link_id INTEGER, was VARCHAR(255), becomes VARCHAR(255))");
        $this->trigger('INSERT', sprintf(self::NOTE, 'NEW.link_id', 'NULL', 'NEW.owner'));
        $this->trigger('UPDATE', sprintf(self::NOTE, 'NEW.link_id', 'OLD.owner', 'NEW.owner'));
        $this->trigger('DELETE', sprintf(self::NOTE, 'OLD.link_id', 'OLD.owner', 'NULL'));
    }

    public function stop(): void
    {
        $postgres = $this->db->getDatabaseProvider() === IDBConnection::PLATFORM_POSTGRES;
        foreach (['INSERT', 'UPDATE', 'DELETE'] as $event) {
            $name = 'lease_log_' . strtolower($event);
            $this->execute($postgres ? "DROP FUNCTION IF EXISTS $name() CASCADE" : "DROP TRIGGER IF EXISTS $name");
        }
        $this->execute('DROP TABLE IF EXISTS lease_log');
    }

    /**
     * Who held a link from whom: a process, or nobody (''). Renewals are left out.
     *
     * @return list<array{was: string, becomes: string}> process ids, in the order of events
     */
    public function of(int $link): array
    {
        $rows = $this->db->executeQuery('SELECT was, becomes FROM lease_log WHERE link_id = ? ORDER BY id', [$link])->fetchAll();
        $changes = array_filter($rows, static fn (array $row): bool => $row['was'] !== $row['becomes']);
        $pid = static fn (?string $owner): string => explode(':', (string)$owner)[1] ?? '';
        return array_values(array_map(
            static fn (array $row): array => ['was' => $pid($row['was']), 'becomes' => $pid($row['becomes'])],
            $changes
        ));
    }

    private function trigger(string $event, string $do): void
    {
        $name = 'lease_log_' . strtolower($event);
        $on = "CREATE TRIGGER $name AFTER $event ON $this->table FOR EACH ROW";
        $platform = $this->db->getDatabaseProvider();
        if ($platform === IDBConnection::PLATFORM_POSTGRES) {
            $this->execute("CREATE FUNCTION $name() RETURNS trigger AS 'BEGIN $do; RETURN NULL; END' LANGUAGE plpgsql");
            $this->execute("$on EXECUTE FUNCTION $name()");
        } else {
            $this->execute($platform === IDBConnection::PLATFORM_SQLITE ? "$on BEGIN $do; END" : "$on $do");
        }
    }

    private function execute(string $sql): void
    {
        $this->db->executeStatement($sql);
    }
}
