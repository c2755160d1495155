<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\OpenMetrics;

use Generator;
use OCA\IntegrationExchange\Metric\Family;
use OCA\IntegrationExchange\Metric\Metrics;
use OCP\OpenMetrics\IMetricFamily;
use OCP\OpenMetrics\Metric;
use OCP\OpenMetrics\MetricType;

/**
 * A family of Metric\Metrics at Nextcloud's own endpoint (/metrics), which Nextcloud 33 brings. Older ones do not read the list of
 * these classes in info.xml and never load them.
 */
abstract class Base implements IMetricFamily
{
    /** Its name in Metric\Metrics. */
    protected const FAMILY = '';

    private ?Family $family = null;

    public function __construct(private readonly Metrics $metrics)
    {
    }

    public function name(): string
    {
        // Nextcloud writes samples by the name of the family, where those of a counter end in _total.
        return static::FAMILY . ($this->type() === MetricType::unknown ? '_total' : '');
    }

    public function type(): MetricType
    {
        return MetricType::gauge;
    }

    public function unit(): string
    {
        return '';
    }

    public function help(): string
    {
        return '';
    }

    public function metrics(): Generator
    {
        $this->family ??= $this->metrics->recent(static::FAMILY);
        foreach ($this->family->samples as [$labels, $value]) {
            yield new Metric($value, $labels);
        }
    }
}
