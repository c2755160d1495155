<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\OAuth;

use OCA\IntegrationExchange\Service\Servers;

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
    /** Hosts of mailboxes in these clouds, where a dot at the start stands for all below it. */
    private const HOSTS = ['outlook.office365.com', 'outlook.office.com', '.outlook.com', 'outlook.office365.us', 'webmail.apps.mil',
        'partner.outlook.cn'];
    /** Another provider, or a server of one's own: its addresses are given one by one. */
    public const CUSTOM = 'custom';

    /**
     * @return list<string>
     */
    public static function names(): array
    {
        return [...array_keys(self::CLOUDS), self::CUSTOM];
    }

    /** Whether a server is one of these clouds. */
    public static function hosts(string $server): bool
    {
        $host = Servers::host($server);
        $is = static fn (string $known): bool => $known === $host || ($known[0] === '.' && str_ends_with($host, $known));
        return array_filter(self::HOSTS, $is) !== [];
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
