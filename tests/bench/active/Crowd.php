<?php

// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace Exchange\Tests\Active;

use Exchange\Tests\StandIn;
use OCA\IntegrationExchange\Service\Accounts;
use OCA\IntegrationExchange\Service\Links;
use OCA\IntegrationExchange\Service\SignIn;
use OCP\IDBConnection;
use OCP\IUserManager;
use OCP\Server;

/** Makes people: users, accounts, collections and links, by what the app's own commands use. */
final class Crowd
{
    public function __construct(private readonly StandIn $standIn)
    {
    }

    /**
     * @param list<string> $addresses mailboxes of the stand-in
     * @param list<list<string>> $kinds what each of them links, in turns
     * @param int $shared so many accounts have one user
     * @return list<Person>
     */
    public function make(array $addresses, array $kinds, int $shared = 1): array
    {
        $people = [];
        foreach ($addresses as $number => $address) {
            $user = 'person' . (1 + intdiv($number, $shared)) . '-' . strtok($address, '0123456789@');
            if (Server::get(IUserManager::class)->get($user) === null) {
                Server::get(IUserManager::class)->createUser($user, Person::PASSWORD);
            }
            $people[] = $this->person($address, $user, $kinds[$number % count($kinds)]);
        }
        return $people;
    }

    /** @param list<string> $kinds */
    private function person(string $address, string $user, array $kinds): Person
    {
        $signIn = SignIn::withPassword($address, $this->standIn->password);
        $accounts = Server::get(Accounts::class);
        $account = $accounts->add($user, $address, $this->standIn->url, $signIn);
        $folders = array_column(array_filter($accounts->folders($account), fn (array $folder): bool => $folder['default']), null, 'kind');
        $collections = [];
        foreach ($kinds as $kind) {
            $link = Server::get(Links::class)->link($account, $folders[$kind], "$kind of $address", true);
            $table = $kind === 'contact' ? 'addressbooks' : 'calendars';
            $uri = Server::get(IDBConnection::class)
                ->executeQuery("SELECT uri FROM *PREFIX*$table WHERE id = ?", [$link->getCollectionId()])->fetchOne();
            $collections[$kind] = ['id' => $link->getCollectionId(), 'uri' => (string) $uri, 'link' => $link->getId()];
        }
        return new Person($address, $user, $account->getId(), $collections);
    }
}
