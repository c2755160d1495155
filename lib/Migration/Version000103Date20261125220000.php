<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Migration;

use Closure;
use OCP\DB\ISchemaWrapper;
use OCP\DB\Types;
use OCP\Migration\IOutput;
use OCP\Migration\SimpleMigrationStep;

/**
 * Leases in a table of their own: every write of a cycle locks its lease, and a link's row is also locked by whoever changes
 * an object of its collection.
 */
final class Version000103Date20261125220000 extends SimpleMigrationStep
{
    public function changeSchema(IOutput $output, Closure $schemaClosure, array $options): ?ISchemaWrapper
    {
        /** @var ISchemaWrapper $schema */
        $schema = $schemaClosure();
        if ($schema->hasTable('exchange_leases')) {
            return null;
        }
        $table = $schema->createTable('exchange_leases');
        $table->addColumn('link_id', Types::BIGINT, ['notnull' => true]);
        $table->addColumn('owner', Types::STRING, ['length' => 255, 'notnull' => true]);
        $table->addColumn('expires_at', Types::BIGINT, ['notnull' => true]);
        $table->setPrimaryKey(['link_id']);
        $links = $schema->getTable('exchange_links');
        foreach (['lease_owner', 'lease_until'] as $column) {
            if ($links->hasColumn($column)) {
                $links->dropColumn($column);
            }
        }
        return $schema;
    }
}
