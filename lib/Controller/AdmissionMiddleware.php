<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Controller;

use Exception;
use OCA\IntegrationExchange\Db\AccountMapper;
use OCA\IntegrationExchange\Failure;
use OCA\IntegrationExchange\Language\Phrasebook;
use OCA\IntegrationExchange\Service\Admission;
use OCP\AppFramework\Controller;
use OCP\AppFramework\Http;
use OCP\AppFramework\Http\Attribute\NoAdminRequired;
use OCP\AppFramework\Http\DataResponse;
use OCP\AppFramework\Http\JSONResponse;
use OCP\AppFramework\Http\Response;
use OCP\AppFramework\Middleware;
use OCP\AppFramework\OCSController;
use OCP\IRequest;
use OCP\IUserSession;
use ReflectionMethod;

/**
 * Whom the administrator does not let use the app is refused on every route for people. Who has an account from before may still
 * see why it stands still, and disconnect it.
 */
final class AdmissionMiddleware extends Middleware
{
    public function __construct(
        private readonly IRequest $request,
        private readonly IUserSession $session,
        private readonly Admission $admission,
        private readonly AccountMapper $accounts,
        private readonly Phrasebook $phrases,
    ) {
    }

    /**
     * @throws Failure
     */
    public function beforeController(Controller $controller, string $methodName)
    {
        $user = $this->session->getUser()?->getUID();
        $forPeople = (new ReflectionMethod($controller, $methodName))->getAttributes(NoAdminRequired::class) !== [];
        if ($user === null || !$forPeople || $this->admission->admits($user)) {
            return;
        }
        if (!in_array($this->request->getMethod(), ['GET', 'DELETE'], true) || $this->accounts->list($user) === []) {
            $this->admission->need($user);
        }
    }

    public function afterException(Controller $controller, string $methodName, Exception $exception): Response
    {
        if (!$exception instanceof Failure) {
            throw $exception;
        }
        $said = $this->phrases->failure($exception);
        return $controller instanceof OCSController
            ? $controller->buildResponse(new DataResponse($said, Http::STATUS_BAD_REQUEST), $this->request->getFormat() ?? 'xml')
            : new JSONResponse($said, Http::STATUS_BAD_REQUEST);
    }
}
