<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Native;

use OCA\IntegrationExchange\Failure;
use SensitiveParameter;

/**
 * Work that does not end by itself, because mailboxes are watched for it meanwhile.
 */
interface Watching extends Work
{
    /**
     * The next mailbox to be watched, or watched anew, as the engine wants it (docs/architecture.md); the id of an account that is
     * not to be watched any more; or null when there is nothing to change.
     *
     * @return array{id: int, folders: list<string>, mailbox: array<string, mixed>}|int|null
     */
    public function watch(): array|int|null;

    /**
     * The next account whose server is to be looked for anew, in the background; or null. `watch:found` says what came of it.
     *
     * @return array{id: int, mailbox: array<string, mixed>}|null
     */
    public function search(): ?array;

    /**
     * What became known of a mailbox: kind and payload of a request whose name begins with `watch:`.
     *
     * @param array<string, mixed> $payload
     * @return array<mixed>|null
     */
    public function hear(int $account, string $kind, #[SensitiveParameter] array $payload): ?array;

    /**
     * The engine cannot watch this mailbox.
     */
    public function unwatched(int $account, Failure $failure): void;

    /**
     * The engine cannot look for the server of this mailbox.
     */
    public function unfound(int $account, Failure $failure): void;
}
