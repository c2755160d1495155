<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Local;

/**
 * The UID of an object.
 */
final class Uid
{
    public static function of(string $text): ?string
    {
        // Folded lines are joined first (RFC 5545 section 3.1).
        $unfolded = (string)preg_replace('/\r?\n[ \t]/', '', $text);
        return preg_match('/^(?:[a-z0-9-]+\.)?UID(?:;[^:\r\n]*)?:([^\r\n]+)/mi', $unfolded, $match) === 1 ? trim($match[1]) : null;
    }
}
