<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Migration;

use Closure;
use OCP\DB\ISchemaWrapper;
use OCP\DB\Types;
use OCP\Migration\IOutput;
use OCP\Migration\SimpleMigrationStep;

/**
 * What is known of an account's server: whether it was discovered, and the schema level that it speaks with this mailbox.
 */
final class Version000104Date20261125220000 extends SimpleMigrationStep
{
    public function changeSchema(IOutput $output, Closure $schemaClosure, array $options): ?ISchemaWrapper
    {
        /** @var ISchemaWrapper $schema */
        $schema = $schemaClosure();
        $table = $schema->getTable('exchange_accounts');
        if ($table->hasColumn('discovered')) {
            return null;
        }
        $table->addColumn('discovered', Types::SMALLINT, ['notnull' => true, 'default' => 0]);
        $table->addColumn('level', Types::STRING, ['length' => 32, 'notnull' => false]);
        return $schema;
    }
}
