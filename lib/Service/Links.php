<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Service;

use OCA\IntegrationExchange\Db\Account;
use OCA\IntegrationExchange\Db\AccountMapper;
use OCA\IntegrationExchange\Db\Link;
use OCA\IntegrationExchange\Db\LinkMapper;
use OCA\IntegrationExchange\Failure;
use OCA\IntegrationExchange\Journal\Journals;
use OCA\IntegrationExchange\Local\Collection;
use OCA\IntegrationExchange\Local\Collections;
use OCA\IntegrationExchange\Notification\Needs;
use OCA\IntegrationExchange\Setting\Settings;
use OCA\IntegrationExchange\Worker\Bell;
use OCP\AppFramework\Db\TTransactional;
use OCP\AppFramework\Utility\ITimeFactory;
use OCP\DB\Exception as DbException;
use OCP\IDBConnection;

/**
 * Ties folders to collections and unties them.
 */
final class Links
{
    use TTransactional;

    private const READ_ONLY = 'The folder can be read but not written, so changes go to Nextcloud only.';
    private const SHARED = 'The collection is shared with you for reading only, so changes go to Exchange only.';
    private const UNCONFIRMED = 'Both sides hold items already and nobody has said yes to bringing them together: exchange:sync --dry-run'
        . ' shows what it would do, exchange:sync --link does it, exchange:unlink leaves it.';
    /** Characters that Nextcloud keeps of a name. */
    private const LONGEST_NAME = 255;
    private const AGAIN = 'Once that has changed, remove the link and link it again.';

    public function __construct(
        private readonly LinkMapper $links,
        private readonly AccountMapper $accounts,
        private readonly Needs $needs,
        private readonly Journals $journals,
        private readonly Collections $collections,
        private readonly Settings $settings,
        private readonly Admission $admission,
        private readonly IDBConnection $db,
        private readonly ITimeFactory $time,
        private readonly Bell $bell,
    ) {
    }

    /**
     * @param array<string, mixed> $folder one of Accounts::folders()
     * @param string|null $name of the collection; null: named like the folder
     * @param bool $held it is not synchronised until `release`
     * @throws Failure where the collection does not exist (or does, with $create), or one of the two is linked already
     */
    public function link(Account $account, array $folder, ?string $name, bool $create, bool $held = false): Link
    {
        $this->admission->needKind($folder['kind']);
        $this->mustBeFree($account, $folder);
        $collection = $this->collection($account->getUserId(), $folder, $name ?? $folder['name'], $create);
        return $this->tie($account, $folder, $collection, $held);
    }

    /**
     * @param array<string, mixed> $folder one of Accounts::folders()
     */
    public function tie(Account $account, array $folder, Collection $collection, bool $held = false): Link
    {
        $this->admission->need($account->getUserId());
        $this->admission->needKind($folder['kind']);
        $link = new Link();
        $link->setAccountId($account->getId());
        $link->setKind($folder['kind']);
        $link->setFolderId($folder['id']);
        $link->setFolderName(mb_strcut(implode('/', $folder['path'] ?: [$folder['name']]), 0, 255));
        $link->setCollectionId($collection->id);
        $link->setCreatedAt($this->time->getTime());
        $link->setCollectionName(mb_strcut($collection->name, 0, 255));
        $this->limit($link, $folder['writable'] ?? true, $collection);
        if ($held) {
            $link->setState(Link::STOPPED);
            $link->setError('unconfirmed');
            $link->setMessage(self::UNCONFIRMED);
        }
        try {
            $link = $this->links->insert($link);
            $this->bell->ring();
            return $link;
        } catch (DbException $error) {
            if ($error->getReason() !== DbException::REASON_UNIQUE_CONSTRAINT_VIOLATION) {
                throw $error;
            }
            throw new Failure('configuration', "“{$collection->name}” is linked to another folder already; choose another collection.");
        }
    }

    /**
     * What may only be read limits which way changes go.
     */
    private function limit(Link $link, bool $writable, Collection $collection): void
    {
        if (!$writable && !$collection->writable) {
            throw new Failure('configuration', "Neither the folder nor “{$collection->name}” may be changed by you, so nothing can go"
                . ' either way; ask their owners for the right to change one of them.');
        }
        if (!$writable) {
            $link->setOnlyDirection('to_nextcloud');
            $link->setDirectionReason(self::READ_ONLY);
        } elseif (!$collection->writable) {
            $link->setOnlyDirection('to_exchange');
            $link->setDirectionReason(self::SHARED);
        }
    }

    /**
     * Whether the collection of a link holds anything of its kind.
     */
    public function isFilled(Link $link): bool
    {
        return $this->collections->objects($link->getKind(), $link->getCollectionId())->count() > 0;
    }

    /**
     * A link that was held takes part from now on.
     */
    public function release(Link $link): void
    {
        $this->links->set($link->getId(), ['state' => Link::ACTIVE, 'error' => null, 'message' => null]);
        $this->links->tellWorker($link->getAccountId());
        $this->bell->ring();
    }

