<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Controller;

use OCA\IntegrationExchange\AppInfo\Application;
use OCA\IntegrationExchange\Db\Inventory;
use OCA\IntegrationExchange\Service\Register;
use OCA\IntegrationExchange\Settings\Admin;
use OCP\AppFramework\Controller;
use OCP\AppFramework\Http\Attribute\AuthorizedAdminSetting;
use OCP\AppFramework\Http\Attribute\FrontpageRoute;
use OCP\AppFramework\Http\Attribute\NoCSRFRequired;
use OCP\AppFramework\Http\DataDownloadResponse;
use OCP\IRequest;

/**
 * What the administration page offers for download.
 */
final class FileController extends Controller
{
    public function __construct(IRequest $request, private readonly Register $register)
    {
        parent::__construct(Application::APP_ID, $request);
    }

    /**
     * All accounts with their links. It only reads, so a plain link leads to it.
     *
     * @param string $state one of Inventory::STATES; anything else: all
     */
    #[AuthorizedAdminSetting(settings: Admin::class)]
    #[NoCSRFRequired]
    #[FrontpageRoute(verb: 'GET', url: '/admin/links.csv')]
    public function links(string $search = '', string $state = ''): DataDownloadResponse
    {
        $state = in_array($state, Inventory::STATES, true) ? $state : '';
        $text = implode('', [...$this->register->csv($search, $state)]);
        return new DataDownloadResponse($text, 'exchange-links.csv', 'text/csv; charset=utf-8');
    }
}
