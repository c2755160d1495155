<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Native;

use OCA\IntegrationExchange\Failure;

/**
 * Cycles that the loop runs: which start when, and who answers for them.
 */
interface Work
{
    /**
     * Cycles at a time.
     */
    public function concurrency(): int;

    /**
     * Asked again and again, between any two steps.
     *
     * @return bool false: stop at once
     */
    public function goesOn(): bool;

    /**
     * The next link as the engine wants it (docs/architecture.md), or null when none may start now.
     *
     * @return array<string, mixed>|null
     */
    public function next(): ?array;

    /**
     * @param array<string, mixed> $payload
     * @return array<mixed>|null
     * @throws Failure where the local side gives up; the engine ends the cycle then
     */
    public function answer(int $link, string $kind, array $payload): ?array;

    /**
     * Remembers why the local side gave up; the engine reports the end of the cycle afterwards.
     */
    public function fail(int $link, Failure $failure): void;

    public function end(int $link, ?Failure $failure = null): void;
}
