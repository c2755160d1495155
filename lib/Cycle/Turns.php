<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Cycle;

/**
 * Which of the waiting links starts next. A server that is slow, or an account with many links, holds back nobody else's: an
 * account has few cycles at a time, and a server gets another one only while it has fewer than are free. So one server alone
 * takes half of all places, the next one half of the rest, and so on.
 *
 * @phpstan-type Place array{link: int, account: int, server: string}
 */
final class Turns
{
    /** Cycles of one account at a time; more would wait for each other (a mailbox answers three requests at once). */
    private const OF_ACCOUNT = 4;

    /** @var array<string, array<int, list<int>>> links by server and account, those whose turn comes first at the front */
    private array $waiting = [];
    /** @var array<int, true> the same links */
    private array $inLine = [];
    /** @var array<int, Place> by link */
    private array $running = [];
    /** @var array<int, Place> links of which something became known after their cycle had begun */
    private array $again = [];

    /**
     * @param list<Place> $links in the order in which they have waited
     * @param int $most cycles at a time
     */
    public function __construct(array $links, public int $most)
    {
        foreach ($links as $link) {
            $this->add($link);
        }
    }

    /**
     * A link is due. It waits once, however often it is added; one that runs has another turn when it has ended.
     *
     * @param Place $place
     */
    public function add(array $place): void
    {
        ['link' => $link, 'account' => $account, 'server' => $server] = $place;
        if (isset($this->running[$link])) {
            $this->again[$link] = $place;
        } elseif (!isset($this->inLine[$link])) {
            $this->inLine[$link] = true;
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
        if (isset($this->again[$link])) {
            $place = $this->again[$link];
            unset($this->again[$link]);
            $this->add($place);
        }
    }

    /**
     * @return list<int> links that run, of one account or of all
     */
    public function running(?int $account = null): array
    {
        $of = static fn (array $place): bool => $account === null || $place['account'] === $account;
        return array_keys(array_filter($this->running, $of));
    }

    /**
     * An account's links are not to run any more: they leave the line.
     */
    public function drop(int $account): void
    {
        foreach ($this->waiting as $server => $accounts) {
            foreach ($accounts[$account] ?? [] as $link) {
                unset($this->inLine[$link]);
            }
            unset($this->waiting[$server][$account]);
            if ($this->waiting[$server] === []) {
                unset($this->waiting[$server]);
            }
        }
        $this->again = array_filter($this->again, static fn (array $place): bool => $place['account'] !== $account);
    }

    /**
     * Whether a link will have a turn.
     */
    public function waits(int $link): bool
    {
        return isset($this->inLine[$link]) || isset($this->again[$link]);
    }

    /**
     * @return Place|null where a link that runs belongs
     */
    public function place(int $link): ?array
    {
        return $this->running[$link] ?? null;
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
        unset($this->waiting[$server], $accounts[$account], $this->inLine[$link]);
        $accounts += $links === [] ? [] : [$account => $links];
        $this->waiting += $accounts === [] ? [] : [$server => $accounts];
        $this->running[$link] = ['link' => $link, 'account' => $account, 'server' => $server];
        return $link;
    }
}
