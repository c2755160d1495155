<?php

// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace Exchange\Tests\Active;

/** Somebody with a mailbox whose folders are linked to collections of their own. */
final class Person
{
    public const PASSWORD = 'Fixture-User-7';

    /**
     * @param string $address of the mailbox
     * @param string $user of Nextcloud; several people may be one
     * @param int $account
     * @param array<string, array{id: int, uri: string, link: int}> $collections by kind
     */
    public function __construct(
        public readonly string $address,
        public readonly string $user,
        public readonly int $account,
        public readonly array $collections,
    ) {
    }

    /** @return list<string> */
    public function kinds(): array
    {
        return array_keys($this->collections);
    }
}
