<?php

// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace Vdir;

/**
 * Answers the engine's requests for one link between a folder of files and a remote folder.
 */
final class Host
{
    /** The last report of the cycle that ran. */
    public array $report = [];

    /** @var list<string> what the last cycle did to files, as "created name" */
    public array $moved = [];

    /** @param \Closure(array): void $progress called with each report */
    public function __construct(
        private readonly Directory $directory,
        private readonly Journal $journal,
        private readonly \Closure $progress,
    ) {
    }

    public function path(): string
    {
        return $this->directory->path();
    }

    public function items(): int
    {
        return count($this->directory->uris());
    }

    /** No request follows: a cycle that has not reported its end by now did not reach it. */
    public function close(): void
    {
        if (!($this->report['done'] ?? false)) {
            $this->report = ['error' => 'bug', 'message' => 'The cycle ended without a report; run it again.'] + $this->report;
        }
    }

    public function answer(string $kind, array $payload): ?array
    {
        return match ($kind) {
            'changes' => $this->changes($payload['token'], $payload['full']),
            'read' => $this->read($payload['uris']),
            'find' => $this->find($payload['uids']),
            'load' => $this->load($payload),
            'write' => array_map($this->write(...), $payload['writes']),
            'save' => $this->save($payload),
            'report' => $this->report($payload),
            // A folder is for one process at a time.
            'hold' => null,
        };
    }

    private function changes(?string $token, bool $full): array
    {
        $now = $this->directory->token();
        $answer = [
            'token' => $now, 'changed' => [], 'deleted' => [], 'count' => count($this->directory->uris()),
            'pairs' => $this->journal->count(), 'intents' => $this->journal->inState('creating'),
        ];
        if ($token === $now && !$full) {
            return $answer;
        }
        $known = $this->journal->etags();
        foreach ($this->directory->uris() as $uri) {
            $text = $this->directory->read($uri);
            $etag = $text === null ? null : Directory::etag($text);
            if ($etag !== null && ($known[$uri] ?? null) !== $etag) {
                $answer['changed'][] = ['uri' => $uri, 'etag' => $etag];
            }
            unset($known[$uri]);
        }
        $answer['deleted'] = array_map(strval(...), array_keys($known));
        return $answer;
    }

    private function read(array $uris): array
    {
        $objects = [];
        foreach ($uris as $uri) {
            $text = $this->directory->read($uri);
            if ($text !== null) {
                // Old programs write what Windows called ANSI. The file stays as it is until Exchange changes the item.
                $readable = mb_check_encoding($text, 'UTF-8') ? $text : mb_convert_encoding($text, 'UTF-8', 'Windows-1252');
                $objects[] = ['uri' => $uri, 'etag' => Directory::etag($text), 'text' => $readable];
            }
        }
        return $objects;
    }

    private function load(array $select): array
    {
        if (isset($select['rolling'])) {
            ['from' => $from, 'until' => $until, 'after' => $after, 'limit' => $limit] = $select['rolling'];
            return $this->journal->rolling($from, $until, $after, $limit);
        }
        return isset($select['of'])
            ? $this->journal->of($select['of']['remote_ids'], $select['of']['uris'], $select['of']['keys'])
            : $this->journal->after($select['after']['key'], $select['after']['limit']);
    }

    private function find(array $uids): array
    {
        $wanted = array_flip($uids);
        $found = [];
        foreach ($this->directory->uris() as $uri) {
            $text = (string) $this->directory->read($uri);
            $uid = self::uid($text);
            if ($uid !== null && isset($wanted[$uid])) {
                $found[] = ['uid' => $uid, 'uri' => $uri, 'etag' => Directory::etag($text)];
            }
        }
        return $found;
    }

    /** The first UID of an object; folded lines are joined first (RFC 5545 section 3.1). */
    private static function uid(string $text): ?string
    {
        $unfolded = preg_replace('/\r?\n[ \t]/', '', $text) ?? '';
        return preg_match('/^(?:[\w-]+\.)?UID(?:;[^:\r\n]*)?:([^\r\n]*)/mi', $unfolded, $match) === 1 ? $match[1] : null;
    }

    /** One local write with its journal row. The file is replaced last, so that a row without its file is undone. */
    private function write(array $write): array
    {
        return $this->journal->atomically(function () use ($write): array {
            $operation = $write['operation'];
            $outcome = $this->outcome($operation);
            if ($outcome['outcome'] !== 'done') {
                return $outcome;
            }
            if ($write['forget'] !== null) {
                $this->journal->forget($write['forget']);
            }
            if ($write['pair'] !== null) {
                $this->journal->save(['etag' => $outcome['etag']] + $write['pair']);
            }
            $this->keep($write['kept'], $operation['uri']);
            if ($operation['do'] === 'delete') {
                $this->directory->delete($operation['uri']);
            } else {
                $this->directory->write($operation['uri'], $operation['text']);
            }
            $this->moved[] = "{$operation['do']}d {$operation['uri']}";
            return $outcome;
        });
    }

    /** A version without its text is the file as it is before the operation. */
    private function keep(array $kept, string $uri): void
    {
        foreach ($kept as $version) {
            $version['text'] ??= $this->directory->read($uri);
            if ($version['text'] !== null) {
                $this->journal->keep($version);
            }
        }
    }

    /** Whether an operation can be done, and the etag after it. */
    private function outcome(array $operation): array
    {
        $current = $this->directory->read($operation['uri']);
        $etag = $current === null ? null : Directory::etag($current);
        $conflict = match (true) {
            $operation['do'] === 'create' => $current === null ? null : 'exists',
            $etag === null => 'missing',
            default => $etag === $operation['etag'] ? null : 'stale',
        };
        return $conflict !== null
            ? ['outcome' => $conflict]
            : ['outcome' => 'done', 'etag' => isset($operation['text']) ? Directory::etag($operation['text']) : null];
    }

    private function save(array $save): ?array
    {
        return $this->journal->atomically(function () use ($save): ?array {
            array_map($this->journal->forget(...), $save['forget']);
            array_map($this->journal->save(...), $save['pairs']);
            array_map($this->journal->keep(...), $save['kept']);
            if ($save['cursor'] !== null) {
                $this->journal->set('cursor', $save['cursor'] === '' ? null : $save['cursor']);
            }
            if ($save['token'] !== null) {
                $this->journal->set('token', $save['token']);
            }
            return null;
        });
    }

    private function report(array $report): ?array
    {
        $this->report = $report;
        ($this->progress)($report);
        return null;
    }
}
