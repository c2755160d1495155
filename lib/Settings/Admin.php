<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Settings;

use OCA\IntegrationExchange\AppInfo\Application;
use OCP\AppFramework\Http\TemplateResponse;
use OCP\Settings\IDelegatedSettings;
use OCP\Util;

/**
 * Administration settings → Exchange: the page of js/src/admin. It can be delegated to a group.
 */
final class Admin implements IDelegatedSettings
{
    public function getForm(): TemplateResponse
    {
        Util::addScript(Application::APP_ID, 'dist/admin');
        return new TemplateResponse(Application::APP_ID, 'settings', ['page' => 'admin'], TemplateResponse::RENDER_AS_BLANK);
    }

    public function getSection(): string
    {
        return AdminSection::ID;
    }

    public function getPriority(): int
    {
        return 10;
    }

    public function getName(): ?string
    {
        return null;
    }

    public function getAuthorizedAppConfig(): array
    {
        // Everything is set by the API.
        return [];
    }
}
