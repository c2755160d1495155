<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Service;

use OCA\IntegrationExchange\Db\Account;
use OCA\IntegrationExchange\Db\AccountMapper;
use OCA\IntegrationExchange\Failure;
use OCA\IntegrationExchange\Native\Mailboxes;
use OCP\AppFramework\Utility\ITimeFactory;
use OCP\IUserManager;
use OCP\Security\ICrypto;
use SensitiveParameter;

/**
 * Adds, lists and removes accounts.
 */
final class Accounts
{
    private const PATH = '/EWS/Exchange.asmx';

    public function __construct(
        private readonly AccountMapper $accounts,
        private readonly Links $links,
        private readonly Mailboxes $mailboxes,
        private readonly Mailbox $mailbox,
        private readonly IUserManager $users,
        private readonly ICrypto $crypto,
        private readonly ITimeFactory $time,
    ) {
    }

    /**
     * Adds an account, or gives an existing one (same user and address) a new password, once the server lets it in.
     *
     * @throws Failure where the server refuses or cannot be asked; nothing is stored then
     */
    public function add(
        string $userId,
        string $address,
        string $server,
        string $username,
        #[SensitiveParameter] string $password,
    ): Account {
        $user = $this->users->get($userId) ?? throw new Failure('configuration', "There is no Nextcloud user “{$userId}”.");
        if (filter_var($address, FILTER_VALIDATE_EMAIL) === false) {
            throw new Failure('configuration', "“{$address}” is not an e-mail address.");
        }
        $account = $this->accounts->findByAddress($user->getUID(), $address) ?? new Account();
        $account->setUserId($user->getUID());
        $account->setAddress($address);
        $account->setServer(self::server($server));
        $account->setUsername($username);
        $account->setPassword($this->crypto->encrypt($password));
        $account->setState(Account::ACTIVE);
        $account->setError(null);
        $account->setMessage(null);
        $this->check($account);
        if ($account->getCreatedAt() !== 0) {
            return $this->accounts->update($account);
        }
        $account->setCreatedAt($this->time->getTime());
        return $this->accounts->insert($account);
    }

    /**
     * @return array<string, mixed> what the server tells about itself
     */
    public function check(Account $account): array
    {
        return $this->mailboxes->check($this->mailbox->describe($account));
    }

    /**
     * @return list<array<string, mixed>> the folders that can be linked
     */
    public function folders(Account $account): array
    {
        return $this->mailboxes->folders($this->mailbox->describe($account));
    }

    /**
     * @return list<Account>
     */
    public function list(?string $userId = null): array
    {
        return $this->accounts->list($userId);
    }

    public function get(int $id): Account
    {
        return $this->accounts->find($id)
            ?? throw new Failure('configuration', "There is no account $id; exchange:account:list shows them all.");
    }

    /**
     * Removes an account with its password, links and journals. Objects and items stay where they are.
     */
    public function remove(Account $account): void
    {
        foreach ($this->links->of([$account->getId()]) as $link) {
            $this->links->unlink($link);
        }
        $this->accounts->delete($account);
    }

    public function removeUser(string $userId): void
    {
        foreach ($this->accounts->list($userId) as $account) {
            $this->remove($account);
        }
    }

    /**
     * The address of Exchange Web Services. A bare host gets the usual path. Without TLS only this machine may be asked.
     */
    private static function server(string $server): string
    {
        $url = str_contains($server, '://') ? $server : "https://$server";
        $parts = parse_url($url);
        if (!is_array($parts) || !isset($parts['host'])) {
            throw new Failure('configuration', "“{$server}” is not the address of a server; give https://host" . self::PATH . '.');
        }
        if (isset($parts['user']) || isset($parts['pass'])) {
            throw new Failure('configuration', 'The address of the server must not contain a user name or password.');
        }
        $local = in_array($parts['host'], ['127.0.0.1', '[::1]', 'localhost'], true);
        if ($parts['scheme'] !== 'https' && !($parts['scheme'] === 'http' && $local)) {
            throw new Failure('configuration', 'The password travels with every call, so the server’s address must begin with https://.');
        }
        return in_array($parts['path'] ?? '', ['', '/'], true) ? rtrim($url, '/') . self::PATH : $url;
    }
}
