<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Controller;

use OCA\IntegrationExchange\Db\Link;
use OCA\IntegrationExchange\Failure;
use OCA\IntegrationExchange\Language\Phrasebook;
use OCA\IntegrationExchange\Service\Belongings;
use OCA\IntegrationExchange\Service\Decision;
use OCA\IntegrationExchange\Service\Links;
use OCA\IntegrationExchange\Service\Standing;
use OCA\IntegrationExchange\Service\Work;
use OCP\AppFramework\Http\Attribute\ApiRoute;
use OCP\AppFramework\Http\Attribute\NoAdminRequired;
use OCP\AppFramework\Http\Attribute\UserRateLimit;
use OCP\AppFramework\Http\DataResponse;
use OCP\IRequest;

/**
 * What takes time (Service\Work). The answers are the link as it is right after the start.
 */
final class WorkController extends Base
{
    public function __construct(
        IRequest $request,
        Phrasebook $phrases,
        private readonly Belongings $mine,
        private readonly Links $links,
        private readonly Decision $decision,
        private readonly Work $work,
        private readonly Standing $standing,
    ) {
        parent::__construct($request, $phrases);
    }

    /**
     * A dry run: what a cycle would do.
     */
    #[NoAdminRequired]
    #[UserRateLimit(limit: 120, period: 300)]
    #[ApiRoute(verb: 'POST', url: '/api/v1/links/{link}/rehearsal')]
    public function rehearse(int $link): DataResponse
    {
        return $this->answer(function () use ($link): array {
            $known = $this->mine->link($link);
            $this->work->rehearse($known);
            return $this->standing->details($this->mine->link($link));
        });
    }

    /**
     * The person has seen what would happen and wants it: the link takes part from now on.
     */
    #[NoAdminRequired]
    #[UserRateLimit(limit: 120, period: 300)]
    #[ApiRoute(verb: 'POST', url: '/api/v1/links/{link}/confirmation')]
    public function confirm(int $link): DataResponse
    {
        return $this->answer(function () use ($link): array {
            $known = $this->mine->link($link);
            if ($known->getError() === 'unconfirmed') {
                $this->links->release($known);
            }
            return $this->synchroniseNow($known);
        });
    }

    #[NoAdminRequired]
    #[UserRateLimit(limit: 120, period: 300)]
    #[ApiRoute(verb: 'POST', url: '/api/v1/links/{link}/synchronisation')]
    public function synchronise(int $link): DataResponse
    {
        return $this->answer(function () use ($link): array {
            $known = $this->mine->link($link);
            if ($known->getError() === 'unconfirmed') {
                throw new Failure('configuration', 'This folder is not switched on yet. Look at what would happen, and switch it on.');
            }
            return $this->synchroniseNow($known);
        });
    }

    /**
     * What was set aside is tried again.
     *
     * @param string $item key or uri of one; nothing: all
     */
    #[NoAdminRequired]
    #[UserRateLimit(limit: 120, period: 300)]
    #[ApiRoute(verb: 'POST', url: '/api/v1/links/{link}/retry')]
    public function retry(int $link, string $item = ''): DataResponse
    {
        return $this->answer(function () use ($link, $item): array {
            $known = $this->mine->link($link);
            $this->decision->retry($known, $item === '' ? null : $item);
            return $this->synchroniseNow($known);
        });
    }

    /**
     * Goes on after the brake.
     *
     * @param bool $restore brings back what is gone, in place of deleting it on the other side
     */
    #[NoAdminRequired]
    #[UserRateLimit(limit: 120, period: 300)]
    #[ApiRoute(verb: 'POST', url: '/api/v1/links/{link}/decision')]
    public function decide(int $link, bool $restore): DataResponse
    {
        return $this->answer(function () use ($link, $restore): array {
            $known = $this->mine->link($link);
            $this->work->decide($known, $restore);
            return $this->standing->details($this->mine->link($link));
        });
    }

    /**
     * @return array<string, mixed>
     */
    private function synchroniseNow(Link $link): array
    {
        $this->work->synchronise($link);
        return $this->standing->details($this->mine->link($link->getId()));
    }
}
