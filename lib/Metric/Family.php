<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Metric;

/**
 * A number that is watched over time, in the terms of OpenMetrics.
 */
final class Family
{
    public const GAUGE = 'gauge';
    public const COUNTER = 'counter';

    /**
     * @param string $name without a prefix, and without `_total`
     * @param list<array{array<string, string>, int}> $samples labels and value
     */
    public function __construct(
        public readonly string $name,
        public readonly string $type,
        public readonly string $help,
        public readonly array $samples,
    ) {
    }

    /**
     * As OpenMetrics 1.0 writes it.
     */
    public function text(): string
    {
        $name = "nextcloud_$this->name";
        $text = "# TYPE $name $this->type\n# HELP $name $this->help\n";
        $suffix = $this->type === self::COUNTER ? '_total' : '';
        foreach ($this->samples as [$labels, $value]) {
            $pairs = array_map(
                static fn (string $label, string $of): string => "$label=\"" . addcslashes($of, "\\\"\n") . '"',
                array_keys($labels),
                $labels
            );
            $text .= $name . $suffix . ($pairs === [] ? '' : '{' . implode(',', $pairs) . '}') . " $value\n";
        }
        return $text;
    }
}
