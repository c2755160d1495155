<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Controller;

use OCA\IntegrationExchange\Failure;
use OCA\IntegrationExchange\Language\Phrasebook;
use OCA\IntegrationExchange\OAuth\Registration;
use OCA\IntegrationExchange\OAuth\Trial;
use OCA\IntegrationExchange\Service\Servers;
use OCA\IntegrationExchange\Setting\Catalogue;
use OCA\IntegrationExchange\Setting\Organisation;
use OCA\IntegrationExchange\Setting\Settings;
use OCA\IntegrationExchange\Settings\Admin;
use OCP\AppFramework\Http\Attribute\ApiRoute;
use OCP\AppFramework\Http\Attribute\AuthorizedAdminSetting;
use OCP\AppFramework\Http\Attribute\UserRateLimit;
use OCP\AppFramework\Http\DataResponse;
use OCP\IRequest;
use SensitiveParameter;

/**
 * What the administrator sets on the administration page.
 */
final class OrganisationController extends Base
{
    private const OAUTH = ['cloud', 'tenant', 'client_id', 'authorization_url', 'token_url', 'resource', 'secret', 'certificate', 'key'];
    private const SERVER = ['allowed' => 'bool', 'insecure' => 'bool', 'old_tls' => 'bool', 'ca_file' => 'string', 'pin' => 'string',
        'requests' => 'int', 'mailbox_requests' => 'int'];

    public function __construct(
        IRequest $request,
        Phrasebook $phrases,
        private readonly Organisation $organisation,
        private readonly Settings $settings,
        private readonly Servers $servers,
        private readonly Registration $registration,
        private readonly Trial $trial,
    ) {
        parent::__construct($request, $phrases);
    }

    /**
     * Changes who may use the app and how it works.
     *
     * @param array<string, string|list<string>> $settings by name, as texts (“default” takes one back) or lists of words
     */
    #[AuthorizedAdminSetting(settings: Admin::class)]
    #[ApiRoute(verb: 'PUT', url: '/api/v1/admin/settings')]
    public function settings(array $settings): DataResponse
    {
        return $this->answer(function () use ($settings): array {
            $this->organisation->set(self::texts($settings, Organisation::catalogue()));
            return $this->organisation->shown();
        });
    }

    /**
     * Changes what holds for links that say nothing themselves, and what links may not change.
     *
     * @param array<string, string> $settings texts by name; “default” takes one back
     * @param list<string> $enforce names of settings that links may not change
     * @param list<string> $release names of settings that they may change again
     */
    #[AuthorizedAdminSetting(settings: Admin::class)]
    #[ApiRoute(verb: 'PUT', url: '/api/v1/admin/defaults')]
    public function defaults(array $settings = [], array $enforce = [], array $release = []): DataResponse
    {
        return $this->answer(function () use ($settings, $enforce, $release): array {
            $this->settings->setOrganisation(self::texts($settings, Catalogue::all()), self::names($enforce), self::names($release));
            return $this->settings->organisation();
        });
    }

    /**
     * Says whether servers that are not allowed by name are forbidden.
     */
    #[AuthorizedAdminSetting(settings: Admin::class)]
    #[ApiRoute(verb: 'PUT', url: '/api/v1/admin/servers')]
    public function allowed(bool $only): DataResponse
    {
        return $this->answer(function () use ($only): array {
            $this->servers->setOnlyAllowed($only);
            return $this->servers->shown();
        });
    }

    /**
     * Changes what is said of a server.
     *
     * @param string $host such as mail.example.org or *.example.org
     * @param array<string, bool|string|int|null> $changes allowed, insecure, old_tls, ca_file (path of a PEM file on this machine), pin
     *     (SHA-256 of a certificate), requests, mailbox_requests; null takes one back
     */
    #[AuthorizedAdminSetting(settings: Admin::class)]
    #[ApiRoute(verb: 'POST', url: '/api/v1/admin/servers')]
    public function server(string $host, array $changes): DataResponse
    {
        return $this->answer(function () use ($host, $changes): array {
            foreach ($changes as $name => $value) {
                if (!isset(self::SERVER[$name]) || ($value !== null && get_debug_type($value) !== self::SERVER[$name])) {
                    throw new Failure('configuration', "“{$name}” is not set like that; the documentation names what there is.");
                }
            }
            $this->servers->set($host, $changes);
            return $this->servers->shown();
        });
    }

    /**
     * Sets the application for OAuth. Its secret and key are stored encrypted and never answered.
     *
     * @param array<string, string> $settings cloud, tenant, client_id, authorization_url, token_url, resource; and secret, or
     *     certificate and key in PEM; what is not named stays
     */
    #[AuthorizedAdminSetting(settings: Admin::class)]
    #[ApiRoute(verb: 'PUT', url: '/api/v1/admin/oauth')]
    public function register(#[SensitiveParameter] array $settings): DataResponse
    {
        return $this->answer(function () use ($settings): object {
            $known = array_intersect_key(array_filter($settings, is_string(...)), array_flip(self::OAUTH));
            $this->registration->change(array_map(trim(...), $known));
            return (object)$this->registration->shown();
        });
    }

    /**
     * Forgets the application, its secret and its certificate.
     */
    #[AuthorizedAdminSetting(settings: Admin::class)]
    #[ApiRoute(verb: 'DELETE', url: '/api/v1/admin/oauth')]
    public function unregister(): DataResponse
    {
        return $this->answer(function (): object {
            $this->registration->remove();
            return (object)$this->registration->shown();
        });
    }

    /**
     * Tries the application out: asks the provider for a token.
     */
    #[AuthorizedAdminSetting(settings: Admin::class)]
    #[UserRateLimit(limit: 30, period: 300)]
    #[ApiRoute(verb: 'POST', url: '/api/v1/admin/oauth/trial')]
    public function trial(): DataResponse
    {
        return $this->answer($this->trial->run(...));
    }

    /**
     * @param array<mixed> $given
     * @param array<string, mixed> $known
     * @return array<string, string>
     */
    private static function texts(array $given, array $known): array
    {
        $texts = [];
        foreach ($given as $name => $value) {
            if (!isset($known[$name]) || !(is_string($value) || is_int($value) || is_array($value))) {
                throw new Failure('configuration', "There is no setting “{$name}” that can be set like that.");
            }
            $texts[$name] = is_array($value) ? json_encode($value, JSON_THROW_ON_ERROR) : (string)$value;
        }
        return $texts;
    }

    /**
     * @param array<mixed> $given
     * @return list<string>
     */
    private static function names(array $given): array
    {
        return array_values(array_filter($given, is_string(...)));
    }
}