    /**
     * The folder that a person means: by id, by path (“Calendar/Team”) or by name.
     *
     * @param list<array<string, mixed>> $folders
     * @return array<string, mixed>
     */
    public function choose(array $folders, string $wanted): array
    {
        foreach (['id', 'path', 'name'] as $by) {
            $matches = array_values(array_filter($folders, static function (array $folder) use ($by, $wanted): bool {
                $value = $by === 'path' ? implode('/', $folder['path']) : $folder[$by];
                return $by === 'id' ? $value === $wanted : mb_strtolower($value) === mb_strtolower($wanted);
            }));
            if (count($matches) === 1) {
                return $matches[0];
            }
            if ($matches !== []) {
                throw new Failure('configuration', "More than one folder is called “{$wanted}”; give the whole path or the id.");
            }
        }
        throw new Failure('configuration', "There is no folder “{$wanted}” in this mailbox; exchange:folders shows them all.");
    }

    public function get(int $id): Link
    {
        return $this->links->find($id)
            ?? throw new Failure('configuration', "There is no link $id; exchange:links shows them all.");
    }

    /**
     * @param list<int>|null $accountIds null: of every account
     * @return list<Link>
     */
    public function of(?array $accountIds = null): array
    {
        return $this->links->list($accountIds);
    }

    /**
     * @return array<string, mixed> what holds for a link, by the setting's name
     */
    public function settings(Link $link): array
    {
        return $this->settings->of($link);
    }

    /**
     * Changes settings of a link.
     *
     * @param array<string, string> $wanted texts by the setting's name
     */
    public function set(Link $link, array $wanted): Link
    {
        $direction = $wanted['direction'] ?? $link->getOnlyDirection();
        if ($link->getOnlyDirection() !== null && !in_array($direction, [$link->getOnlyDirection(), Settings::UNSET], true)) {
            throw new Failure('configuration', $link->getDirectionReason() . ' ' . self::AGAIN);
        }
        $this->settings->set($link, $wanted);
        return $this->get($link->getId());
    }

    /**
     * Removes the link, and what is in step from the user's collection: Exchange has it. What was changed since stays.
     */
    public function withdraw(Link $link, string $userId): void
    {
        $known = $this->journals->of($link->getId())->inStep();
        $uris = [];
        foreach ($this->collections->objects($link->getKind(), $link->getCollectionId())->etags() as $uri => $etag) {
            if (($known[$uri] ?? null) === $etag) {
                $uris[] = (string)$uri;
            }
        }
        // First, so that nothing is deleted in Exchange as well.
        $this->unlink($link);
        if ($this->collections->writable($userId, $link->getKind(), $link->getCollectionId()) === true) {
            $this->collections->remove($userId, $link->getKind(), $link->getCollectionId(), $uris);
        }
    }

    /**
     * Removes the link and its journal. Objects and items stay where they are.
     */
    public function unlink(Link $link): void
    {
        $this->atomic(function () use ($link): void {
            $this->links->delete($link);
            $this->journals->remove($link->getId());
        }, $this->db);
        $account = $this->accounts->find($link->getAccountId());
        $account === null || $this->needs->forgetLink($link->getId(), $account->getUserId());
    }

    private function mustBeFree(Account $account, array $folder): void
    {
        foreach ($this->links->list([$account->getId()]) as $link) {
            if ($link->getFolderId() === $folder['id']) {
                throw new Failure(
                    'configuration',
                    "This folder is linked already: exchange:links shows link {$link->getId()}.",
                    onPage: 'This folder is switched on already. Load the page anew.',
                );
            }
        }
    }

    private function collection(string $userId, array $folder, string $name, bool $create): Collection
    {
        $matches = array_values(array_filter(
            $this->collections->of($userId, $folder['kind']),
            static fn (Collection $collection): bool => $collection->uri === $name || $collection->name === $name
        ));
        if ($create) {
            if (mb_strlen($name) > self::LONGEST_NAME) {
                throw new Failure('configuration', 'This name is too long; it may have ' . self::LONGEST_NAME . ' characters.');
            }
            return $matches === []
                ? $this->collections->create($userId, $folder['kind'], $name, $folder['colour'] ?? null)
                : throw new Failure(
                    'configuration',
                    "There is a collection “{$name}” already; leave out --create to link it.",
                    onPage: "You have one of the name “{$name}” already; take another name.",
                );
        }
        return match (count($matches)) {
            1 => $matches[0],
            0 => throw new Failure(
                'configuration',
                "There is no collection “{$name}” for this kind of items; --create makes it.",
                onPage: "“{$name}” is not there any more. Load the page anew.",
            ),
            default => throw new Failure('configuration', "More than one collection is called “{$name}”; give the name in its address."),
        };
    }
}
