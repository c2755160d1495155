<?php

// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

spl_autoload_register(static function (string $class): void {
    if (str_starts_with($class, 'Vdir\\')) {
        require __DIR__ . '/' . substr($class, 5) . '.php';
    }
});

if (!extension_loaded('exchange')) {
    fwrite(STDERR, "The PHP extension “exchange” is not loaded. Build it with “make build” and run this with"
        . " php -d extension=target/release/libexchange.so.\n");
    exit(1);
}
