<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Migration;

use Closure;
use OCP\DB\ISchemaWrapper;
use OCP\DB\Types;
use OCP\Migration\IOutput;
use OCP\Migration\SimpleMigrationStep;

/**
 * How an account signs in, and the tokens of those that sign in by OAuth.
 */
final class Version000104Date20261125210200 extends SimpleMigrationStep
{
    public function changeSchema(IOutput $output, Closure $schemaClosure, array $options): ?ISchemaWrapper
    {
        /** @var ISchemaWrapper $schema */
        $schema = $schemaClosure();
        $accounts = $schema->getTable('exchange_accounts');
        if (!$accounts->hasColumn('auth')) {
            $accounts->addColumn('auth', Types::STRING, ['length' => 16, 'notnull' => true, 'default' => 'basic']);
            $accounts->addColumn('sign_in', Types::TEXT, ['notnull' => false]);
        }
        if (!$schema->hasTable('exchange_tokens')) {
            $table = $schema->createTable('exchange_tokens');
            // 0 is the organisation's application itself.
            $table->addColumn('account_id', Types::BIGINT, ['notnull' => true]);
            $table->addColumn('access_token', Types::TEXT, ['notnull' => false]);
            $table->addColumn('expires', Types::BIGINT, ['notnull' => true, 'default' => 0]);
            $table->addColumn('refresh_token', Types::TEXT, ['notnull' => false]);
            $table->addColumn('lease_owner', Types::STRING, ['length' => 64, 'notnull' => false]);
            $table->addColumn('lease_until', Types::BIGINT, ['notnull' => true, 'default' => 0]);
            $table->setPrimaryKey(['account_id']);
        }
        return $schema;
    }
}
