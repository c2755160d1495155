<?php

// Written by “make stubs” from the extension itself. Do not edit.

namespace Exchange {
    final class Engine
    {
        public function watch(array $watch): void {}
        public function unwatch(int $id): void {}
        public function discover(array $search): void {}
        public function sync(array $link): void {}
        public function next(int $timeout_ms): ?\Exchange\Request {}
        public function reply(\Exchange\Request $request, mixed $answer): void {}
        public function fail(\Exchange\Request $request, string $message): void {}
        public function stop(): void {}
        public static function trace(bool $on): void {}
        public static function drainLog(): array {}
        public function __construct(?array $options = null) {}
    }
    class Exception extends \Exception
    {
        public $kind;
        public $retryAfter;
    }
    final class Mailbox
    {
        public static function discover(array $mailbox): array {}
        public function check(): array {}
        public function createFolder(string $kind, string $name): string {}
        public function deleteFolder(string $id): void {}
        public function folders(?string $of = null): array {}
        public function __construct(array $mailbox) {}
    }
    final class Request
    {
        public $link;
        public $kind;
        public $payload;
        public function __construct() {}
    }
}
