<?php

declare(strict_types=1);

namespace OCP\OpenMetrics;

/**
 * As Nextcloud 33 has it by its documentation, for tests on one that does not bring it yet.
 */
final class Metric
{
    /**
     * @param array<string, string> $labels
     */
    public function __construct(
        public readonly int|float|bool $value = false,
        public readonly array $labels = [],
        public readonly int|float|null $timestamp = null,
    ) {
    }
}
