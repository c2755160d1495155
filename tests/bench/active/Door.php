<?php

// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace Exchange\Tests\Active;

/** A way into Nextcloud by which objects are read and written. */
interface Door
{
    /** @return string|null null where there is no such object */
    public function get(Person $person, string $kind, string $uri): ?string;

    public function put(Person $person, string $kind, string $uri, string $text): void;

    public function delete(Person $person, string $kind, string $uri): void;
}
