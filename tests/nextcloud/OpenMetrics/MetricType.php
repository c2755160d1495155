<?php

declare(strict_types=1);

namespace OCP\OpenMetrics;

/**
 * As Nextcloud 33 has it by its documentation, for tests on one that does not bring it yet.
 */
enum MetricType
{
    case counter;
    case gauge;
    case unknown;
}
