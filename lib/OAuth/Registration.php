<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\OAuth;

use OCA\IntegrationExchange\AppInfo\Application as App;
use OCA\IntegrationExchange\Failure;
use OCP\IAppConfig;
use SensitiveParameter;

/**
 * Keeps the organisation's application in the app's settings; its secret and key are stored encrypted.
 */
final class Registration
{
    private const PREFIX = 'oauth_';
    private const PLAIN = ['cloud', 'tenant', 'client_id', 'authorization_url', 'token_url', 'resource', 'certificate'];
    private const SECRET = ['secret', 'key'];

    public function __construct(private readonly IAppConfig $config)
    {
    }

    public function exists(): bool
    {
        return $this->read()['client_id'] !== '';
    }

    /**
     * @throws Failure where no application is set up
     */
    public function application(): Application
    {
        $set = $this->read();
        if ($set['client_id'] === '') {
            throw new Failure(
                'configuration',
                'No application is set up for OAuth. An administrator sets it up with occ exchange:oauth (docs/connecting.md).',
            );
        }
        $cloud = $set['cloud'];
        $custom = $cloud === Cloud::CUSTOM;
        return new Application(
            $set['client_id'],
            $custom ? $set['authorization_url'] : Cloud::authorization($cloud, $set['tenant']),
            $custom ? $set['token_url'] : Cloud::token($cloud, $set['tenant']),
            $custom ? $set['resource'] : Cloud::resource($cloud),
            $set['secret'],
            $set['certificate'],
            $set['key'],
        );
    }

    /**
     * @return array<string, string> what is set, without secrets
     */
    public function shown(): array
    {
        $set = $this->read();
        return array_filter([
            'cloud' => $set['cloud'],
            'tenant' => $set['tenant'],
            'client_id' => $set['client_id'],
            'authorization_url' => $set['authorization_url'],
            'token_url' => $set['token_url'],
            'resource' => $set['resource'],
            'proof' => $set['secret'] !== '' ? 'secret' : ($set['certificate'] !== '' ? 'certificate' : ''),
        ], static fn (string $value): bool => $value !== '');
    }

    /**
     * @param array<string, string> $settings by the names of PLAIN and SECRET; what is not named stays
     * @throws Failure where that makes no application
     */
    public function change(#[SensitiveParameter] array $settings): void
    {
        if (isset($settings['secret'])) {
            $settings += ['certificate' => '', 'key' => ''];
        } elseif (isset($settings['certificate'])) {
            $settings += ['secret' => ''];
        }
        self::check($settings + $this->read());
        foreach (self::PLAIN as $name) {
            if (isset($settings[$name])) {
                $this->config->setValueString(App::APP_ID, self::PREFIX . $name, $settings[$name], lazy: true);
            }
        }
        foreach (self::SECRET as $name) {
            if (isset($settings[$name])) {
                $this->config->setValueString(App::APP_ID, self::PREFIX . $name, $settings[$name], lazy: true, sensitive: true);
            }
        }
    }

    public function remove(): void
    {
        foreach ([...self::PLAIN, ...self::SECRET] as $name) {
            $this->config->deleteKey(App::APP_ID, self::PREFIX . $name);
        }
    }

    /**
     * @return array<string, string>
     */
    private function read(): array
    {
        $set = [];
        foreach ([...self::PLAIN, ...self::SECRET] as $name) {
            $set[$name] = $this->config->getValueString(App::APP_ID, self::PREFIX . $name, lazy: true);
        }
        return ['cloud' => $set['cloud'] ?: 'global'] + $set;
    }

    /**
     * @param array<string, string> $set
     */
    private static function check(#[SensitiveParameter] array $set): void
    {
        if (!in_array($set['cloud'], Cloud::names(), true)) {
            throw new Failure('configuration', "There is no cloud “{$set['cloud']}”; take one of " . implode(', ', Cloud::names()) . '.');
        }
        $needed = $set['cloud'] === Cloud::CUSTOM ? ['authorization_url', 'token_url', 'resource'] : ['tenant'];
        foreach ([...$needed, 'client_id'] as $name) {
            if (($set[$name] ?? '') === '') {
                $option = '--' . str_replace('_', '-', $name);
                throw new Failure('configuration', "Give $option, which this cloud needs.", setting: $name, onPage: 'This cloud needs it.');
            }
        }
        foreach ($set['cloud'] === Cloud::CUSTOM ? ['authorization_url', 'token_url'] : [] as $name) {
            if (!self::isSafe($set[$name])) {
                $option = '--' . str_replace('_', '-', $name);
                throw new Failure(
                    'configuration',
                    "Secrets travel to {$option}, so it must begin with https://.",
                    setting: $name,
                    onPage: 'Secrets travel there, so it must begin with https://.',
                );
            }
        }
        if (($set['certificate'] ?? '') !== '' && !openssl_x509_check_private_key($set['certificate'], $set['key'])) {
            throw new Failure('configuration', 'The certificate and the key do not belong together; both are needed in PEM form.');
        }
    }

    private static function isSafe(string $url): bool
    {
        $parts = parse_url($url);
        $local = in_array($parts['host'] ?? '', ['127.0.0.1', '[::1]', 'localhost'], true);
        return ($parts['scheme'] ?? '') === 'https' || (($parts['scheme'] ?? '') === 'http' && $local);
    }
}
