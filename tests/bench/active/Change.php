<?php

// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace Exchange\Tests\Active;

/** A change that somebody made on one side. */
final class Change
{
    public readonly float $began;

    /**
     * @param ?string $title what the object is called from now on; null: it is deleted
     * @param ?string $uri the object's in Nextcloud, where it has one already
     */
    public function __construct(
        public readonly Person $person,
        public readonly string $kind,
        public readonly string $name,
        public readonly bool $locally,
        public readonly ?string $title,
        public readonly ?string $uri,
        float $began,
    ) {
        $this->began = $began;
    }
}
