<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Native;

/**
 * How the extension is reached from this PHP.
 */
enum Way
{
    /** It is loaded. */
    case Here;
    /** Another PHP, which loads it, is started for each call. */
    case Elsewhere;
    case Nowhere;
}
