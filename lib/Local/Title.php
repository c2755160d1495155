<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Local;

/**
 * What a person calls an object by: its SUMMARY, or the name on a card.
 */
final class Title
{
    public static function of(string $text): ?string
    {
        $unfolded = (string)preg_replace('/\r?\n[ \t]/', '', $text);
        $found = preg_match('/^(?:[a-z0-9-]+\.)?(?:SUMMARY|FN)(?:;[^:\r\n]*)?:(.*?)\r?$/mi', $unfolded, $match) === 1;
        $title = $found ? trim(stripcslashes((string)preg_replace('/\\\\[nN]/', ' ', $match[1]))) : '';
        return $title === '' ? null : $title;
    }
}
