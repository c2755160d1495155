<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Local;

/**
 * Whether this process is just writing on behalf of a cycle, so that the write does not mark its own link as due.
 */
final class OwnWrites
{
    private int $depth = 0;

    /**
     * @template T
     * @param callable(): T $write
     * @return T
     */
    public function during(callable $write): mixed
    {
        $this->depth++;
        try {
            return $write();
        } finally {
            $this->depth--;
        }
    }

    public function active(): bool
    {
        return $this->depth > 0;
    }
}
