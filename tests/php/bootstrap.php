<?php

declare(strict_types=1);

/*
 * Tests that need no Nextcloud.
 */

const CHECKOUT = __DIR__ . '/../..';
