<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Controller;

use OCA\IntegrationExchange\AppInfo\Application;
use OCA\IntegrationExchange\Failure;
use OCA\IntegrationExchange\Language\Phrasebook;
use OCA\IntegrationExchange\OAuth\Authorization;
use OCA\IntegrationExchange\OAuth\Registration;
use OCA\IntegrationExchange\Service\Accounts;
use OCP\AppFramework\Controller;
use OCP\AppFramework\Http;
use OCP\AppFramework\Http\Attribute\FrontpageRoute;
use OCP\AppFramework\Http\Attribute\NoAdminRequired;
use OCP\AppFramework\Http\Attribute\NoCSRFRequired;
use OCP\AppFramework\Http\Attribute\UserRateLimit;
use OCP\AppFramework\Http\Attribute\UseSession;
use OCP\AppFramework\Http\TemplateResponse;
use OCP\IL10N;
use OCP\IRequest;
use OCP\IUserSession;
use OCP\Util;

/**
 * A person connects their mailbox with the sign-in of their organisation, in a window that the settings page opens.
 */
final class OAuthController extends Controller
{
    public function __construct(
        IRequest $request,
        private readonly Authorization $authorization,
        private readonly Registration $registration,
        private readonly Accounts $accounts,
        private readonly IUserSession $users,
        private readonly IL10N $l,
        private readonly Phrasebook $phrases,
    ) {
        parent::__construct(Application::APP_ID, $request);
    }

    /**
     * The person comes back from the provider. The state proves that it is them: a form of another site cannot know it.
     */
    #[NoAdminRequired]
    #[NoCSRFRequired]
    #[UseSession]
    #[UserRateLimit(limit: 20, period: 300)]
    #[FrontpageRoute(verb: 'GET', url: '/oauth/return')]
    public function return(string $state = '', string $code = '', string $error = ''): TemplateResponse
    {
        try {
            [$address, $grant] = $this->authorization->finish($state, $code, $error);
            $user = (string)$this->users->getUser()?->getUID();
            $account = $this->accounts->addWithConsent($user, $address, $this->registration->application()->server(), $grant);
            $title = $this->l->t('Connected to %s.', [$account->getAddress()]);
            return $this->page($title, $this->l->t('You can close this window.'), Http::STATUS_OK);
        } catch (Failure $failure) {
            $sentence = $this->phrases->failure($failure)['message'];
            return $this->page($this->l->t('Not connected.'), $sentence, Http::STATUS_BAD_REQUEST);
        }
    }

    private function page(string $title, string $sentence, int $status): TemplateResponse
    {
        $words = ['title' => $title, 'sentence' => $sentence, 'connected' => $status === Http::STATUS_OK];
        Util::addScript(Application::APP_ID, 'dist/signed-in');
        $page = new TemplateResponse(Application::APP_ID, 'signed-in', $words, TemplateResponse::RENDER_AS_GUEST);
        $page->setStatus($status);
        $page->addHeader('Referrer-Policy', 'no-referrer');
        $page->addHeader('Cache-Control', 'no-store');
        return $page;
    }
}
