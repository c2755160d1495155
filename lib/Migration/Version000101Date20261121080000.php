<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Migration;

use Closure;
use OCP\DB\ISchemaWrapper;
use OCP\DB\Types;
use OCP\Migration\IOutput;
use OCP\Migration\SimpleMigrationStep;

/**
 * Who sends invitations for a link's meetings.
 */
final class Version000101Date20261121080000 extends SimpleMigrationStep
{
    public function changeSchema(IOutput $output, Closure $schemaClosure, array $options): ?ISchemaWrapper
    {
        /** @var ISchemaWrapper $schema */
        $schema = $schemaClosure();
        $table = $schema->getTable('exchange_links');
        if ($table->hasColumn('invitations')) {
            return null;
        }
        $table->addColumn('invitations', Types::STRING, ['length' => 16, 'notnull' => true, 'default' => 'nobody']);
        return $schema;
    }
}
