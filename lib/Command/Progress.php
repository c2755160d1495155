<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Command;

use OCA\IntegrationExchange\Db\Link;
use Symfony\Component\Console\Helper\ProgressBar;
use Symfony\Component\Console\Output\OutputInterface;

/**
 * One bar for the items of all links of a run, on stderr so that stdout stays clean.
 */
final class Progress
{
    private readonly ProgressBar $bar;
    /** @var array<int, array{seen: int, total: int, done: bool}> */
    private array $links = [];

    public function __construct(
        private readonly OutputInterface $stderr,
        private readonly bool $visible,
        private readonly int $count,
    ) {
        ProgressBar::setFormatDefinition('exchange', ' %current%/%max% items [%bar%] %percent:3s%% %elapsed:6s% %message%');
        $this->bar = new ProgressBar($stderr);
        $this->bar->setFormat('exchange');
        $this->bar->setMessage("0 of $count links done");
        if ($visible) {
            $this->bar->start();
        }
    }

    /**
     * @param array<string, mixed> $report
     */
    public function report(Link $link, array $report): void
    {
        $this->links[$link->getId()] = [
            'seen' => (int)($report['seen'] ?? 0),
            'total' => (int)($report['total'] ?? 0),
            'done' => (bool)($report['done'] ?? false),
        ];
        if (!$this->visible) {
            return;
        }
        $done = count(array_filter(array_column($this->links, 'done')));
        $this->bar->setMessage("$done of $this->count links done");
        $seen = array_sum(array_column($this->links, 'seen'));
        $this->bar->setMaxSteps(max($seen, array_sum(array_column($this->links, 'total'))));
        $this->bar->setProgress($seen);
    }

    public function finish(): void
    {
        if ($this->visible) {
            $this->stderr->isDecorated() ? $this->bar->clear() : $this->stderr->writeln('');
        }
    }
}
