<?php

// SPDX-License-Identifier: AGPL-3.0-or-later
//
// What the proofs of active mode have in common.

declare(strict_types=1);

require __DIR__ . '/../inside.php';
$classes = [
    'Person', 'Crowd', 'Door', 'Backend', 'Http', 'Change', 'Sides', 'Editor', 'Worker', 'Quiet', 'Soak', 'Delays', 'Host', 'Hosts',
];
foreach ($classes as $class) {
    require_once __DIR__ . "/$class.php";
}

function now(): float
{
    return hrtime(true) / 1e9;
}
