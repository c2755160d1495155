<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Migration;

use Closure;
use OCP\DB\ISchemaWrapper;
use OCP\DB\Types;
use OCP\Migration\IOutput;
use OCP\Migration\SimpleMigrationStep;

/**
 * What a page shows of a link while a cycle runs elsewhere, and of its last dry run.
 */
final class Version000105Date20261126040000 extends SimpleMigrationStep
{
    public function changeSchema(IOutput $output, Closure $schemaClosure, array $options): ?ISchemaWrapper
    {
        /** @var ISchemaWrapper $schema */
        $schema = $schemaClosure();
        $table = $schema->getTable('exchange_links');
        if ($table->hasColumn('progress')) {
            return null;
        }
        $table->addColumn('progress', Types::TEXT, ['notnull' => false]);
        $table->addColumn('rehearsal', Types::TEXT, ['notnull' => false]);
        return $schema;
    }
}
