<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Db;

/**
 * How an account signs in.
 */
final class Auth
{
    public const BASIC = 'basic';
    public const NTLM = 'ntlm';
    public const KERBEROS = 'kerberos';
    /** OAuth with the person's consent: a refresh token. */
    public const CONSENT = 'oauth';
    /** OAuth with the rights of the organisation's application, in the person's name. */
    public const APPLICATION = 'application';
    public const WITH_PASSWORD = [self::BASIC, self::NTLM];
}
