<?php

// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace Vdir;

use Exchange\Engine;
use Exchange\Mailbox;

/**
 * Keeps the folders of a mailbox in step with folders of files: one sub-folder a remote folder, all of them at once.
 */
final class Mirror
{
    private const SUFFIX = ['event' => '.ics', 'task' => '.ics', 'contact' => '.vcf'];

    /** @var array<int, Host> by link id */
    private array $hosts = [];

    /** @var array<int, array<string, mixed>> by link id, as the engine takes them */
    private array $links = [];

    /** @var array<int, Journal> by link id */
    private array $journals = [];

    /**
     * @param array<string, mixed> $mailbox as \Exchange\Mailbox takes it
     * @param list<string> $addresses the person's e-mail addresses besides the mailbox's own
     * @param \Closure(array<int, array>): void $progress called with the reports of all links
     */
    public function __construct(
        private readonly string $root,
        private readonly array $mailbox,
        private readonly \Closure $progress,
        private readonly string $policy = 'exchange',
        private readonly string $zone = 'UTC',
        private readonly array $addresses = [],
    ) {
        if (!is_dir($root) && !mkdir($root, 0o700, true) && !is_dir($root)) {
            throw new \RuntimeException("The folder $root cannot be created. Check the rights of the folder above it.");
        }
    }

    /** Links every folder of the mailbox that can be linked, or only those of the given kinds. */
    public function link(array $kinds = ['event', 'task', 'contact']): void
    {
        foreach ((new Mailbox($this->mailbox))->folders() as $folder) {
            if (in_array($folder['kind'], $kinds, true)) {
                $this->add($folder);
            }
        }
        if ($this->links === []) {
            throw new \RuntimeException('The mailbox has no calendar, task or contact folder to synchronise.');
        }
    }

    private function add(array $folder): void
    {
        $id = count($this->links) + 1;
        $name = trim(preg_replace('~[/\\\\\x00-\x1f]+~', '-', implode(' - ', $folder['path'] ?: [$folder['name']])) ?? '', '. ');
        $directory = new Directory("{$this->root}/" . ($name === '' ? "folder-$id" : $name), self::SUFFIX[$folder['kind']]);
        $journal = new Journal($directory->path() . '/.journal.sqlite');
        $this->journals[$id] = $journal;
        $this->hosts[$id] = new Host($directory, $journal, function (): void {
            ($this->progress)($this->reports());
        });
        $this->links[$id] = [
            'id' => $id, 'kind' => $folder['kind'], 'folder' => $folder['id'], 'policy' => $this->policy,
            'zone' => $this->zone, 'addresses' => $this->addresses, 'mailbox' => $this->mailbox,
        ];
    }

    /** Runs one cycle of every link. True when each of them ended well. */
    public function run(): bool
    {
        $engine = new Engine();
        foreach ($this->links as $id => $link) {
            $this->hosts[$id]->moved = [];
            $this->hosts[$id]->report = [];
            $engine->sync($link + [
                'cursor' => $this->journals[$id]->setting('cursor'),
                'token' => $this->journals[$id]->setting('token'),
            ]);
        }
        while (($request = $engine->next(1_000)) !== null) {
            if ($request->kind === 'idle') {
                continue;
            }
            try {
                $answer = $this->hosts[$request->link]->answer($request->kind, $request->payload);
            } catch (\Throwable $error) {
                $engine->fail($request, $error->getMessage());
                continue;
            }
            $engine->reply($request, $answer);
        }
        foreach ($this->hosts as $host) {
            $host->close();
        }
        return array_filter(array_column($this->reports(), 'error')) === [];
    }

    /** @return array<int, array> the last report of each link */
    public function reports(): array
    {
        return array_map(fn (Host $host): array => $host->report, $this->hosts);
    }

    /** @return array<int, list<string>> what the last cycle did to files */
    public function moved(): array
    {
        return array_map(fn (Host $host): array => $host->moved, $this->hosts);
    }

    /** @return array<int, array{kind: string, path: string, items: int, rows: int}> */
    public function links(): array
    {
        $links = [];
        foreach ($this->hosts as $id => $host) {
            $links[$id] = [
                'kind' => $this->links[$id]['kind'], 'path' => $host->path(), 'items' => $host->items(),
                'rows' => $this->journals[$id]->rowsRead,
            ];
        }
        return $links;
    }

    /** @return array<int, list<array{uri: ?string, property: ?string, reason: string}>> what did not cross, and why */
    public function losses(): array
    {
        return array_map(fn (Journal $journal): array => $journal->losses(), $this->journals);
    }

    /** @return array<int, array{set_aside: int, losses: int}> how many items did not cross, or not wholly */
    public function unfinished(): array
    {
        return array_map(fn (Journal $journal): array => $journal->unfinished(), $this->journals);
    }
}
