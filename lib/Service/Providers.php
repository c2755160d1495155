<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Service;

use OCA\IntegrationExchange\Failure;
use OCA\IntegrationExchange\OAuth\Registration;
use OCA\IntegrationExchange\Setting\Organisation;

/**
 * What people may choose from when they connect.
 */
final class Providers
{
    public function __construct(private readonly Organisation $organisation, private readonly Registration $registration)
    {
    }

    /**
     * @return list<array{id: string, server: ?string}> ids of Setting\Organisation::PROVIDERS; a server only with “server”
     */
    public function offered(): array
    {
        $offered = [];
        foreach ($this->organisation->get('providers') as $id) {
            if ($id !== 'oauth' || $this->registration->exists()) {
                $offered[] = ['id' => $id, 'server' => $id === 'server' ? $this->organisation->get('server') : null];
            }
        }
        return $offered;
    }

    /**
     * @throws Failure where people may not choose this
     */
    public function need(string $id): void
    {
        if (!in_array($id, array_column($this->offered(), 'id'), true)) {
            throw new Failure(Admission::REFUSED, 'Your organisation does not offer this way to connect; choose another one.');
        }
    }
}
