<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Migration;

use Closure;
use OCP\DB\ISchemaWrapper;
use OCP\DB\Types;
use OCP\Migration\IOutput;
use OCP\Migration\SimpleMigrationStep;

/**
 * Accounts, links, and the journal (pairs and kept versions).
 *
 * Ids of Exchange are case-sensitive and long; MySQL compares and indexes text in ways that suit neither. So what must be
 * unique or found by such an id goes by its SHA-256. Unique indexes over columns that may be NULL allow any number of NULLs
 * on SQLite, MariaDB and PostgreSQL alike.
 */
final class Version000100Date20261121000000 extends SimpleMigrationStep
{
    public function changeSchema(IOutput $output, Closure $schemaClosure, array $options): ?ISchemaWrapper
    {
        /** @var ISchemaWrapper $schema */
        $schema = $schemaClosure();
        $this->accounts($schema);
        $this->links($schema);
        $this->pairs($schema);
        $this->history($schema);
        return $schema;
    }

    private function accounts(ISchemaWrapper $schema): void
    {
        if ($schema->hasTable('exchange_accounts')) {
            return;
        }
        $table = $schema->createTable('exchange_accounts');
        $table->addColumn('id', Types::BIGINT, ['autoincrement' => true, 'notnull' => true]);
        $table->addColumn('user_id', Types::STRING, ['length' => 64, 'notnull' => true]);
        $table->addColumn('address', Types::STRING, ['length' => 255, 'notnull' => true]);
        $table->addColumn('server', Types::STRING, ['length' => 512, 'notnull' => true]);
        $table->addColumn('username', Types::STRING, ['length' => 255, 'notnull' => true]);
        $table->addColumn('password', Types::TEXT, ['notnull' => false]);
        $table->addColumn('state', Types::STRING, ['length' => 16, 'notnull' => true, 'default' => 'active']);
        $table->addColumn('error', Types::STRING, ['length' => 32, 'notnull' => false]);
        $table->addColumn('message', Types::TEXT, ['notnull' => false]);
        $table->addColumn('created_at', Types::BIGINT, ['notnull' => true, 'default' => 0]);
        $table->setPrimaryKey(['id']);
        $table->addUniqueIndex(['user_id', 'address'], 'exc_account_user');
    }

    private function links(ISchemaWrapper $schema): void
    {
        if ($schema->hasTable('exchange_links')) {
            return;
        }
        $table = $schema->createTable('exchange_links');
        $table->addColumn('id', Types::BIGINT, ['autoincrement' => true, 'notnull' => true]);
        $table->addColumn('account_id', Types::BIGINT, ['notnull' => true]);
        $table->addColumn('kind', Types::STRING, ['length' => 16, 'notnull' => true]);
        $table->addColumn('folder_id', Types::TEXT, ['notnull' => true]);
        $table->addColumn('folder_hash', Types::STRING, ['length' => 64, 'notnull' => true]);
        $table->addColumn('folder_name', Types::STRING, ['length' => 255, 'notnull' => false]);
        $table->addColumn('collection_id', Types::BIGINT, ['notnull' => true]);
        $table->addColumn('collection_name', Types::STRING, ['length' => 255, 'notnull' => false]);
        $table->addColumn('state', Types::STRING, ['length' => 16, 'notnull' => true, 'default' => 'active']);
        $table->addColumn('policy', Types::STRING, ['length' => 16, 'notnull' => true, 'default' => 'newest']);
        $table->addColumn('max_deletes', Types::INTEGER, ['notnull' => false]);
        $table->addColumn('remote_cursor', Types::TEXT, ['notnull' => false]);
        $table->addColumn('local_token', Types::STRING, ['length' => 255, 'notnull' => false]);
        $table->addColumn('next_run', Types::BIGINT, ['notnull' => true, 'default' => 0]);
        $table->addColumn('last_run', Types::BIGINT, ['notnull' => false]);
        $table->addColumn('last_full', Types::BIGINT, ['notnull' => true, 'default' => 0]);
        $table->addColumn('failures', Types::INTEGER, ['notnull' => true, 'default' => 0]);
        $table->addColumn('error', Types::STRING, ['length' => 32, 'notnull' => false]);
        $table->addColumn('message', Types::TEXT, ['notnull' => false]);
        $table->addColumn('last_report', Types::TEXT, ['notnull' => false]);
        $table->addColumn('lease_owner', Types::STRING, ['length' => 255, 'notnull' => false]);
        $table->addColumn('lease_until', Types::BIGINT, ['notnull' => true, 'default' => 0]);
        $table->setPrimaryKey(['id']);
        $table->addUniqueIndex(['account_id', 'folder_hash'], 'exc_link_folder');
        $table->addUniqueIndex(['collection_id', 'kind'], 'exc_link_collection');
        $table->addIndex(['state', 'next_run'], 'exc_link_due');
    }

    private function pairs(ISchemaWrapper $schema): void
    {
        if ($schema->hasTable('exchange_pairs')) {
            return;
        }
        $table = $schema->createTable('exchange_pairs');
        $table->addColumn('id', Types::BIGINT, ['autoincrement' => true, 'notnull' => true]);
        $table->addColumn('link_id', Types::BIGINT, ['notnull' => true]);
        $table->addColumn('pair_key', Types::STRING, ['length' => 64, 'notnull' => true]);
        $table->addColumn('state', Types::STRING, ['length' => 16, 'notnull' => true]);
        $table->addColumn('uri', Types::STRING, ['length' => 255, 'notnull' => false]);
        $table->addColumn('etag', Types::STRING, ['length' => 64, 'notnull' => false]);
        $table->addColumn('remote_hash', Types::STRING, ['length' => 64, 'notnull' => false]);
        $table->addColumn('remote_id', Types::TEXT, ['notnull' => false]);
        $table->addColumn('version', Types::TEXT, ['notnull' => false]);
        $table->addColumn('base', Types::TEXT, ['notnull' => false]);
        $table->addColumn('reason', Types::TEXT, ['notnull' => false]);
        $table->addColumn('losses', Types::TEXT, ['notnull' => false]);
        $table->setPrimaryKey(['id']);
        $table->addUniqueIndex(['link_id', 'pair_key'], 'exc_pair_key');
        $table->addUniqueIndex(['link_id', 'uri'], 'exc_pair_uri');
        $table->addUniqueIndex(['link_id', 'remote_hash'], 'exc_pair_remote');
    }

    private function history(ISchemaWrapper $schema): void
    {
        if ($schema->hasTable('exchange_history')) {
            return;
        }
        $table = $schema->createTable('exchange_history');
        $table->addColumn('id', Types::BIGINT, ['autoincrement' => true, 'notnull' => true]);
        $table->addColumn('link_id', Types::BIGINT, ['notnull' => true]);
        $table->addColumn('side', Types::STRING, ['length' => 16, 'notnull' => true]);
        $table->addColumn('uri', Types::STRING, ['length' => 255, 'notnull' => false]);
        $table->addColumn('body', Types::TEXT, ['notnull' => true]);
        $table->addColumn('reason', Types::TEXT, ['notnull' => true]);
        $table->addColumn('created_at', Types::BIGINT, ['notnull' => true]);
        $table->setPrimaryKey(['id']);
        $table->addIndex(['link_id', 'created_at'], 'exc_history_link');
    }
}
