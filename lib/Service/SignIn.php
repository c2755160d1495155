<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Service;

use OCA\IntegrationExchange\Db\Auth;
use OCA\IntegrationExchange\Failure;
use SensitiveParameter;

/**
 * How a new account is to sign in, checked as far as that goes without asking a server.
 */
final class SignIn
{
    /** What a mailbox's owner can be impersonated by, and the name the engine has for it. */
    public const IMPERSONATE = ['smtp' => 'primary_smtp_address', 'principal' => 'principal_name', 'sid' => 'sid'];

    /**
     * @param string $auth one of Db\Auth
     * @param string|null $username what a password belongs to
     * @param array<string, mixed> $details what the engine takes beside it (docs/architecture.md): username of Kerberos, keytab,
     *     ticket_cache, impersonate
     */
    private function __construct(
        public readonly string $auth,
        public readonly ?string $username = null,
        #[SensitiveParameter] public readonly ?string $password = null,
        public readonly array $details = [],
    ) {
    }

    public static function withPassword(
        string $username,
        #[SensitiveParameter] string $password,
        string $auth = Auth::BASIC,
        ?string $impersonate = null,
    ): self {
        if (!in_array($auth, Auth::WITH_PASSWORD, true)) {
            throw new Failure('configuration', "“{$auth}” is not a way to sign in with a password.");
        }
        return new self($auth, $username, $password, self::impersonation($impersonate));
    }

    /**
     * @param string $principal name@REALM, or '' for whom the keytab or cache is for
     */
    public static function withTickets(
        string $principal,
        ?string $keytab = null,
        ?string $cache = null,
        ?string $impersonate = null,
    ): self {
        foreach (array_filter([$keytab, $cache]) as $file) {
            // A cache may also be of another kind: KEYRING:…, KCM:…, DIR:….
            if (!str_contains($file, ':') && !is_readable($file)) {
                throw new Failure('configuration', "The file {$file} cannot be read by PHP’s user. Check its path and rights.");
            }
        }
        $details = array_filter(['username' => $principal, 'keytab' => $keytab, 'ticket_cache' => $cache]);
        return new self(Auth::KERBEROS, null, null, $details + self::impersonation($impersonate));
    }

    /**
     * The organisation's application acts in the name of the mailbox's owner.
     */
    public static function asApplication(string $address, ?string $impersonate = null): self
    {
        return new self(Auth::APPLICATION, null, null, self::impersonation($impersonate ?? "smtp:$address"));
    }

    public static function withConsent(): self
    {
        return new self(Auth::CONSENT);
    }

    /**
     * @param string|null $name smtp:ADDRESS, principal:NAME@DOMAIN or sid:S-1-5-…
     * @return array{impersonate?: array<string, string>}
     */
    private static function impersonation(?string $name): array
    {
        if ($name === null) {
            return [];
        }
        [$form, $value] = explode(':', $name, 2) + [1 => ''];
        $form = self::IMPERSONATE[$form] ?? null;
        if ($form === null || $value === '') {
            throw new Failure(
                'configuration',
                "“{$name}” does not say whom to impersonate; give smtp:ADDRESS, principal:NAME@DOMAIN or sid:S-1-5-….",
            );
        }
        return ['impersonate' => [$form => $value]];
    }
}
