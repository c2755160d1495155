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
    public function __construct(
        private readonly Access $access,
        private readonly Elsewhere $elsewhere,
        private readonly Log $log,
    ) {
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
        return $this->ask('check', $mailbox);
    }

    /**
     * Finds the server of a mailbox by its e-mail address.
     *
     * @param array<string, mixed> $mailbox
     * @return array{url: string, address: string, tried: list<string>}
     * @throws Failure where there is none; its message says what was tried
     */
    public function discover(#[SensitiveParameter] array $mailbox): array
    {
        return $this->ask('discover', $mailbox);
    }

    /**
     * @param array<string, mixed> $mailbox
     * @param string|null $of null: the mailbox's own; an e-mail address: what that mailbox shares; “public”: public folders
     * @return list<array{id: string, kind: string, name: string, path: list<string>, default: bool, writable: bool, count: ?int}>
     * @throws Failure
     */
    public function folders(#[SensitiveParameter] array $mailbox, ?string $of = null): array
    {
        return $this->ask('folders', $mailbox, ['of' => $of]);
    }

    /**
     * Makes a folder beside the mailbox's own.
     *
     * @param array<string, mixed> $mailbox
     * @return string its id
     * @throws Failure
     */
    public function createFolder(#[SensitiveParameter] array $mailbox, string $kind, string $name): string
    {
        return $this->ask('create_folder', $mailbox, ['kind' => $kind, 'name' => $name])['id'];
    }

    /**
     * Deletes a folder with all that is in it, for good; one that is gone already is no failure.
     *
     * @param array<string, mixed> $mailbox
     * @throws Failure
     */
    public function deleteFolder(#[SensitiveParameter] array $mailbox, string $id): void
    {
        $this->ask('delete_folder', $mailbox, ['id' => $id]);
    }

    /**
     * @param array<string, mixed> $errand as Command\Errand takes it
     * @return array<mixed>
     * @throws Failure
     */
    public function run(#[SensitiveParameter] array $errand): array
    {
        return $this->ask($errand['ask'], $errand['mailbox'], $errand['with'] ?? []);
    }

    /**
     * @param array<string, ?string> $with
     * @return array<mixed>
     */
    private function ask(string $question, #[SensitiveParameter] array $mailbox, array $with = []): array
    {
        if ($this->access->way() === Way::Elsewhere) {
            return $this->elsewhere->run(['ask' => $question, 'mailbox' => $mailbox, 'with' => $with]);
        }
        $this->access->need();
        try {
            return match ($question) {
                'check' => (new \Exchange\Mailbox($mailbox))->check(),
                'discover' => \Exchange\Mailbox::discover($mailbox),
                'folders' => (new \Exchange\Mailbox($mailbox))->folders($with['of']),
                'create_folder' => ['id' => (new \Exchange\Mailbox($mailbox))->createFolder($with['kind'], $with['name'])],
                'delete_folder' => (array)(new \Exchange\Mailbox($mailbox))->deleteFolder($with['id']),
            };
        } catch (\Exchange\Exception $error) {
            throw Translation::failure($error);
        } finally {
            $this->log->drain();
        }
    }
}
