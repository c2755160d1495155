<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Service;

use Closure;
use OCA\IntegrationExchange\AppInfo\Application;
use OCA\IntegrationExchange\Db\Account;
use OCA\IntegrationExchange\Db\AccountMapper;
use OCA\IntegrationExchange\Db\TokenStore;
use OCA\IntegrationExchange\Failure;
use OCA\IntegrationExchange\Native\Mailboxes;
use OCA\IntegrationExchange\OAuth\Grant;
use OCP\AppFramework\Utility\ITimeFactory;
use OCP\IAppConfig;
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
        private readonly TokenStore $tokens,
        private readonly IAppConfig $settings,
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
        #[SensitiveParameter] SignIn $signIn,
    ): Account {
        $account = $this->draft($userId, $address, $server, $signIn);
        $this->check($account);
        return $this->store($account);
    }

    /**
     * Adds an account with what its person consented to, once the server lets it in.
     */
    public function addWithConsent(
        string $userId,
        string $address,
        string $server,
        #[SensitiveParameter] Grant $grant,
    ): Account {
        $account = $this->draft($userId, $address, $server, SignIn::withConsent());
        $this->mailboxes->check($this->mailbox->describe($account, $grant));
        $account = $this->store($account);
        $this->tokens->save($account->getId(), $grant);
        return $account;
    }

    private function draft(
        string $userId,
        string $address,
        string $server,
        #[SensitiveParameter] SignIn $signIn,
    ): Account {
        $user = $this->users->get($userId) ?? throw new Failure('configuration', "There is no Nextcloud user “{$userId}”.");
        if (filter_var($address, FILTER_VALIDATE_EMAIL) === false) {
            throw new Failure('configuration', "“{$address}” is not an e-mail address.");
        }
        $account = $this->accounts->findByAddress($user->getUID(), $address) ?? new Account();
        $account->setUserId($user->getUID());
        $account->setAddress($address);
        $account->setServer($this->server($server));
        $account->setUsername($signIn->username ?? $address);
        $account->setPassword($signIn->password === null ? null : $this->crypto->encrypt($signIn->password));
        $account->setAuth($signIn->auth);
        $account->setSignIn($signIn->details === [] ? null : json_encode($signIn->details, JSON_THROW_ON_ERROR));
        $account->setState(Account::ACTIVE);
        $account->setError(null);
        $account->setMessage(null);
        return $account;
    }

    private function store(Account $account): Account
    {
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
        return $this->ask($account, $this->mailboxes->check(...));
    }

    /**
     * @return list<array<string, mixed>> the folders that can be linked
     */
    public function folders(Account $account): array
    {
        return $this->ask($account, $this->mailboxes->folders(...));
    }

    /**
     * Asks the mailbox something; once more with a new token where the stored one is refused before its time.
     *
     * @param Closure(array<string, mixed>): array<mixed> $question
     * @return array<mixed>
     */
    private function ask(Account $account, Closure $question): array
    {
        $mailbox = $this->mailbox->describe($account);
        try {
            return $question($mailbox);
        } catch (Failure $failure) {
            if ($failure->kind !== 'credentials' || !isset($mailbox['token'])) {
                throw $failure;
            }
            return $question($this->mailbox->describe($account, old: hash('sha256', $mailbox['token'])));
        }
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
        $this->tokens->forget($account->getId());
        $this->accounts->delete($account);
    }

    public function removeUser(string $userId): void
    {
        foreach ($this->accounts->list($userId) as $account) {
            $this->remove($account);
        }
    }

    /**
     * The address of Exchange Web Services. A bare host gets the usual path. Without TLS only this machine may be asked, unless an
     * administrator allows it (occ config:app:set integration_exchange allow_http --type boolean --value true).
     */
    private function server(string $server): string
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
        $plain = $local || $this->settings->getValueBool(Application::APP_ID, 'allow_http');
        if ($parts['scheme'] !== 'https' && !($parts['scheme'] === 'http' && $plain)) {
            throw new Failure('configuration', 'The sign-in travels with every call, so the server’s address must begin with https://.');
        }
        return in_array($parts['path'] ?? '', ['', '/'], true) ? rtrim($url, '/') . self::PATH : $url;
    }
}
