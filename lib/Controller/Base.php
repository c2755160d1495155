<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Controller;

use Closure;
use OCA\IntegrationExchange\AppInfo\Application;
use OCA\IntegrationExchange\Failure;
use OCA\IntegrationExchange\Language\Phrasebook;
use OCP\AppFramework\Http;
use OCP\AppFramework\Http\DataResponse;
use OCP\AppFramework\OCSController;
use OCP\IRequest;

/**
 * What the routes of the API have in common: a failure is answered with its kind and its sentence (openapi.json, Failure).
 */
abstract class Base extends OCSController
{
    private const STATUS = ['missing' => Http::STATUS_NOT_FOUND, 'busy' => Http::STATUS_CONFLICT];

    public function __construct(IRequest $request, protected readonly Phrasebook $phrases)
    {
        parent::__construct(Application::APP_ID, $request);
    }

    /**
     * @param Closure(): mixed $work its result is the answer
     */
    protected function answer(Closure $work): DataResponse
    {
        try {
            return new DataResponse($work());
        } catch (Failure $failure) {
            $status = self::STATUS[$failure->kind] ?? Http::STATUS_BAD_REQUEST;
            return new DataResponse($this->phrases->failure($failure), $status);
        }
    }
}
