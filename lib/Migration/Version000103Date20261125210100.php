<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Migration;

use Closure;
use OCP\DB\ISchemaWrapper;
use OCP\Migration\IOutput;
use OCP\Migration\SimpleMigrationStep;

/**
 * The columns that `settings` stands for since the step before.
 */
final class Version000103Date20261125210100 extends SimpleMigrationStep
{
    public function changeSchema(IOutput $output, Closure $schemaClosure, array $options): ?ISchemaWrapper
    {
        /** @var ISchemaWrapper $schema */
        $schema = $schemaClosure();
        $table = $schema->getTable('exchange_links');
        foreach (['policy', 'max_deletes', 'invitations'] as $column) {
            if ($table->hasColumn($column)) {
                $table->dropColumn($column);
            }
        }
        return $schema;
    }
}
