<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Controller;

use OCA\IntegrationExchange\Db\Link;
use OCA\IntegrationExchange\Journal\History;
use OCA\IntegrationExchange\Language\Phrasebook;
use OCA\IntegrationExchange\Service\Belongings;
use OCA\IntegrationExchange\Service\Difference;
use OCA\IntegrationExchange\Service\Restore;
use OCA\IntegrationExchange\Service\Work;
use OCP\AppFramework\Http\Attribute\ApiRoute;
use OCP\AppFramework\Http\Attribute\NoAdminRequired;
use OCP\AppFramework\Http\DataResponse;
use OCP\IRequest;

/**
 * The kept versions of a person's objects: what synchronising overwrote, deleted, or lost in a conflict.
 */
final class HistoryController extends Base
{
    private const MOST = 500;

    public function __construct(
        IRequest $request,
        Phrasebook $phrases,
        private readonly Belongings $mine,
        private readonly History $history,
        private readonly Restore $restore,
        private readonly Work $work,
    ) {
        parent::__construct($request, $phrases);
    }

    /**
     * @param int|null $link of one link; nothing: of all that the person has
     */
    #[NoAdminRequired]
    #[ApiRoute(verb: 'GET', url: '/api/v1/history')]
    public function list(?int $link = null, int $limit = 50): DataResponse
    {
        return $this->answer(function () use ($link, $limit): array {
            $links = $link === null ? $this->mine->links() : [$this->mine->link($link)];
            $ids = array_map(static fn (Link $link): int => $link->getId(), $links);
            return array_map($this->shown(...), $this->history->list($ids, null, max(1, min(self::MOST, $limit))));
        });
    }

    /**
     * One version with its text, and how the object now differs from it.
     */
    #[NoAdminRequired]
    #[ApiRoute(verb: 'GET', url: '/api/v1/history/{version}')]
    public function show(int $version): DataResponse
    {
        return $this->answer(function () use ($version): array {
            $kept = $this->mine->version($version);
            $now = $this->restore->now($kept);
            return $this->shown($kept) + [
                'text' => $kept['text'],
                'exists' => $now !== null,
                'difference' => Difference::of($kept['text'], (string)$now),
            ];
        });
    }

    /**
     * Brings a version back. The next cycle, which is started, takes it to Exchange.
     */
    #[NoAdminRequired]
    #[ApiRoute(verb: 'POST', url: '/api/v1/history/{version}/restoration')]
    public function restore(int $version): DataResponse
    {
        return $this->answer(function () use ($version): array {
            $link = $this->mine->link($this->mine->version($version)['link']);
            $did = $this->restore->restore($version)['did'];
            $this->work->synchronise($link);
            return ['did' => $did];
        });
    }

    /**
     * @param array<string, mixed> $version
     * @return array{id: int, link: int, side: string, cause: string, title: ?string, reason: string, at: string}
     */
    private function shown(array $version): array
    {
        return ['at' => gmdate('Y-m-d\TH:i:s\Z', $version['at'])]
            + array_intersect_key($this->phrases->row($version, 'reason'), array_flip(['id', 'link', 'side', 'cause', 'title', 'reason']));
    }
}
