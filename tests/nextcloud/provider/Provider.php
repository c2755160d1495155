<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use RuntimeException;

/**
 * A running OpenID provider (provider.mjs).
 */
final class Provider
{
    public const USER = 'Fixture-Person-7';

    /**
     * @param resource $process
     * @param resource $input the program stops when this closes
     */
    private function __construct(
        private $process,
        private $input,
        public readonly string $issuer,
        private readonly string $control,
        /** A file with its public keys. */
        public readonly string $keys,
        public readonly string $secret,
        /** Files with the certificate by which the application can prove itself, and its key. */
        public readonly string $certificate,
        public readonly string $key,
    ) {
    }

    /**
     * @param string $redirect where people are sent back to
     * @param string $resource what its tokens are for
     * @param int $lifetime seconds of an access token
     */
    public static function start(string $redirect, string $resource, int $lifetime): self
    {
        $key = openssl_pkey_new(['private_key_bits' => 2048]);
        $certificate = openssl_csr_sign(openssl_csr_new(['commonName' => 'application'], $key), null, $key, 2);
        openssl_pkey_export($key, $keyPem);
        openssl_x509_export($certificate, $certificatePem);
        $secret = bin2hex(random_bytes(16));
        $process = proc_open(['node', __DIR__ . '/provider.mjs'], [['pipe', 'r'], ['pipe', 'w'], ['file', self::log(), 'a']], $pipes);
        if (!is_resource($process)) {
            throw new RuntimeException('node does not start.');
        }
        $settings = ['redirect' => $redirect, 'secret' => $secret, 'certificate' => $certificatePem, 'resource' => $resource,
            'lifetime' => $lifetime];
        fwrite($pipes[0], json_encode($settings, JSON_THROW_ON_ERROR) . "\n");
        $said = json_decode((string)fgets($pipes[1]), true);
        if (!is_array($said)) {
            throw new RuntimeException('The provider did not start: ' . file_get_contents(self::log()));
        }
        return new self(
            $process,
            $pipes[0],
            $said['issuer'],
            $said['control'],
            self::file('keys.json', json_encode($said['keys'], JSON_THROW_ON_ERROR)),
            $secret,
            self::file('application.pem', $certificatePem),
            self::file('application.key', $keyPem),
        );
    }

    /**
     * Why it cannot run here, or null.
     */
    public static function missing(): ?string
    {
        $packages = getenv('OIDC_PROVIDER_DIR');
        return $packages !== false && is_dir("$packages/node_modules/oidc-provider")
            ? null
            : 'the npm package oidc-provider is not installed (tests/nextcloud/run does it where there is npm)';
    }

    /**
     * @return array<string, int> how often each grant type got a token, and `refused`
     */
    public function tokens(): array
    {
        return json_decode((string)file_get_contents("$this->control/tokens"), true);
    }

    /**
     * @return list<string> every token that it gave
     */
    public function issued(): array
    {
        return json_decode((string)file_get_contents("$this->control/issued"), true);
    }

    /** The people take their consent back. */
    public function withdraw(): void
    {
        file_get_contents("$this->control/withdraw", false, stream_context_create(['http' => ['method' => 'POST', 'content' => '']]));
    }

    public function stop(): void
    {
        fclose($this->input);
        proc_close($this->process);
        array_map(unlink(...), [$this->keys, $this->certificate, $this->key]);
    }

    private static function log(): string
    {
        return dirname((string)getenv('NEXTCLOUD_CONFIG_DIR')) . '/provider.log';
    }

    private static function file(string $name, string $text): string
    {
        $path = dirname((string)getenv('NEXTCLOUD_CONFIG_DIR')) . '/' . bin2hex(random_bytes(4)) . "-$name";
        file_put_contents($path, $text);
        return $path;
    }
}
