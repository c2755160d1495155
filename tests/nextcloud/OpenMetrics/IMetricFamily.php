<?php

declare(strict_types=1);

namespace OCP\OpenMetrics;

use Generator;

/**
 * As Nextcloud 33 has it by its documentation, for tests on one that does not bring it yet.
 */
interface IMetricFamily
{
    public function name(): string;

    public function type(): MetricType;

    public function unit(): string;

    public function help(): string;

    public function metrics(): Generator;
}
