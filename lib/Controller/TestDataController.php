<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Controller;

use OCA\IntegrationExchange\Language\Phrasebook;
use OCA\IntegrationExchange\Service\Belongings;
use OCA\IntegrationExchange\Service\Standing;
use OCA\IntegrationExchange\Service\TestData;
use OCP\AppFramework\Http\Attribute\ApiRoute;
use OCP\AppFramework\Http\Attribute\NoAdminRequired;
use OCP\AppFramework\Http\Attribute\UserRateLimit;
use OCP\AppFramework\Http\DataResponse;
use OCP\IRequest;

/**
 * Collections and folders to try the synchronisation with.
 */
final class TestDataController extends Base
{
    public function __construct(
        IRequest $request,
        Phrasebook $phrases,
        private readonly Belongings $mine,
        private readonly TestData $data,
        private readonly Standing $standing,
    ) {
        parent::__construct($request, $phrases);
    }

    #[NoAdminRequired]
    #[UserRateLimit(limit: 20, period: 300)]
    #[ApiRoute(verb: 'POST', url: '/api/v1/accounts/{account}/test-data')]
    public function create(int $account): DataResponse
    {
        return $this->answer(fn (): array => $this->standing->of($this->data->create($this->mine->account($account))));
    }

    #[NoAdminRequired]
    #[UserRateLimit(limit: 20, period: 300)]
    #[ApiRoute(verb: 'DELETE', url: '/api/v1/accounts/{account}/test-data')]
    public function delete(int $account): DataResponse
    {
        return $this->answer(function () use ($account): array {
            $this->data->delete($this->mine->account($account));
            return [];
        });
    }
}
