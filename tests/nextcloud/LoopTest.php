<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use OCA\IntegrationExchange\Failure;
use OCA\IntegrationExchange\Native\Loop;
use OCA\IntegrationExchange\Native\Watching;
use OCP\Server;
use PHPUnit\Framework\TestCase;

final class LoopTest extends TestCase
{
    public function testMailboxesThatTakeTheirTimeDoNotKeepTheWorkerFromItsOwnAffairs(): void
    {
        $work = new class implements Watching {
            /** @var list<int> how many were watched each time that the worker looked after its own affairs */
            public array $looks = [];
            private int $watched = 0;

            public function concurrency(): int
            {
                return 1;
            }

            public function goesOn(): bool
            {
                $this->looks[] = $this->watched;
                return $this->watched < 6;
            }

            public function watch(): ?int
            {
                usleep(600_000);
                return ++$this->watched <= 6 ? $this->watched : null;
            }

            public function next(): ?array
            {
                return null;
            }

            public function answer(int $link, string $kind, array $payload): ?array
            {
                return null;
            }

            public function fail(int $link, Failure $failure): void
            {
            }

            public function end(int $link, ?Failure $failure = null): void
            {
            }

            public function search(): ?array
            {
                return null;
            }

            public function unfound(int $account, Failure $failure): void
            {
            }

            public function hear(int $account, string $kind, array $payload): ?array
            {
                return null;
            }

            public function unwatched(int $account, Failure $failure): void
            {
            }
        };
        Server::get(Loop::class)->run($work);
        // Two of them take more than a second.
        foreach ($work->looks as $index => $watched) {
            self::assertLessThanOrEqual(2, $watched - ($work->looks[$index - 1] ?? 0));
        }
        self::assertGreaterThan(2, count($work->looks));
    }
}
