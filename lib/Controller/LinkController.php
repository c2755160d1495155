<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Controller;

use OCA\IntegrationExchange\Db\Link;
use OCA\IntegrationExchange\Failure;
use OCA\IntegrationExchange\Language\Phrasebook;
use OCA\IntegrationExchange\Local\Collection;
use OCA\IntegrationExchange\Local\Collections;
use OCA\IntegrationExchange\Service\Accounts;
use OCA\IntegrationExchange\Service\Belongings;
use OCA\IntegrationExchange\Service\Links;
use OCA\IntegrationExchange\Service\Standing;
use OCP\AppFramework\Http\Attribute\ApiRoute;
use OCP\AppFramework\Http\Attribute\NoAdminRequired;
use OCP\AppFramework\Http\Attribute\UserRateLimit;
use OCP\AppFramework\Http\DataResponse;
use OCP\IRequest;

/**
 * The links of the person who is logged in: what there are, and what they are.
 */
final class LinkController extends Base
{
    public function __construct(
        IRequest $request,
        Phrasebook $phrases,
        private readonly Belongings $mine,
        private readonly Accounts $accounts,
        private readonly Links $links,
        private readonly Collections $collections,
        private readonly Standing $standing,
    ) {
        parent::__construct($request, $phrases);
    }

    #[NoAdminRequired]
    #[ApiRoute(verb: 'GET', url: '/api/v1/links')]
    public function list(): DataResponse
    {
        return $this->answer(fn (): array => $this->standing->of($this->mine->links()));
    }

    /**
     * One link with its options, its last dry run, and what of it does not cross.
     */
    #[NoAdminRequired]
    #[ApiRoute(verb: 'GET', url: '/api/v1/links/{link}')]
    public function show(int $link): DataResponse
    {
        return $this->answer(fn (): array => $this->standing->details($this->mine->link($link)));
    }

    /**
     * The collections that a folder of this kind can be linked with.
     */
    #[NoAdminRequired]
    #[ApiRoute(verb: 'GET', url: '/api/v1/collections/{kind}', requirements: ['kind' => 'event|task|contact'])]
    public function collections(string $kind): DataResponse
    {
        return $this->answer(fn (): array => array_map(static fn (Collection $collection): array => [
            'uri' => $collection->uri, 'name' => $collection->name, 'writable' => $collection->writable,
        ], $this->collections->of($this->mine->user(), $kind)));
    }

    /**
     * Links a folder. Nothing is synchronised until it is confirmed (WorkController), so that a dry run can show first what
     * would happen.
     *
     * @param string $folder its id
     * @param string $of whose folder, as for the list of folders
     * @param string $name of a new collection; nothing: as the folder is called
     * @param string $collection uri of an existing one, in place of a new one
     */
    #[NoAdminRequired]
    #[UserRateLimit(limit: 120, period: 300)]
    #[ApiRoute(verb: 'POST', url: '/api/v1/accounts/{account}/links')]
    public function create(int $account, string $folder, string $of = '', string $name = '', string $collection = ''): DataResponse
    {
        return $this->answer(function () use ($account, $folder, $of, $name, $collection): array {
            $known = $this->mine->account($account);
            $folders = array_column($this->accounts->folders($known, $of === '' ? null : $of), null, 'id');
            $chosen = $folders[$folder] ?? throw new Failure('gone', 'This folder is not there any more. Load the page anew.');
            $wanted = $collection !== '' ? $collection : trim($name);
            $link = $this->links->link($known, $chosen, $wanted === '' ? null : $wanted, $collection === '', held: true);
            return $this->standing->details($link);
        });
    }

    /**
     * @param array<string, string> $options values by name; “default” takes one back
     */
    #[NoAdminRequired]
    #[ApiRoute(verb: 'PUT', url: '/api/v1/links/{link}/options')]
    public function options(int $link, array $options): DataResponse
    {
        return $this->answer(function () use ($link, $options): array {
            $known = $this->mine->link($link);
            $names = array_column($this->standing->details($known)['options'], 'name');
            foreach ($options as $name => $value) {
                if (!in_array($name, $names, true) || !is_string($value)) {
                    throw new Failure('configuration', "“{$name}” is no option of this link.");
                }
            }
            return $this->standing->details($this->links->set($known, $options));
        });
    }

    /**
     * @param bool $remove also removes from Nextcloud what is in step; it stays in Exchange
     */
    #[NoAdminRequired]
    #[ApiRoute(verb: 'DELETE', url: '/api/v1/links/{link}')]
    public function remove(int $link, bool $remove = false): DataResponse
    {
        return $this->answer(function () use ($link, $remove): array {
            $known = $this->mine->link($link);
            $remove ? $this->links->withdraw($known, $this->mine->user()) : $this->links->unlink($known);
            return [];
        });
    }
}
