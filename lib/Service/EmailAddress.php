<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Service;

use OCA\IntegrationExchange\Failure;

/**
 * An e-mail address as mailboxes have it: whatever a person writes of a domain with umlauts, servers know it in ASCII.
 */
final class EmailAddress
{
    /**
     * @throws Failure where it is none
     */
    public static function of(string $written): string
    {
        return self::find($written) ?? throw new Failure('configuration', "“{$written}” is not an e-mail address.");
    }

    /**
     * @return string|null null where it is none
     */
    public static function find(string $written): ?string
    {
        $at = (int)strrpos($written, '@');
        $domain = substr($written, $at + 1);
        $foreign = preg_match('/[^\x21-\x7e]/', $domain) === 1 && function_exists('idn_to_ascii');
        $address = substr($written, 0, $at) . '@' . ($foreign ? idn_to_ascii($domain) : $domain);
        return filter_var($address, FILTER_VALIDATE_EMAIL, FILTER_FLAG_EMAIL_UNICODE) === false ? null : $address;
    }
}
