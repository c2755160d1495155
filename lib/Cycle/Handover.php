<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Cycle;

use Closure;
use OCA\IntegrationExchange\Db\Link;
use OCA\IntegrationExchange\Db\LinkMapper;
use OCA\IntegrationExchange\Failure;
use OCA\IntegrationExchange\Native\Elsewhere;
use Psr\Container\ContainerInterface;

/**
 * A run that another PHP does, which has the extension: what goes there and what comes back.
 */
final class Handover
{
    public function __construct(
        private readonly Elsewhere $elsewhere,
        private readonly LinkMapper $links,
        private readonly ContainerInterface $container,
    ) {
    }

    /**
     * Hands over; the same as Synchronisation::run() does here.
     *
     * @param list<int> $links
     * @param Closure(Link, array<string, mixed>): void|null $progress
     * @param Closure(): bool|null $goOn
     * @return array<int, Result>
     * @throws Failure
     */
    public function give(array $links, Options $options, ?Closure $progress, ?Closure $goOn): array
    {
        $known = [];
        $report = $progress === null ? null : function (array $told) use (&$known, $progress): void {
            $link = $known[$told['link']] ??= $this->links->find($told['link']);
            if ($link !== null) {
                $progress($link, $told['report']);
            }
        };
        $errand = ['synchronise' => $links, 'options' => get_object_vars($options), 'reports' => $progress !== null];
        $results = array_map(
            static fn (array $result): Result => new Result(...$result),
            $this->elsewhere->run($errand, $report, $goOn)
        );
        return array_column($results, null, 'link');
    }

    /**
     * Takes over what give() sent.
     *
     * @param array<string, mixed> $errand
     * @param Closure(array<string, mixed>): void $tell
     * @param Closure(): bool $goOn
     * @return list<array<string, mixed>>
     */
    public function take(array $errand, Closure $tell, Closure $goOn): array
    {
        $links = array_map(intval(...), $errand['synchronise'] ?? []);
        $report = static fn (Link $link, array $report) => $tell(['link' => $link->getId(), 'report' => $report]);
        // Not injected: a Synchronisation itself has this.
        $results = $this->container->get(Synchronisation::class)
            ->run($links, new Options(...($errand['options'] ?? [])), ($errand['reports'] ?? false) ? $report : null, $goOn);
        return array_values(array_map(get_object_vars(...), $results));
    }
}
