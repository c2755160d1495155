<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Service;

use Closure;
use OCA\IntegrationExchange\Db\Account;
use OCA\IntegrationExchange\Db\AccountMapper;
use OCA\IntegrationExchange\Db\TokenStore;
use OCA\IntegrationExchange\Failure;
use OCA\IntegrationExchange\Native\Mailboxes;
use OCA\IntegrationExchange\Notification\Needs;
use OCA\IntegrationExchange\OAuth\Grant;
use OCA\IntegrationExchange\Worker\Bell;
use OCP\AppFramework\Utility\ITimeFactory;
use OCP\IUserManager;
use OCP\Security\ICrypto;
use SensitiveParameter;

/**
 * Adds, lists and removes accounts.
 */
final class Accounts
{
    public function __construct(
        private readonly AccountMapper $accounts,
        private readonly Admission $admission,
        private readonly Links $links,
        private readonly Mailboxes $mailboxes,
        private readonly Mailbox $mailbox,
        private readonly TokenStore $tokens,
        private readonly Needs $needs,
        private readonly IUserManager $users,
        private readonly ICrypto $crypto,
        private readonly ITimeFactory $time,
        private readonly Bell $bell,
    ) {
    }

    /**
     * Adds an account, or gives an existing one (same user and address) a new password, once the server lets it in.
     *
     * @param string|null $server host or address; null: it is discovered by the e-mail address
     *
     * @throws Failure where the server refuses or cannot be asked; nothing is stored then
     */
    public function add(
        string $userId,
        string $address,
        ?string $server,
        #[SensitiveParameter] SignIn $signIn,
    ): Account {
        $account = $this->draft($userId, $address, $server, $signIn);
        if ($server === null) {
            $this->discover($account);
        }
        $account->setServer($this->check($account)['url']);
        return $this->store($account);
    }

    /**
     * Adds an account with what its person consented to, once the server lets it in.
     */
    public function addWithConsent(
        string $userId,
        string $address,
        ?string $server,
        #[SensitiveParameter] Grant $grant,
    ): Account {
        $account = $this->draft($userId, $address, $server, SignIn::withConsent());
        if ($server === null) {
            $this->discover($account, $grant);
        }
        $answer = $this->mailboxes->check($this->mailbox->describe($account, $grant));
        $account->setServer($answer['url']);
        $account->setLevel($answer['level']);
        $account = $this->store($account);
        $this->tokens->save($account->getId(), $grant);
        return $account;
    }

    private function draft(
        string $userId,
        string $address,
        ?string $server,
        #[SensitiveParameter] SignIn $signIn,
    ): Account {
        $user = $this->users->get($userId) ?? throw new Failure('configuration', "There is no Nextcloud user “{$userId}”.");
        $this->admission->need($user->getUID());
        $address = EmailAddress::of($address);
        $account = $this->accounts->findByAddress($user->getUID(), $address) ?? new Account();
        $account->setUserId($user->getUID());
        $account->setAddress($address);
        $account->setServer((string)$server);
        $account->setDiscovered($server === null ? 1 : 0);
        $account->setLevel(null);
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
            $account = $this->accounts->update($account);
            $this->needs->account($account);
        } else {
            $account->setCreatedAt($this->time->getTime());
            $account = $this->accounts->insert($account);
        }
        $this->bell->ring();
        return $account;
    }

    /**
     * Whether background jobs synchronise an account in active mode as well.
     */
    public function setPassive(Account $account, bool $passive): Account
    {
        $account->setPassive($passive ? 1 : 0);
        $account = $this->accounts->update($account);
        $this->bell->ring();
        return $account;
    }

    /**
     * @return array<string, mixed> what the server tells about itself; asked in the newest level, whatever is remembered
     */
    public function check(Account $account): array
    {
        $question = fn (array $mailbox): array => $this->mailboxes->check(['level' => null] + $mailbox);
        $answer = $this->ask($account, $question);
        if ($account->getLevel() !== $answer['level']) {
            $account->setLevel($answer['level']);
            if ($account->getId() !== null && $account->getState() === Account::ACTIVE) {
                $this->accounts->update($account);
            }
        }
        return $answer;
    }

    /**
     * Finds the account's server by its address and sets it; the caller stores it.
     *
     * @throws Failure where there is none; its message says what was tried
     */
    public function discover(Account $account, #[SensitiveParameter] ?Grant $grant = null): void
    {
        $found = $this->mailboxes->discover($this->mailbox->describe($account, $grant));
        self::moveTo($account, $found['url']);
    }

    private static function moveTo(Account $account, string $server): void
    {
        $account->setServer($server);
        $account->setLevel(null);
    }

    /**
     * The mailbox has moved: finds its server again, where it was discovered before.
     *
     * @throws Failure
     */
    public function rediscover(Account $account): void
    {
        if ($account->getDiscovered() === 1) {
            $this->discover($account);
            $this->accounts->update($account);
        }
    }

    /**
     * The same for somebody else, who finds it in the background and calls relocate() then.
     *
     * @return array<string, mixed>|null what is to be found, with the password in clear; null where the server was given by hand
     */
    public function lost(Account $account): ?array
    {
        return $account->getDiscovered() === 1 ? $this->mailbox->describe($account) : null;
    }

    public function relocate(Account $account, string $server): void
    {
        self::moveTo($account, $server);
        $this->accounts->update($account);
    }

    /**
     * @param string|null $of null: the mailbox's own; an e-mail address: what that mailbox shares; “public”: public folders
     * @return list<array<string, mixed>> the folders that can be linked
     */
    public function folders(Account $account, ?string $of = null): array
    {
        $of = $of === null || $of === 'public' ? $of : EmailAddress::of($of);
        $folders = $this->ask($account, fn (array $mailbox): array => $this->mailboxes->folders($mailbox, $of));
        return array_values(array_filter($folders, fn (array $folder): bool => $this->admission->admitsKind($folder['kind'])));
    }

    /**
     * @return string id of the new folder
     */
    public function createFolder(Account $account, string $kind, string $name): string
    {
        return $this->ask($account, fn (array $mailbox): array => [$this->mailboxes->createFolder($mailbox, $kind, $name)])[0];
    }

    /**
     * Deletes a folder with all that is in it, for good.
     */
    public function deleteFolder(Account $account, string $id): void
    {
        $this->ask($account, function (array $mailbox) use ($id): array {
            $this->mailboxes->deleteFolder($mailbox, $id);
            return [];
        });
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
        $this->needs->forgetAccount($account);
        $this->accounts->delete($account);
    }

    public function removeUser(string $userId): void
    {
        foreach ($this->accounts->list($userId) as $account) {
            $this->remove($account);
        }
    }
}
