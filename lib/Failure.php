<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange;

use RuntimeException;
use Throwable;

/**
 * Something could not be done. The message is a sentence for a person; the kind says what can be done about it and is one of
 * the names of docs/architecture.md (credentials, unreachable, busy, gone, configuration, host, ...).
 */
final class Failure extends RuntimeException
{
    /**
     * @param int|null $retryAfter seconds to wait before trying again, where the server asked for it
     */
    public function __construct(
        public readonly string $kind,
        string $message,
        public readonly ?int $retryAfter = null,
        ?Throwable $previous = null,
    ) {
        parent::__construct($message, 0, $previous);
    }
}
