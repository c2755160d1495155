<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Migration;

use Closure;
use OCP\DB\ISchemaWrapper;
use OCP\DB\Types;
use OCP\Migration\IOutput;
use OCP\Migration\SimpleMigrationStep;

/**
 * Active mode: the workers there are, and which of them has an account.
 */
final class Version000106Date20261126070000 extends SimpleMigrationStep
{
    public function changeSchema(IOutput $output, Closure $schemaClosure, array $options): ?ISchemaWrapper
    {
        /** @var ISchemaWrapper $schema */
        $schema = $schemaClosure();
        if ($schema->hasTable('exchange_workers')) {
            return null;
        }
        $accounts = $schema->getTable('exchange_accounts');
        $accounts->addColumn('passive', Types::SMALLINT, ['notnull' => true, 'default' => 0]);
        $accounts->addColumn('worker', Types::STRING, ['length' => 64, 'notnull' => false]);
        $accounts->addColumn('watch', Types::TEXT, ['notnull' => false]);
        $accounts->addColumn('unseen', Types::SMALLINT, ['notnull' => true, 'default' => 0]);
        $accounts->addIndex(['worker', 'passive'], 'exc_account_worker');
        $accounts->addIndex(['worker', 'unseen'], 'exc_account_unseen');

        $workers = $schema->createTable('exchange_workers');
        $workers->addColumn('id', Types::STRING, ['length' => 64, 'notnull' => true]);
        $workers->addColumn('host', Types::STRING, ['length' => 255, 'notnull' => true]);
        $workers->addColumn('pid', Types::BIGINT, ['notnull' => true]);
        $workers->addColumn('since', Types::BIGINT, ['notnull' => true]);
        $workers->addColumn('beat', Types::BIGINT, ['notnull' => true, 'default' => 0]);
        $workers->addColumn('beat_at', Types::BIGINT, ['notnull' => true, 'default' => 0]);
        $workers->addColumn('version', Types::STRING, ['length' => 32, 'notnull' => true]);
        $workers->addColumn('figures', Types::TEXT, ['notnull' => false]);
        $workers->setPrimaryKey(['id']);
        return $schema;
    }
}
