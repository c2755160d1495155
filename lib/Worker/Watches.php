<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Worker;

use OCA\IntegrationExchange\Cycle\Parts;
use OCA\IntegrationExchange\Db\Account;
use OCA\IntegrationExchange\Db\AccountMapper;
use OCA\IntegrationExchange\Db\LinkMapper;
use OCA\IntegrationExchange\Failure;
use OCA\IntegrationExchange\Service\Admission;
use OCA\IntegrationExchange\Service\Mailbox;
use SensitiveParameter;
use Throwable;

/**
 * Which mailboxes are watched, and what becomes known of them: which folders changed, and how good the watch is.
 */
final class Watches
{
    /** Seconds after which a mailbox that cannot be watched is tried again. */
    private const AGAIN = 300;
    /** The same, where a look at it failed for a reason that nobody expected. */
    private const STRANGE = 30;

    /** @var array<int, true> accounts to look at */
    private array $queue = [];
    /** @var array<int, string> fingerprint of what is watched by account */
    private array $watched = [];
    /** @var array<int, float> when accounts are looked at again */
    private array $again = [];
    /** @var array<int, array<string, true>|true> folders in which something happened by account; true: in any */
    private array $news = [];
    private int $events = 0;

    public function __construct(
        private readonly Standing $standing,
        private readonly AccountMapper $accounts,
        private readonly LinkMapper $links,
        private readonly Mailbox $mailbox,
        private readonly Admission $admission,
        private readonly Parts $parts,
    ) {
    }

    /**
     * Has a look at accounts: they may be new, or changed.
     *
     * @param list<int> $accounts
     */
    public function check(array $accounts): void
    {
        $this->queue += array_fill_keys($accounts, true);
    }

    /**
     * A cycle shows whether a mailbox may be synchronised: it is to be watched, or it is not.
     */
    public function confirm(int $account, bool $works): void
    {
        if (isset($this->watched[$account]) !== $works && !isset($this->again[$account])) {
            $this->queue[$account] = true;
        }
    }

    /**
     * An account is not this worker's any more.
     */
    public function drop(int $account): void
    {
        unset($this->news[$account], $this->again[$account]);
        $this->standing->forget($account);
        // A look at it finds that it is not to be watched.
        $this->queue[$account] = true;
    }

    /**
     * The next watch that begins, changes or ends, as Native\Watching::watch() says.
     *
     * @param callable(int): bool $isOurs
     * @return array{id: int, folders: list<string>, mailbox: array<string, mixed>}|int|null
     */
    public function next(callable $isOurs): array|int|null
    {
        while (($id = array_key_first($this->queue)) !== null) {
            try {
                $watch = $isOurs($id) ? $this->describe($id) : null;
                unset($this->queue[$id]);
                $print = $watch === null ? null : self::print($watch);
                if ($print === ($this->watched[$id] ?? null)) {
                    continue;
                }
                if ($watch === null) {
                    unset($this->watched[$id]);
                    $this->standing->forget($id);
                    return $id;
                }
                $this->watched[$id] = (string)$print;
                return $watch;
            } catch (Failure $failure) {
                unset($this->queue[$id]);
                $this->fail($id, $failure->getMessage());
            } catch (Throwable $error) {
                // Others are not to wait for it.
                unset($this->queue[$id]);
                $this->again[$id] = self::now() + self::STRANGE;
                throw $error;
            }
        }
        return null;
    }

    /**
     * @param array<string, mixed> $payload
     * @return array<mixed>|null
     */
    public function hear(int $account, string $kind, #[SensitiveParameter] array $payload): ?array
    {
        if ($kind === 'watch:token') {
            $row = $this->accounts->find($account) ?? throw new Failure('gone', "Account $account does not exist any more.");
            return $this->parts->token($row, (string)$payload['old']);
        }
        $this->events++;
        if (!isset($this->watched[$account])) {
            // It is on its way from a watch that has ended.
            return null;
        }
        if ($kind === 'watch:changed') {
            $this->changed($account, $payload['folders'] ?? []);
        } elseif ($kind === 'watch:state') {
            $this->standing->set($account, (string)$payload['state'], $payload['message'] ?? null);
            if ($payload['state'] === 'refused') {
                // A cycle finds out as well and tells the person. Where it does not, the watch is tried again.
                unset($this->watched[$account]);
                $this->again[$account] = self::now() + self::AGAIN;
                $this->changed($account, []);
            } elseif ($payload['missed'] ?? false) {
                $this->changed($account, []);
            }
        }
        return null;
    }

    /**
     * The mailbox is not watched; its links have their cycles by the clock.
     */
    public function fail(int $account, ?string $message): void
    {
        unset($this->watched[$account]);
        $this->again[$account] = self::now() + self::AGAIN;
        $this->standing->set($account, 'polled', $message);
    }

    /**
     * Hands over what became known since last time.
     */
    public function tell(Agenda $agenda): void
    {
        foreach ($this->again as $account => $at) {
            if ($at <= self::now()) {
                unset($this->again[$account]);
                $this->queue[$account] = true;
            }
        }
        $this->standing->write();
        foreach (array_chunk($this->news, 500, true) as $some) {
            foreach ($this->links->activeOf(array_keys($some)) as $link) {
                $folders = $some[$link['account']];
                if ($folders === true || isset($folders[$link['folder']])) {
                    $agenda->add($link);
                }
            }
            $this->news = array_diff_key($this->news, $some);
        }
    }

    /**
     * @return int events since the worker began
     */
    public function events(): int
    {
        return $this->events;
    }

    /**
     * @param list<string> $folders
     */
    private function changed(int $account, array $folders): void
    {
        $known = $this->news[$account] ?? [];
        $this->news[$account] = $folders === [] || $known === true ? true : $known + array_fill_keys($folders, true);
    }

    /**
     * @return array{id: int, folders: list<string>, mailbox: array<string, mixed>}|null null where it is not to be watched
     * @throws Failure where it cannot be
     */
    private function describe(int $id): ?array
    {
        $account = $this->accounts->find($id);
        if ($account === null || $account->getState() !== Account::ACTIVE || !$this->admission->admits($account->getUserId())) {
            return null;
        }
        $folders = array_column($this->links->activeOf([$id]), 'folder');
        sort($folders);
        return $folders === [] ? null : ['id' => $id, 'folders' => $folders, 'mailbox' => $this->mailbox->describe($account)];
    }

    /**
     * @param array{id: int, folders: list<string>, mailbox: array<string, mixed>} $watch
     */
    private static function print(#[SensitiveParameter] array $watch): string
    {
        // A new token is no other sign-in; the engine asks for it by itself.
        unset($watch['mailbox']['token'], $watch['mailbox']['token_expires']);
        return hash('sha256', json_encode($watch, JSON_PARTIAL_OUTPUT_ON_ERROR | JSON_INVALID_UTF8_SUBSTITUTE) ?: '', true);
    }

    private static function now(): float
    {
        return hrtime(true) / 1e9;
    }
}
