<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Predecessor;

use OCA\IntegrationExchange\Db\Account;
use OCA\IntegrationExchange\Db\Link;
use OCA\IntegrationExchange\Failure;
use OCA\IntegrationExchange\Journal\Journals;
use OCA\IntegrationExchange\Local\Collection;
use OCA\IntegrationExchange\Local\Collections;
use OCA\IntegrationExchange\Local\Transaction;
use OCA\IntegrationExchange\Service\Accounts;
use OCA\IntegrationExchange\Service\EmailAddress;
use OCA\IntegrationExchange\Service\Links;
use OCA\IntegrationExchange\Service\SignIn;
use OCP\AppFramework\Utility\ITimeFactory;
use OCP\IDBConnection;

/**
 * Takes over what integration_ews did for a user: the account, the links, and which object is which item. The first cycle
 * compares the two sides of each pair and merges what differs, so nothing is doubled and nothing overwritten unseen.
 *
 * @phpstan-type Taken array{kind: string, folder: ?string, collection: ?string, link: ?int, pairs: int, message: ?string}
 */
final class Takeover
{
    private const CHUNK = 500;
    /** Seconds after which a process that says nothing is taken for gone. */
    private const SILENCE = 600;
    private const REASON = 'Taken over from integration_ews; the first synchronisation compares both sides.';

    public function __construct(
        private readonly IntegrationEws $source,
        private readonly Accounts $accounts,
        private readonly Links $links,
        private readonly Collections $collections,
        private readonly Journals $journals,
        private readonly IDBConnection $db,
        private readonly ITimeFactory $time,
    ) {
    }

    /**
     * @throws Failure where integration_ews may still be at work: two programs at the same items would undo each other's work
     */
    public function mustBeSilent(string $userId): void
    {
        if ($this->source->isEnabled()) {
            throw new Failure(
                'configuration',
                'integration_ews is still enabled, and both apps at the same items would undo each other’s work. Run “occ app:disable '
                . 'integration_ews” (what it stored stays), and then this again.'
            );
        }
        $alive = $this->source->aliveAt($userId);
        $ago = $this->time->getTime() - ($alive ?? 0);
        if ($alive !== null && $ago < self::SILENCE) {
            throw new Failure('busy', "A process of integration_ews worked for {$userId} $ago seconds ago. Stop it, or wait ten minutes.");
        }
    }

    /**
     * The user's account here: the one that is connected already, or a new one with what integration_ews knows.
     */
    public function account(string $userId, ?string $address): Account
    {
        $known = $this->source->account($userId);
        $address ??= $known['address'];
        foreach ($this->accounts->list($userId) as $account) {
            if (strcasecmp($account->getAddress(), $address) === 0) {
                return $account;
            }
        }
        if (!$this->source->isConnected($userId)) {
            $message = "integration_ews knows no mailbox of “{$userId}”; exchange:account:add connects one.";
            throw new Failure('configuration', $message);
        }
        $password = $this->source->password($userId);
        if ($known['oauth'] || $password === '') {
            throw new Failure(
                'configuration',
                "integration_ews signed in to {$address} without a password, which cannot be taken over. Connect the mailbox with "
                . 'exchange:account:add, and then run this again.'
            );
        }
        if (EmailAddress::find($address) === null) {
            $message = "integration_ews knows the mailbox by the name “{$address}”; give its address with --address.";
            throw new Failure('configuration', $message);
        }
        return $this->accounts->add($userId, $address, $known['server'], SignIn::withPassword($known['username'], $password));
    }

    /**
     * Makes the links, held back until they are released.
     *
     * @return list<Taken>
     */
    public function links(Account $account): array
    {
        $folders = array_column($this->accounts->folders($account), null, 'id');
        return array_map(
            fn (array $old): array => $this->link($account, $old, $folders[$old['folder']] ?? null),
            $this->source->links($account->getUserId())
        );
    }

    /**
     * @param array<string, mixed> $old
     * @param array<string, mixed>|null $folder
     * @return Taken
     */
    private function link(Account $account, array $old, ?array $folder): array
    {
        $collection = $this->collection($account->getUserId(), $old);
        $taken = [
            'kind' => $old['kind'], 'folder' => $folder['name'] ?? null, 'collection' => $collection?->name, 'link' => null, 'pairs' => 0,
        ];
        $missing = match (true) {
            $folder === null || $folder['kind'] !== $old['kind'] => 'The folder does not exist any more.',
            $collection === null => 'The collection does not exist any more.',
            !$old['active'] => 'It was switched off in integration_ews; exchange:link links it.',
            default => null,
        };
        if ($missing !== null) {
            return $taken + ['message' => $missing];
        }
        try {
            $link = $this->links->tie($account, $folder, $collection, held: true);
        } catch (Failure $failure) {
            return $taken + ['message' => $failure->getMessage()];
        }
        try {
            $this->links->set($link, ['policy' => $old['policy']]);
        } catch (Failure) {
            // The organisation has decided who wins.
        }
        return ['link' => $link->getId(), 'pairs' => $this->pairs($link, $old['id'])] + $taken + ['message' => null];
    }

    /**
     * @param array<string, mixed> $old
     */
    private function collection(string $userId, array $old): ?Collection
    {
        foreach ($this->collections->of($userId, $old['kind']) as $collection) {
            if ($collection->id === $old['collection']) {
                return $collection;
            }
        }
        return null;
    }

    /**
     * Writes the journal: pairs that have never agreed on anything, so the first cycle looks at both sides of each.
     */
    private function pairs(Link $link, int $old): int
    {
        $objects = [];
        foreach ($this->collections->objects($link->getKind(), $link->getCollectionId())->etags() as $uri => $etag) {
            $objects[$uri] = true;
        }
        $rows = [];
        foreach ($this->source->pairs($old) as ['uri' => $uri, 'item' => $item]) {
            // Its table allows what ours does not: one object or item in several rows. The first one stands.
            if (isset($objects[$uri]) && $item !== '' && !isset($rows[$item])) {
                unset($objects[$uri]);
                $rows[$item] = [
                    'key' => bin2hex(random_bytes(16)), 'state' => 'set_aside', 'uri' => $uri, 'etag' => '', 'remote_id' => $item,
                    'version' => '', 'reason' => self::REASON, 'losses' => [],
                ];
            }
        }
        $journal = $this->journals->of($link->getId());
        foreach (array_chunk(array_values($rows), self::CHUNK) as $chunk) {
            Transaction::run($this->db, static fn () => $journal->put($chunk));
        }
        return count($rows);
    }
}
