<?php

declare(strict_types=1);

namespace Exchange\Tests;

/**
 * The smallest host: objects and journal rows in arrays. It answers as docs/architecture.md says.
 */
final class MemoryHost
{
    /** @var array<string, string> text by uri */
    public array $objects = [];

    /** @var array<string, array> rows by key */
    public array $rows = [];

    public ?string $cursor = null;

    public ?string $token = null;

    /** @var list<string> kinds of the requests answered so far */
    public array $asked = [];

    public array $report = [];

    public function answer(string $kind, array $payload): ?array
    {
        $this->asked[] = $kind;
        return $this->$kind($payload);
    }

    private function hold(array $payload): null
    {
        return null;
    }

    private function changes(array $payload): array
    {
        $token = md5(serialize($this->objects));
        $answer = [
            'token' => $token, 'changed' => [], 'deleted' => [], 'count' => count($this->objects), 'pairs' => count($this->rows),
            'intents' => array_values(array_filter($this->rows, fn (array $row): bool => $row['state'] === 'creating')),
        ];
        if ($token === $payload['token'] && !$payload['full']) {
            return $answer;
        }
        $known = array_column($this->rows, 'etag', 'uri');
        foreach ($this->objects as $uri => $text) {
            if (($known[$uri] ?? null) !== md5($text)) {
                $answer['changed'][] = ['uri' => $uri, 'etag' => md5($text)];
            }
        }
        $answer['deleted'] = array_values(array_diff(array_filter(array_column($this->rows, 'uri')), array_keys($this->objects)));
        return $answer;
    }

    private function read(array $payload): array
    {
        $texts = array_intersect_key($this->objects, array_flip($payload['uris']));
        return array_map(
            fn (string $uri, string $text): array => ['uri' => $uri, 'etag' => md5($text), 'text' => $text],
            array_keys($texts),
            $texts,
        );
    }

    private function find(array $payload): array
    {
        $found = [];
        foreach ($this->objects as $uri => $text) {
            if (preg_match('/^UID:(.*?)\r?$/m', $text, $uid) === 1 && in_array($uid[1], $payload['uids'], true)) {
                $found[] = ['uid' => $uid[1], 'uri' => $uri, 'etag' => md5($text)];
            }
        }
        return $found;
    }

    private function load(array $payload): array
    {
        if (isset($payload['after'])) {
            ksort($this->rows);
            $after = array_filter($this->rows, fn (array $row): bool => strcmp($row['key'], $payload['after']['key']) > 0);
            return array_slice(array_values($after), 0, $payload['after']['limit']);
        }
        // None of the links here has a window.
        $payload += ['of' => ['remote_ids' => [], 'uris' => []]];
        return array_values(array_filter($this->rows, fn (array $row): bool
            => in_array($row['remote_id'], $payload['of']['remote_ids'], true)
            || in_array($row['uri'], $payload['of']['uris'], true)));
    }

    private function write(array $payload): array
    {
        return array_map(function (array $write): array {
            $operation = $write['operation'];
            if ($operation['do'] === 'delete') {
                unset($this->objects[$operation['uri']]);
            } else {
                $this->objects[$operation['uri']] = $operation['text'];
            }
            unset($this->rows[$write['forget'] ?? '']);
            $etag = isset($operation['text']) ? md5($operation['text']) : null;
            if ($write['pair'] !== null) {
                $this->rows[$write['pair']['key']] = ['etag' => $etag] + $write['pair'];
            }
            return ['outcome' => 'done', 'etag' => $etag];
        }, $payload['writes']);
    }

    private function save(array $payload): ?array
    {
        $this->rows = array_diff_key($this->rows, array_flip($payload['forget']));
        $this->rows = array_column($payload['pairs'], null, 'key') + $this->rows;
        $this->cursor = ($payload['cursor'] ?? $this->cursor) ?: null;
        $this->token = $payload['token'] ?? $this->token;
        return null;
    }

    private function report(array $payload): ?array
    {
        $this->report = $payload;
        return null;
    }
}
