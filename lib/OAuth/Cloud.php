<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\OAuth;

/**
 * Where Microsoft's clouds have their sign-in and their Exchange.
 * https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud
 */
final class Cloud
{
    /** name => [sign-in, Exchange] */
    private const CLOUDS = [
        'global' => ['https://login.microsoftonline.com', 'https://outlook.office365.com'],
        // GCC High and DoD share their sign-in. (GCC itself is part of the global cloud.)
        'us-government' => ['https://login.microsoftonline.us', 'https://outlook.office365.us'],
        'us-defense' => ['https://login.microsoftonline.us', 'https://webmail.apps.mil'],
        'china' => ['https://login.partner.microsoftonline.cn', 'https://partner.outlook.cn'],
    ];
    /** Another provider, or a server of one's own: its addresses are given one by one. */
    public const CUSTOM = 'custom';

    /**
     * @return list<string>
     */
    public static function names(): array
    {
        return [...array_keys(self::CLOUDS), self::CUSTOM];
    }

    public static function authorization(string $cloud, string $tenant): string
    {
        return self::CLOUDS[$cloud][0] . '/' . rawurlencode($tenant) . '/oauth2/v2.0/authorize';
    }

    public static function token(string $cloud, string $tenant): string
    {
        return self::CLOUDS[$cloud][0] . '/' . rawurlencode($tenant) . '/oauth2/v2.0/token';
    }

    /** What tokens are for. */
    public static function resource(string $cloud): string
    {
        return self::CLOUDS[$cloud][1];
    }
}
