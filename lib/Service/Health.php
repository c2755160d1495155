<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Service;

use OCA\IntegrationExchange\Db\AccountMapper;
use OCA\IntegrationExchange\Failure;
use OCA\IntegrationExchange\Native\Access;
use OCA\IntegrationExchange\Native\Extension;
use OCA\IntegrationExchange\Native\Way;
use OCP\IDBConnection;
use Throwable;

/**
 * The self-test: is everything there that a synchronisation needs?
 *
 * @phpstan-type Check array{name: string, ok: bool, message: string}
 */
final class Health
{
    private const TABLES = ['exchange_accounts', 'exchange_links', 'exchange_pairs', 'exchange_history', 'exchange_tokens'];

    public function __construct(
        private readonly Access $access,
        private readonly Extension $extension,
        private readonly Accounts $accounts,
        private readonly AccountMapper $mapper,
        private readonly Servers $servers,
        private readonly IDBConnection $db,
    ) {
    }

    /**
     * @return iterable<Check>
     */
    public function checks(): iterable
    {
        yield from $this->extension();
        $warning = $this->servers->warning();
        yield self::check('Certificates', $warning === null, $warning ?? 'those of all servers are verified');
        yield $database = $this->database();
        if ($database['ok']) {
            yield from $this->servers();
        }
    }

    /**
     * @return iterable<Check>
     */
    private function extension(): iterable
    {
        $way = $this->access->way();
        $loaded = $this->extension->version() !== null;
        yield self::check($loaded ? 'Extension loaded' : 'Extension', $loaded || $way !== Way::Nowhere, match (true) {
            $loaded => 'in PHP ' . PHP_VERSION . ' (' . PHP_SAPI . ')',
            $way === Way::Elsewhere => 'not loaded in this PHP (' . PHP_SAPI . '); “' . implode(' ', (array)$this->access->command())
                . '” does its work',
            default => (string)$this->access->problem(),
        });
        if ($loaded) {
            $version = $this->extension->version();
            yield self::check('Version matches', $way !== Way::Nowhere, match ($way) {
                Way::Here => "extension and app are $version",
                Way::Elsewhere => "it is $version here; “" . implode(' ', (array)$this->access->command()) . '” does its work',
                Way::Nowhere => (string)$this->access->problem(),
            });
        }
    }

    /**
     * @return Check
     */
    private function database(): array
    {
        $missing = array_filter(self::TABLES, fn (string $table): bool => !$this->db->tableExists($table));
        return self::check('Database', $missing === [], $missing === []
            ? 'all tables are there (' . $this->db->getDatabaseProvider() . ')'
            : 'These tables are missing: ' . implode(', ', $missing) . '. Run occ upgrade, or disable and enable the app.');
    }

    /**
     * @return iterable<Check>
     */
    private function servers(): iterable
    {
        foreach ($this->mapper->list() as $account) {
            $name = "Server of account {$account->getId()} ({$account->getAddress()})";
            try {
                $answer = $this->accounts->check($account);
                yield self::check($name, true, 'answers: ' . ($answer['version'] ?: 'Exchange') . ", speaks {$answer['level']}");
            } catch (Failure $failure) {
                yield self::check($name, false, $failure->getMessage());
            } catch (Throwable $error) {
                yield self::check($name, false, 'could not be asked: ' . $error->getMessage());
            }
        }
    }

    /**
     * @return Check
     */
    private static function check(string $name, bool $ok, string $message): array
    {
        return ['name' => $name, 'ok' => $ok, 'message' => $message];
    }
}
