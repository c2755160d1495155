<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Migration;

use Closure;
use OCP\DB\ISchemaWrapper;
use OCP\DB\Types;
use OCP\Migration\IOutput;
use OCP\Migration\SimpleMigrationStep;

/**
 * What an overview of all links shows besides: when each was in step last, and how much it has asked its server. And what its
 * person was told of, so that they are told once.
 */
final class Version000105Date20261126033000 extends SimpleMigrationStep
{
    public function changeSchema(IOutput $output, Closure $schemaClosure, array $options): ?ISchemaWrapper
    {
        /** @var ISchemaWrapper $schema */
        $schema = $schemaClosure();
        $links = $schema->getTable('exchange_links');
        if ($links->hasColumn('last_success')) {
            return null;
        }
        $links->addColumn('last_success', Types::BIGINT, ['notnull' => false]);
        $links->addColumn('calls', Types::BIGINT, ['notnull' => true, 'default' => 0]);
        $links->addColumn('created_at', Types::BIGINT, ['notnull' => true, 'default' => 0]);
        foreach ([$links, $schema->getTable('exchange_accounts')] as $table) {
            $table->addColumn('told', Types::TEXT, ['notnull' => false]);
        }
        return $schema;
    }
}
