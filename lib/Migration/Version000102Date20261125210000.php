<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Migration;

use Closure;
use OCP\DB\ISchemaWrapper;
use OCP\DB\Types;
use OCP\IDBConnection;
use OCP\Migration\IOutput;
use OCP\Migration\SimpleMigrationStep;

/**
 * Settings of a link in one place, when an event takes place (for a rolling window), and what a kept version is.
 */
final class Version000102Date20261125210000 extends SimpleMigrationStep
{
    public function __construct(private readonly IDBConnection $db)
    {
    }

    public function changeSchema(IOutput $output, Closure $schemaClosure, array $options): ?ISchemaWrapper
    {
        /** @var ISchemaWrapper $schema */
        $schema = $schemaClosure();
        $links = $schema->getTable('exchange_links');
        if ($links->hasColumn('settings')) {
            return null;
        }
        $links->addColumn('settings', Types::TEXT, ['notnull' => false]);
        $links->addColumn('only_direction', Types::STRING, ['length' => 16, 'notnull' => false]);
        $links->addColumn('direction_reason', Types::TEXT, ['notnull' => false]);
        $links->addColumn('announced', Types::INTEGER, ['notnull' => false]);

        $pairs = $schema->getTable('exchange_pairs');
        $pairs->addColumn('starts', Types::BIGINT, ['notnull' => false]);
        $pairs->addColumn('ends', Types::BIGINT, ['notnull' => false]);
        $pairs->addIndex(['link_id', 'state', 'ends'], 'exc_pair_ends');
        $pairs->addIndex(['link_id', 'state', 'starts'], 'exc_pair_starts');

        $history = $schema->getTable('exchange_history');
        $history->addColumn('cause', Types::STRING, ['length' => 16, 'notnull' => true, 'default' => 'conflict']);
        $history->addColumn('title', Types::STRING, ['length' => 255, 'notnull' => false]);
        $history->addColumn('size', Types::BIGINT, ['notnull' => true, 'default' => 0]);
        return $schema;
    }

    /**
     * What links have set so far moves into `settings`.
     */
    public function postSchemaChange(IOutput $output, Closure $schemaClosure, array $options): void
    {
        $usual = ['policy' => 'newest', 'max_deletes' => null, 'invitations' => 'nobody'];
        $rows = $this->db->executeQuery('SELECT id, policy, max_deletes, invitations FROM *PREFIX*exchange_links')->fetchAll();
        foreach ($rows as $row) {
            $row['max_deletes'] = $row['max_deletes'] === null ? null : (int)$row['max_deletes'];
            $own = array_udiff_assoc(
                array_intersect_key($row, $usual),
                $usual,
                static fn (mixed $a, mixed $b): int => $a === $b ? 0 : 1
            );
            if ($own !== []) {
                $sql = 'UPDATE *PREFIX*exchange_links SET settings = ? WHERE id = ?';
                $this->db->executeStatement($sql, [json_encode($own, JSON_THROW_ON_ERROR), $row['id']]);
            }
        }
    }
}
