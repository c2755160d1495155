<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Service;

use OCP\Accounts\IAccountManager;
use OCP\Accounts\IAccountProperty;
use OCP\IUserManager;

/**
 * The e-mail addresses by which a person is known in Nextcloud: by these they organise and attend meetings in their calendar.
 */
final class Addresses
{
    public function __construct(private readonly IUserManager $users, private readonly IAccountManager $accounts)
    {
    }

    /**
     * @return list<string>
     */
    public function of(string $userId): array
    {
        $user = $this->users->get($userId);
        if ($user === null) {
            return [];
        }
        $more = $this->accounts->getAccount($user)->getPropertyCollection(IAccountManager::COLLECTION_EMAIL)->getProperties();
        $verified = array_filter($more, static fn (IAccountProperty $address): bool
            => $address->getLocallyVerified() === IAccountManager::VERIFIED);
        $all = [
            $user->getEMailAddress(),
            $user->getSystemEMailAddress(),
            ...array_map(static fn (IAccountProperty $address): string => $address->getValue(), array_values($verified)),
        ];
        return array_values(array_unique(array_filter($all)));
    }
}
