<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Native;

use OCA\IntegrationExchange\Failure;
use SensitiveParameter;

/**
 * Questions to a mailbox that need no link.
 */
final class Mailboxes
{
    public function __construct(private readonly Extension $extension)
    {
    }

    /**
     * Signs in.
     *
     * @param array<string, mixed> $mailbox url, address, username, password, ... (docs/architecture.md)
     * @return array<string, mixed> what the server tells about itself
     * @throws Failure where the server does not let us in
     */
    public function check(#[SensitiveParameter] array $mailbox): array
    {
        return $this->ask(static fn (): array => (new \Exchange\Mailbox($mailbox))->check());
    }

    /**
     * @param array<string, mixed> $mailbox
     * @return list<array{id: string, kind: string, name: string, path: list<string>, default: bool, writable: bool, count: ?int}>
     * @throws Failure
     */
    public function folders(#[SensitiveParameter] array $mailbox): array
    {
        return $this->ask(static fn (): array => (new \Exchange\Mailbox($mailbox))->folders());
    }

    private function ask(callable $question): array
    {
        $this->extension->need();
        try {
            return $question();
        } catch (\Exchange\Exception $error) {
            throw Translation::failure($error);
        }
    }
}
