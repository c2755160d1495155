<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Command;

use OCA\IntegrationExchange\Db\Account;
use OCA\IntegrationExchange\Db\AccountMapper;
use OCA\IntegrationExchange\Db\Inventory;
use OCA\IntegrationExchange\Db\Link;
use OCA\IntegrationExchange\Db\LinkMapper;
use OCA\IntegrationExchange\Journal\History;
use OCA\IntegrationExchange\Service\Servers;
use OCA\IntegrationExchange\Setting\Catalogue;
use OCA\IntegrationExchange\Setting\Choice;
use OCA\IntegrationExchange\Setting\Organisation;
use OCA\IntegrationExchange\Setting\Words;
use OCP\IUser;
use OCP\IUserManager;
use Throwable;

/**
 * What a shell offers for an argument or option, by its name: these mean the same in every command.
 */
final class Completion
{
    /** How many users and versions are offered. */
    private const MOST = 50;
    private const WORDS = [
        'auth' => ['basic', 'ntlm', 'kerberos', 'oauth'],
        'cloud' => ['global', 'us-government', 'us-defense', 'china', 'custom'],
        'old-tls' => ['yes', 'no'],
        'only-allowed' => ['yes', 'no'],
        'passive' => ['yes', 'no'],
        'state' => Inventory::STATES,
    ];

    public function __construct(
        private readonly AccountMapper $accounts,
        private readonly LinkMapper $links,
        private readonly History $history,
        private readonly Servers $servers,
        private readonly IUserManager $users,
    ) {
    }

    /**
     * @return list<string>
     */
    public function values(string $name, string $typed): array
    {
        try {
            return match (true) {
                $name === 'account' => array_map(static fn (Account $of): string => (string)$of->getId(), $this->accounts->list()),
                $name === 'link' => array_map(static fn (Link $of): string => (string)$of->getId(), $this->links->list()),
                $name === 'uid', $name === 'user' => array_values(array_map(
                    static fn (IUser $user): string => $user->getUID(),
                    $this->users->search($typed, self::MOST)
                )),
                $name === 'version', $name === 'show' => $this->versions(),
                $name === 'enforce', $name === 'release' => array_map(self::option(...), array_keys(Catalogue::all())),
                $name === 'host' => array_keys($this->servers->all()),
                default => self::WORDS[$name] ?? self::words($name),
            };
        } catch (Throwable) {
            // A shell has nowhere to show it.
            return [];
        }
    }

    /**
     * @return list<string>
     */
    private function versions(): array
    {
        $links = array_map(static fn (Link $link): int => $link->getId(), $this->links->list());
        return array_map(static fn (array $row): string => (string)$row['id'], $this->history->list($links, null, self::MOST));
    }

    /**
     * @return list<string>
     */
    private static function words(string $name): array
    {
        $setting = (Catalogue::all() + Organisation::catalogue())[str_replace('-', '_', $name)] ?? null;
        return $setting instanceof Choice || $setting instanceof Words ? $setting->words : [];
    }

    private static function option(string $name): string
    {
        return str_replace('_', '-', $name);
    }
}
