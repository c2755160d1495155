<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Controller;

use OCA\IntegrationExchange\AppInfo\Application;
use OCA\IntegrationExchange\Db\Account;
use OCA\IntegrationExchange\Db\Auth;
use OCA\IntegrationExchange\Failure;
use OCA\IntegrationExchange\Language\Phrasebook;
use OCA\IntegrationExchange\OAuth\Authorization;
use OCA\IntegrationExchange\OAuth\Registration;
use OCA\IntegrationExchange\Service\Accounts;
use OCA\IntegrationExchange\Service\Belongings;
use OCA\IntegrationExchange\Service\Disconnection;
use OCA\IntegrationExchange\Service\EmailAddress;
use OCA\IntegrationExchange\Service\Links;
use OCA\IntegrationExchange\Service\Providers;
use OCA\IntegrationExchange\Service\SignIn;
use OCA\IntegrationExchange\Service\Staff;
use OCA\IntegrationExchange\Service\TestData;
use OCP\AppFramework\Http\Attribute\ApiRoute;
use OCP\AppFramework\Http\Attribute\NoAdminRequired;
use OCP\AppFramework\Http\Attribute\UserRateLimit;
use OCP\AppFramework\Http\Attribute\UseSession;
use OCP\AppFramework\Http\DataResponse;
use OCP\IRequest;
use OCP\IURLGenerator;
use SensitiveParameter;

/**
 * The accounts of the person who is logged in.
 *
 * @phpstan-type AccountData array{id: int, address: string, server: string, username: string, auth: string, state: string,
 * message: ?string, test_data: bool, passive: bool, watch: ?array{state: string, since: ?string, message: ?string, seconds: ?int}}
 */
final class AccountController extends Base
{
    public function __construct(
        IRequest $request,
        Phrasebook $phrases,
        private readonly Belongings $mine,
        private readonly Accounts $accounts,
        private readonly Links $links,
        private readonly Disconnection $disconnection,
        private readonly Providers $providers,
        private readonly TestData $data,
        private readonly Staff $staff,
        private readonly Registration $registration,
        private readonly Authorization $authorization,
        private readonly IURLGenerator $urls,
    ) {
        parent::__construct($request, $phrases);
    }

    #[NoAdminRequired]
    #[ApiRoute(verb: 'GET', url: '/api/v1/accounts')]
    public function list(): DataResponse
    {
        return $this->answer(fn (): array => array_map($this->shown(...), $this->mine->accounts()));
    }

    /**
     * Connects, once the server lets the person in. The password is stored encrypted and is never answered.
     */
    #[NoAdminRequired]
    #[UserRateLimit(limit: 20, period: 300)]
    #[ApiRoute(verb: 'POST', url: '/api/v1/accounts')]
    public function connect(
        string $address,
        #[SensitiveParameter] string $password,
        string $server = '',
        string $username = '',
        string $auth = Auth::BASIC,
    ): DataResponse {
        return $this->answer(function () use ($address, $password, $server, $username, $auth): array {
            [$address, $server, $username] = array_map(trim(...), [$address, $server, $username]);
            $offered = array_column($this->providers->offered(), 'server', 'id')['server'] ?? null;
            $this->providers->need($server !== '' && $server === $offered ? 'server' : 'discover');
            $signIn = SignIn::withPassword($username === '' ? $address : $username, self::given($password), $auth);
            return $this->shown($this->accounts->add($this->mine->user(), $address, $server === '' ? null : $server, $signIn));
        });
    }

    /**
     * Begins to connect with the sign-in of the organisation, which goes on in a window (OAuthController).
     */
    #[NoAdminRequired]
    #[UseSession]
    #[UserRateLimit(limit: 20, period: 300)]
    #[ApiRoute(verb: 'POST', url: '/api/v1/sign-in')]
    public function signIn(string $address): DataResponse
    {
        return $this->answer(function () use ($address): array {
            $address = EmailAddress::of(trim($address));
            $this->registration->application();
            $this->providers->need('oauth');
            $return = $this->urls->linkToRouteAbsolute(Application::APP_ID . '.OAuth.return');
            return ['url' => $this->authorization->begin($address, $return)];
        });
    }

    /**
     * A new password for an account that has one.
     */
    #[NoAdminRequired]
    #[UserRateLimit(limit: 20, period: 300)]
    #[ApiRoute(verb: 'PUT', url: '/api/v1/accounts/{account}/password')]
    public function password(int $account, #[SensitiveParameter] string $password): DataResponse
    {
        return $this->answer(function () use ($account, $password): array {
            $known = $this->mine->account($account);
            if (!in_array($known->getAuth(), Auth::WITH_PASSWORD, true)) {
                throw new Failure('configuration', 'This account signs in without a password. Sign in with your organisation again.');
            }
            $signIn = SignIn::withPassword($known->getUsername(), self::given($password), $known->getAuth());
            return $this->shown($this->accounts->add($known->getUserId(), $known->getAddress(), $known->getServer(), $signIn));
        });
    }

    /**
     * Leaves an account to background jobs in active mode, too; or to workers.
     */
    #[NoAdminRequired]
    #[ApiRoute(verb: 'PUT', url: '/api/v1/accounts/{account}/passive')]
    public function passive(int $account, bool $passive): DataResponse
    {
        return $this->answer(fn (): array => $this->shown($this->accounts->setPassive($this->mine->account($account), $passive)));
    }

    /**
     * Disconnects.
     *
     * @param bool $remove also removes from Nextcloud what is in step; it stays in Exchange
     */
    #[NoAdminRequired]
    #[ApiRoute(verb: 'DELETE', url: '/api/v1/accounts/{account}')]
    public function disconnect(int $account, bool $remove = false): DataResponse
    {
        return $this->answer(function () use ($account, $remove): array {
            $this->disconnection->of($this->mine->account($account), $remove);
            return [];
        });
    }

    /**
     * The folders that can be linked.
     *
     * @param string $of nothing: of the mailbox itself; an e-mail address: what that mailbox shares; “public”: the public folders
     */
    #[NoAdminRequired]
    #[UserRateLimit(limit: 120, period: 300)]
    #[ApiRoute(verb: 'GET', url: '/api/v1/accounts/{account}/folders')]
    public function folders(int $account, string $of = ''): DataResponse
    {
        return $this->answer(function () use ($account, $of): array {
            $known = $this->mine->account($account);
            $linked = [];
            foreach ($this->links->of([$account]) as $link) {
                $linked[$link->getFolderId()] = $link->getId();
            }
            return array_map(
                static fn (array $folder): array => $folder + ['link' => $linked[$folder['id']] ?? null],
                $this->accounts->folders($known, $of === '' ? null : trim($of))
            );
        });
    }

    /**
     * @return AccountData
     */
    private function shown(Account $account): array
    {
        $watch = $this->staff->watch($account);
        return [
            'id' => $account->getId(),
            'address' => $account->getAddress(),
            'server' => $account->getServer(),
            'username' => $account->getUsername(),
            'auth' => $account->getAuth(),
            'state' => $account->getState(),
            'message' => $this->phrases->say($account->getMessage()),
            'test_data' => $this->data->exists($account),
            'passive' => $account->getPassive() === 1,
            'watch' => $watch === null ? null : $this->phrases->row($watch, 'message'),
        ];
    }

    private static function given(#[SensitiveParameter] string $password): string
    {
        return $password !== '' ? $password : throw new Failure('configuration', 'The password is empty.');
    }
}
