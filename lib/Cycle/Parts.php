<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Cycle;

use Closure;
use OCA\IntegrationExchange\Db\Account;
use OCA\IntegrationExchange\Db\AccountMapper;
use OCA\IntegrationExchange\Db\Link;
use OCA\IntegrationExchange\Db\LinkMapper;
use OCA\IntegrationExchange\Failure;
use OCA\IntegrationExchange\Journal\Journals;
use OCA\IntegrationExchange\Local\Collections;
use OCA\IntegrationExchange\Local\OwnWrites;
use OCA\IntegrationExchange\OAuth\Tokens;
use OCA\IntegrationExchange\Service\Addresses;
use OCA\IntegrationExchange\Service\Admission;
use OCA\IntegrationExchange\Service\Mailbox;
use OCA\IntegrationExchange\Setting\Settings;
use OCP\AppFramework\Utility\ITimeFactory;
use OCP\IDateTimeZone;
use OCP\IDBConnection;
use Psr\Log\LoggerInterface;

/**
 * What a cycle is put together from: the link's rows, its host, its description for the engine.
 */
final class Parts
{
    public function __construct(
        private readonly LinkMapper $links,
        private readonly AccountMapper $accounts,
        private readonly Admission $admission,
        private readonly Settings $settings,
        private readonly Mailbox $mailbox,
        private readonly Tokens $tokens,
        private readonly Addresses $addresses,
        private readonly Collections $collections,
        private readonly Journals $journals,
        private readonly OwnWrites $ownWrites,
        private readonly IDBConnection $db,
        private readonly IDateTimeZone $zones,
        private readonly ITimeFactory $time,
        private readonly LoggerInterface $logger,
    ) {
    }

    public function link(int $id): Link
    {
        return $this->links->find($id) ?? throw new Failure('gone', "There is no link $id (any more).");
    }

    public function account(Link $link): Account
    {
        return $this->accounts->find($link->getAccountId())
            ?? throw new Failure('gone', "The account of link {$link->getId()} does not exist any more.");
    }

    /**
     * @throws Failure where the organisation does not let the person use the app, or not for this
     */
    public function permit(Link $link, Account $account): void
    {
        $this->admission->need($account->getUserId());
        $this->admission->needKind($link->getKind());
    }

    /**
     * Nextcloud's backends check no rights, so this does, once a cycle.
     *
     * @throws Failure where the person may not do to the collection what the link does to it
     */
    public function admit(Link $link, Account $account): void
    {
        $writes = $this->settings->of($link)['direction'] !== 'to_exchange';
        $this->collections->admit($account->getUserId(), $link->getKind(), $link->getCollectionId(), $writes);
    }

    /**
     * @param Closure(): mixed $fence
     * @param Closure(array<string, mixed>): void $onReport
     */
    public function host(Link $link, Closure $fence, Closure $onReport): Host
    {
        $id = $link->getId();
        return new Host(
            $this->collections->objects($link->getKind(), $link->getCollectionId()),
            $this->journals->of($id),
            $this->db,
            $this->ownWrites,
            $this->time,
            $this->logger,
            $fence,
            fn (array $cursors) => $this->links->set($id, $cursors),
            $onReport,
        );
    }

    /**
     * @param string $old fingerprint of the token that is of no use any more
     * @return array{token: string, expires: int}
     */
    public function token(Account $account, string $old): array
    {
        $grant = $this->tokens->of($account, $old);
        return ['token' => $grant->accessToken, 'expires' => $grant->expires];
    }

    /**
     * The array that the engine takes (docs/architecture.md).
     *
     * @return array<string, mixed>
     */
    public function describe(Link $link, Account $account, bool $full, Options $options): array
    {
        $settings = $this->settings->of($link);
        // Cursors hide what the journal should know. Without its rows they would let everything be created anew.
        $lost = $this->journals->of($link->getId())->isEmpty();
        return [
            'id' => $link->getId(),
            'kind' => $link->getKind(),
            'folder' => $link->getFolderId(),
            'cursor' => $lost ? null : $link->getRemoteCursor(),
            'token' => $lost ? null : $link->getLocalToken(),
            'full' => $full,
            'zone' => $this->zones->getTimeZone(false, $account->getUserId())->getName(),
            'addresses' => $this->addresses->of($account->getUserId()),
            'mailbox' => $this->mailbox->describe($account),
            'policy' => $settings['policy'],
            'invitations' => $settings['invitations'],
            'max_deletes' => $options->deletions ?? $settings['max_deletes'],
            'direction' => $settings['direction'],
            'window' => $settings['window'],
            'deletes' => $settings['deletes'],
            'privacy' => $settings['privacy'],
            'placeholder' => $settings['placeholder'],
            'restore_deleted' => $options->restoreDeleted,
            'dry_run' => $options->dryRun,
        ];
    }
}
