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
     * @param string|null $setting the one that it is about, where a form of a page has a field for it
     * @param string|null $onPage what a page says in place of the message, where that is in the words of occ
     */
    public function __construct(
        public readonly string $kind,
        string $message,
        public readonly ?int $retryAfter = null,
        ?Throwable $previous = null,
        public readonly ?string $setting = null,
        public readonly ?string $onPage = null,
    ) {
        parent::__construct($message, 0, $previous);
    }
}
