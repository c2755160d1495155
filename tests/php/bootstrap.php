<?php

declare(strict_types=1);

/*
 * Tests that need no Nextcloud.
 */

const CHECKOUT = __DIR__ . '/../..';

require CHECKOUT . '/tests/exchange/php/StandIn.php';
require __DIR__ . '/Objects.php';
require __DIR__ . '/PhpTexts.php';
require __DIR__ . '/Sentences.php';
require __DIR__ . '/Extension/MemoryHost.php';
require CHECKOUT . '/lib/Cycle/Turns.php';
require CHECKOUT . '/lib/Installation/Php.php';
require CHECKOUT . '/lib/Installation/Library.php';
