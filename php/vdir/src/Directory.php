<?php

// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace Vdir;

/**
 * A collection as a folder of files: one .ics or .vcf an item, named by its uri. The etag is a hash of the content.
 */
final class Directory
{
    public function __construct(private readonly string $path, private readonly string $suffix)
    {
        if (!is_dir($path) && !mkdir($path, 0o700, true) && !is_dir($path)) {
            throw new \RuntimeException("The folder $path cannot be created. Check its rights and try again.");
        }
    }

    public function path(): string
    {
        return $this->path;
    }

    public function suffix(): string
    {
        return $this->suffix;
    }

    /** @return list<string> the uris, in order */
    public function uris(): array
    {
        $names = scandir($this->path);
        if ($names === false) {
            throw new \RuntimeException("The folder {$this->path} cannot be read. Check that it still exists.");
        }
        return array_values(array_filter($names, fn (string $name): bool => $this->isObject($name)));
    }

    /**
     * A hint that nothing changed: names, sizes, times and inodes. A file touched within the last two seconds may change
     * again without a trace (file times are whole seconds here), so such a token is never the same twice.
     */
    public function token(): string
    {
        clearstatcache();
        $hash = hash_init('sha256');
        $newest = 0;
        foreach ($this->uris() as $uri) {
            $stat = stat("{$this->path}/$uri");
            hash_update($hash, $uri . ' ' . ($stat ? "{$stat['size']} {$stat['mtime']} {$stat['ino']}" : 'gone') . "\n");
            $newest = max($newest, $stat['mtime'] ?? 0);
        }
        return hash_final($hash) . ($newest >= time() - 2 ? '-' . bin2hex(random_bytes(4)) : '');
    }

    /** The text of an object; null where it does not exist. */
    public function read(string $uri): ?string
    {
        $file = $this->file($uri);
        if (!is_file($file)) {
            return null;
        }
        $text = file_get_contents($file);
        if ($text === false) {
            throw new \RuntimeException("The file $file cannot be read. Check its rights.");
        }
        return $text;
    }

    public static function etag(string $text): string
    {
        return hash('xxh128', $text);
    }

    /** Replaces the file in one step, so that a crash leaves the old or the new text and never half of one. */
    public function write(string $uri, string $text): void
    {
        $temporary = "{$this->path}/." . bin2hex(random_bytes(8)) . '.tmp';
        if (file_put_contents($temporary, $text) !== strlen($text) || !rename($temporary, $this->file($uri))) {
            @unlink($temporary);
            throw new \RuntimeException("The folder {$this->path} cannot be written to. Check its rights and free space.");
        }
    }

    public function delete(string $uri): void
    {
        $file = $this->file($uri);
        if (is_file($file) && !unlink($file)) {
            throw new \RuntimeException("The file $file cannot be deleted. Check its rights.");
        }
    }

    private function isObject(string $name): bool
    {
        return !str_starts_with($name, '.') && str_ends_with(strtolower($name), $this->suffix);
    }

    private function file(string $uri): string
    {
        if ($uri !== basename($uri) || !$this->isObject($uri)) {
            throw new \RuntimeException("“{$uri}” is not the name of a {$this->suffix} file.");
        }
        return "{$this->path}/$uri";
    }
}
