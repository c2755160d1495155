<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Settings;

use OCA\IntegrationExchange\AppInfo\Application;
use OCA\IntegrationExchange\Language\Phrasebook;
use OCA\IntegrationExchange\Service\Admission;
use OCA\IntegrationExchange\Service\Belongings;
use OCA\IntegrationExchange\Service\Providers;
use OCP\AppFramework\Http\TemplateResponse;
use OCP\AppFramework\Services\IInitialState;
use OCP\Settings\ISettings;
use OCP\Util;

/**
 * Settings → Connected accounts: the page of js/src/personal.
 */
final class Personal implements ISettings
{
    public function __construct(
        private readonly IInitialState $state,
        private readonly Providers $providers,
        private readonly Admission $admission,
        private readonly Belongings $mine,
        private readonly Phrasebook $phrases,
    ) {
    }

    public function getForm(): TemplateResponse
    {
        $this->state->provideInitialState('providers', $this->providers->offered());
        $refusal = $this->phrases->say($this->admission->refusal($this->mine->user()));
        $this->state->provideInitialState('refusal', ['message' => $refusal]);
        Util::addScript(Application::APP_ID, 'dist/personal');
        return new TemplateResponse(Application::APP_ID, 'settings', ['page' => 'personal'], TemplateResponse::RENDER_AS_BLANK);
    }

    /**
     * @return string|null null: not for this person, who has no account either
     */
    public function getSection(): ?string
    {
        return $this->admission->admits($this->mine->user()) || $this->mine->accounts() !== [] ? ConnectedAccounts::ID : null;
    }

    public function getPriority(): int
    {
        return 20;
    }
}
