<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Controller;

use OCA\IntegrationExchange\Installation\Installer;
use OCA\IntegrationExchange\Installation\Step;
use OCA\IntegrationExchange\Language\Phrasebook;
use OCA\IntegrationExchange\OAuth\Registration;
use OCA\IntegrationExchange\Service\Checks;
use OCA\IntegrationExchange\Service\Register;
use OCA\IntegrationExchange\Service\Servers;
use OCA\IntegrationExchange\Service\Staff;
use OCA\IntegrationExchange\Service\Surroundings;
use OCA\IntegrationExchange\Setting\Organisation;
use OCA\IntegrationExchange\Setting\Settings;
use OCA\IntegrationExchange\Settings\Admin;
use OCP\AppFramework\Http\Attribute\ApiRoute;
use OCP\AppFramework\Http\Attribute\AuthorizedAdminSetting;
use OCP\AppFramework\Http\DataResponse;
use OCP\IGroup;
use OCP\IGroupManager;
use OCP\IRequest;

/**
 * What the administration page shows.
 */
final class AdministrationController extends Base
{
    private const GROUPS = 20;

    public function __construct(
        IRequest $request,
        Phrasebook $phrases,
        private readonly Organisation $organisation,
        private readonly Settings $settings,
        private readonly Servers $servers,
        private readonly Registration $registration,
        private readonly Surroundings $surroundings,
        private readonly Checks $checks,
        private readonly Register $register,
        private readonly Installer $installer,
        private readonly IGroupManager $groups,
        private readonly Staff $staff,
    ) {
        parent::__construct($request, $phrases);
    }

    /**
     * All that is set, and what is not all right.
     */
    #[AuthorizedAdminSetting(settings: Admin::class)]
    #[ApiRoute(verb: 'GET', url: '/api/v1/admin')]
    public function show(): DataResponse
    {
        return $this->answer(fn (): array => [
            'problems' => $this->checks->problems(),
            'settings' => $this->organisation->shown(),
            'defaults' => $this->settings->organisation(),
            'servers' => $this->servers->shown(),
            'oauth' => (object)$this->registration->shown(),
            'surroundings' => $this->surroundings->shown(),
        ]);
    }

    /**
     * The PHPs of this machine, whether they load the extension, and the lines that make them.
     */
    #[AuthorizedAdminSetting(settings: Admin::class)]
    #[ApiRoute(verb: 'GET', url: '/api/v1/admin/extension')]
    public function extension(): DataResponse
    {
        return $this->answer(fn (): array => array_map(
            fn (Step $step): array => ['name' => $step->place->name()] + $this->phrases->row($step->toArray(), 'message'),
            $this->installer->plan()
        ));
    }

    /**
     * The workers of active mode, and why there is none, where there ought to be one.
     */
    #[AuthorizedAdminSetting(settings: Admin::class)]
    #[ApiRoute(verb: 'GET', url: '/api/v1/admin/workers')]
    public function workers(): DataResponse
    {
        return $this->answer(fn (): array => [
            'problem' => $this->phrases->say($this->staff->problem()),
            'workers' => $this->staff->workers(),
        ]);
    }

    /**
     * Groups to choose from.
     *
     * @param string $search what they have in their names
     */
    #[AuthorizedAdminSetting(settings: Admin::class)]
    #[ApiRoute(verb: 'GET', url: '/api/v1/admin/groups')]
    public function groups(string $search = ''): DataResponse
    {
        return $this->answer(fn (): array => array_map(
            static fn (IGroup $group): array => ['id' => $group->getGID(), 'name' => $group->getDisplayName()],
            array_values($this->groups->search($search, self::GROUPS))
        ));
    }

    /**
     * A page of all accounts with their links.
     *
     * @param string $search text in user, address, server, folder or collection
     * @param string $state fine, waiting, failing, stopped, refused, barred or unlinked; empty: all
     * @param int $offset rows to leave out before
     * @param int $limit rows at most, up to 500
     */
    #[AuthorizedAdminSetting(settings: Admin::class)]
    #[ApiRoute(verb: 'GET', url: '/api/v1/admin/links')]
    public function links(string $search = '', string $state = '', int $offset = 0, int $limit = 50): DataResponse
    {
        return $this->answer(function () use ($search, $state, $offset, $limit): array {
            $page = $this->register->page($search, $state, $offset, $limit);
            $page['rows'] = array_map(fn (array $row): array => $this->phrases->row($row, 'message'), $page['rows']);
            return $page;
        });
    }
}
