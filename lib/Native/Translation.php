<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Native;

use OCA\IntegrationExchange\Failure;

/**
 * The extension's exceptions in the words of the app. The original is not chained: its trace would carry arguments.
 */
final class Translation
{
    public static function failure(\Exchange\Exception $error): Failure
    {
        $wait = $error->retryAfter;
        return new Failure((string)($error->kind ?? 'bug'), $error->getMessage(), $wait === null ? null : (int)$wait);
    }
}
