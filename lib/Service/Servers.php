<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Service;

use OCA\IntegrationExchange\AppInfo\Application;
use OCA\IntegrationExchange\Failure;
use OCP\IAppConfig;
use OCP\ICertificateManager;
use OCP\IConfig;

/**
 * What the administrator says about mail servers: which may be connected to, and which certificate is believed.
 *
 * @phpstan-type Server array{allowed?: bool, ca_file?: string, pin?: string, insecure?: bool, old_tls?: bool, requests?: int,
 *     mailbox_requests?: int}
 */
final class Servers
{
    private const SERVERS = 'servers';
    private const ONLY_ALLOWED = 'only_allowed_servers';

    public function __construct(
        private readonly IAppConfig $appConfig,
        private readonly IConfig $config,
        private readonly ICertificateManager $certificates,
    ) {
    }

    /**
     * The host in a server's address, in lower case and as the DNS has it; empty where there is none.
     */
    public static function host(string $server): string
    {
        $server = trim($server);
        $url = str_contains($server, '://') ? $server : "https://$server";
        $host = strtolower(trim((string)parse_url($url, PHP_URL_HOST), '[].'));
        $ascii = preg_match('/[^\x20-\x7e]/', $host) === 1 && function_exists('idn_to_ascii') ? idn_to_ascii($host) : $host;
        return $ascii === false ? $host : $ascii;
    }

    /**
     * @return array<string, Server> by host
     */
    public function all(): array
    {
        $servers = $this->appConfig->getValueArray(Application::APP_ID, self::SERVERS, []);
        ksort($servers);
        return $servers;
    }

    /**
     * Changes what is said about a host; null takes a setting back.
     *
     * @param array<string, bool|string|int|null> $changes keys of a Server
     * @throws Failure where it makes no sense
     */
    public function set(string $host, array $changes): void
    {
        $name = str_starts_with($host, '*.') ? '*.' . self::host(substr($host, 2)) : self::host($host);
        if ($name === '' || $name === '*.') {
            throw new Failure('configuration', "“{$host}” is not a host; give one like mail.example.org or *.example.org.");
        }
        $file = $changes['ca_file'] ?? null;
        if ($file !== null && !is_readable((string)$file)) {
            throw new Failure('configuration', "The certificate file {$file} cannot be read. Check its path and rights.");
        }
        $pin = $changes['pin'] ?? null;
        if ($pin !== null && preg_match('/^[0-9a-f]{64}$/i', str_replace(':', '', (string)$pin)) !== 1) {
            throw new Failure('configuration', 'A pinned certificate is given by its SHA-256, which has 64 hexadecimal digits; print it '
                . 'with “openssl x509 -noout -fingerprint -sha256 -in certificate.pem”.');
        }
        foreach (['requests', 'mailbox_requests'] as $limit) {
            if (($changes[$limit] ?? 1) < 1) {
                throw new Failure('configuration', 'At least one request at a time is needed.');
            }
        }
        $servers = $this->all();
        $said = static fn (mixed $value): bool => $value !== null && $value !== false && $value !== [];
        $servers[$name] = array_filter($changes + ($servers[$name] ?? []), $said);
        $this->appConfig->setValueArray(Application::APP_ID, self::SERVERS, array_filter($servers, $said));
    }

    /**
     * @return array{only_allowed: bool, servers: list<array<string, mixed>>, warning: ?string}
     */
    public function shown(): array
    {
        $rows = [];
        foreach ($this->all() as $host => $server) {
            $rows[] = [
                'host' => (string)$host,
                'allowed' => $server['allowed'] ?? false,
                'ca_file' => $server['ca_file'] ?? null,
                'pin' => $server['pin'] ?? null,
                'verified' => !($server['insecure'] ?? false),
                'old_tls' => $server['old_tls'] ?? false,
                'requests' => $server['requests'] ?? null,
                'mailbox_requests' => $server['mailbox_requests'] ?? null,
            ];
        }
        return ['only_allowed' => $this->onlyAllowed(), 'servers' => $rows, 'warning' => $this->warning()];
    }

    public function onlyAllowed(): bool
    {
        return $this->appConfig->getValueBool(Application::APP_ID, self::ONLY_ALLOWED);
    }

    public function setOnlyAllowed(bool $only): void
    {
        $this->appConfig->setValueBool(Application::APP_ID, self::ONLY_ALLOWED, $only);
    }

    /**
     * What the extension has to know to connect to a server, or to look for one where there is none yet.
     *
     * @return array<string, mixed> a part of what docs/architecture.md calls mailbox
     */
    public function describe(string $server): array
    {
        $own = $this->all()[self::host($server)] ?? [];
        $mailbox = [
            'allowed_hosts' => $this->with('allowed'),
            'other_hosts' => match (true) {
                $this->onlyAllowed() => 'none',
                $this->config->getSystemValueBool('allow_local_remote_servers') => 'all',
                default => 'public',
            },
            'verify' => !($own['insecure'] ?? false),
            'old_tls' => $own['old_tls'] ?? false,
        ];
        foreach (['pin' => 'pin', 'requests' => 'server_requests', 'mailbox_requests' => 'requests'] as $setting => $key) {
            if (isset($own[$setting])) {
                $mailbox[$key] = $own[$setting];
            }
        }
        if (isset($own['ca_file'])) {
            $mailbox['ca_file'] = $own['ca_file'];
        } elseif ($this->certificates->listCertificates() !== []) {
            // What `occ security:certificates:import` added; without any, the system's authorities are all there is.
            $mailbox['ca_file'] = $this->certificates->getAbsoluteBundlePath();
        }
        return $mailbox;
    }

    /**
     * The warning about servers whose certificate does not count, for every place that shows how things stand.
     */
    public function warning(): ?string
    {
        $insecure = $this->unverified();
        return $insecure === [] ? null : 'The certificate of ' . implode(', ', $insecure) . ' is not verified: whoever stands between can '
            . 'read passwords and data. Give its authority with occ exchange:server --ca-file, or its certificate with --pin, and then '
            . '--secure.';
    }

    /**
     * @return list<string> the hosts of which any certificate is believed
     */
    public function unverified(): array
    {
        return $this->with('insecure');
    }

    /**
     * @return list<string> the hosts of which this is said
     */
    private function with(string $setting): array
    {
        return array_map(strval(...), array_keys(array_filter(
            $this->all(),
            static fn (array $server): bool => $server[$setting] ?? false
        )));
    }
}
