<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\OAuth;

use OCA\IntegrationExchange\Failure;

/**
 * Proves with a certificate's key that we are the application (RFC 7523). The certificate goes along as its thumbprint only.
 * https://learn.microsoft.com/entra/identity-platform/certificate-credentials
 */
final class Assertion
{
    public const TYPE = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
    /** Seconds. */
    private const VALID = 300;

    public static function make(Application $application, int $now): string
    {
        $der = base64_decode(preg_replace('/-----[^-]+-----|\s/', '', $application->certificate) ?? '', true);
        if ($der === false || $der === '') {
            throw new Failure('configuration', 'The application’s certificate is not in PEM form. Set it again with occ exchange:oauth.');
        }
        $header = [
            'alg' => 'RS256',
            'typ' => 'JWT',
            'x5t' => self::encode(sha1($der, true)),
            'x5t#S256' => self::encode(hash('sha256', $der, true)),
        ];
        $claims = [
            'aud' => $application->tokenUrl,
            'iss' => $application->clientId,
            'sub' => $application->clientId,
            'jti' => bin2hex(random_bytes(16)),
            'iat' => $now,
            'nbf' => $now,
            'exp' => $now + self::VALID,
        ];
        $signed = self::encode(json_encode($header, JSON_THROW_ON_ERROR)) . '.' . self::encode(json_encode($claims, JSON_THROW_ON_ERROR));
        if (!openssl_sign($signed, $signature, $application->key, OPENSSL_ALGO_SHA256)) {
            throw new Failure('configuration', 'The application’s key cannot sign. Set certificate and key again with occ exchange:oauth.');
        }
        return $signed . '.' . self::encode($signature);
    }

    public static function encode(string $bytes): string
    {
        return rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
    }
}
