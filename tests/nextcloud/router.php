<?php

// For PHP's own web server: the app lies outside of the Nextcloud tree, so its files are served from where the instance has them.

declare(strict_types=1);

$path = rawurldecode((string)parse_url((string)$_SERVER['REQUEST_URI'], PHP_URL_PATH));
if (!str_starts_with($path, '/more-apps/') || str_contains($path, '..')) {
    return false;
}
$file = dirname((string)getenv('NEXTCLOUD_CONFIG_DIR')) . '/apps/' . substr($path, 11);
if (!is_file($file)) {
    http_response_code(404);
    return true;
}
$types = [
    'mjs' => 'text/javascript', 'js' => 'text/javascript', 'css' => 'text/css', 'svg' => 'image/svg+xml'
];
header('Content-Type: ' . ($types[pathinfo($file, PATHINFO_EXTENSION)] ?? 'application/octet-stream'));
readfile($file);
return true;
