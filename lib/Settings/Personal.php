<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Settings;

use OCA\IntegrationExchange\AppInfo\Application;
use OCP\AppFramework\Http\TemplateResponse;
use OCP\Settings\ISettings;
use OCP\Util;

/**
 * Settings → Connected accounts: the page of js/src/personal.
 */
final class Personal implements ISettings
{
    public function getForm(): TemplateResponse
    {
        Util::addScript(Application::APP_ID, 'dist/personal');
        return new TemplateResponse(Application::APP_ID, 'settings', ['page' => 'personal'], TemplateResponse::RENDER_AS_BLANK);
    }

    public function getSection(): string
    {
        return ConnectedAccounts::ID;
    }

    public function getPriority(): int
    {
        return 20;
    }
}
