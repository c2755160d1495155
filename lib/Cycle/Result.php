<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Cycle;

/**
 * How one link fared in a run.
 */
final class Result
{
    /**
     * @param array<string, mixed> $counts the engine's last report of the cycle (docs/architecture.md), empty where none ran
     * @param list<array<string, mixed>> $plan in a dry run: what would be done
     */
    public function __construct(
        public readonly int $link,
        /** null where the cycle came to its end */
        public readonly ?string $error = null,
        /** a sentence for a person */
        public readonly ?string $message = null,
        public readonly ?int $retryAfter = null,
        public readonly array $counts = [],
        public readonly array $plan = [],
    ) {
    }

    public function ok(): bool
    {
        return $this->error === null;
    }
}
