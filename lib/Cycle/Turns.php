<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Cycle;

/**
 * Which of the waiting links starts next. A server that is slow, or an account with many links, holds back nobody else's: an
 * account has few cycles at a time, and a server gets another one only while it has fewer than are free. So one server alone
 * takes half of all places, the next one half of the rest, and so on.
 */
final class Turns
{
    /** Cycles of one account at a time; more would wait for each other (a mailbox answers three requests at once). */
    private const OF_ACCOUNT = 4;

    /** @var array<string, array<int, list<int>>> links by server and account, those whose turn comes first at the front */
    private array $waiting = [];
    /** @var array<int, array{server: string, account: int}> by link */
    private array $running = [];

    /**
     * @param list<array{link: int, account: int, server: string}> $links in the order in which they have waited
     * @param int $most cycles at a time
     */
    public function __construct(array $links, public readonly int $most)
    {
        foreach ($links as ['link' => $link, 'account' => $account, 'server' => $server]) {
            $this->waiting[$server][$account][] = $link;
        }
    }

    /**
     * The link that starts now, or null while none may.
     */
    public function next(): ?int
    {
        foreach ($this->waiting as $server => $accounts) {
            $server = (string)$server;
            if (!$this->mayStart($server)) {
                continue;
            }
            foreach ($accounts as $account => $links) {
                if ($this->count('account', $account) < self::OF_ACCOUNT) {
                    return $this->start($server, $account, $links);
                }
            }
        }
        return null;
    }

    public function ended(int $link): void
    {
        unset($this->running[$link]);
    }

    private function mayStart(string $server): bool
    {
        return $this->count('server', $server) < $this->most - count($this->running);
    }

    private function count(string $of, string|int $name): int
    {
        return count(array_keys(array_column($this->running, $of), $name, true));
    }

    /**
     * @param non-empty-list<int> $links
     */
    private function start(string $server, int $account, array $links): int
    {
        $link = array_shift($links);
        $accounts = $this->waiting[$server];
        // To the end of the line: the next turn is another's.
        unset($this->waiting[$server], $accounts[$account]);
        $accounts += $links === [] ? [] : [$account => $links];
        $this->waiting += $accounts === [] ? [] : [$server => $accounts];
        $this->running[$link] = ['server' => $server, 'account' => $account];
        return $link;
    }
}
