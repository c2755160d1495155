<?php

declare(strict_types=1);

namespace Exchange\Tests;

use OCA\IntegrationExchange\Cycle\Turns;
use PHPUnit\Framework\TestCase;

final class TurnsTest extends TestCase
{
    public function testOneServerAloneTakesHalfOfThePlaces(): void
    {
        $turns = new Turns(self::links('slow', 200), 128);
        self::assertCount(64, self::startAll($turns));
    }

    public function testServersThatNeverAnswerLeaveAPlaceForTheNextOne(): void
    {
        $links = [];
        foreach (['slow', 'slower', 'silent', 'dead', 'deader', 'gone'] as $server) {
            $links = [...$links, ...self::links($server, 500, count($links))];
        }
        $quick = self::links('quick', 300, count($links));
        $turns = new Turns([...$links, ...$quick], 128);
        $quick = array_column($quick, 'link');
        $done = 0;
        self::startAll($turns, static function (int $link) use ($turns, $quick, &$done): void {
            if (in_array($link, $quick, true)) {
                $turns->ended($link);
                $done++;
            }
        });
        self::assertSame(300, $done);
    }

    public function testAnAccountWithManyLinksLeavesPlacesToOthersOfItsServer(): void
    {
        $many = array_map(
            static fn (array $link): array => ['account' => 1] + $link,
            self::links('mail.example.org', 100)
        );
        $one = self::links('mail.example.org', 1, 100);
        self::assertSame([1, 101, 2, 3, 4], self::startAll(new Turns([...$many, ...$one], 128)));
    }

    public function testAccountsAndServersTakeTurns(): void
    {
        $turns = new Turns([
            ['link' => 1, 'account' => 1, 'server' => 'a'],
            ['link' => 2, 'account' => 1, 'server' => 'a'],
            ['link' => 3, 'account' => 2, 'server' => 'a'],
            ['link' => 4, 'account' => 3, 'server' => 'b'],
            ['link' => 5, 'account' => 3, 'server' => 'b'],
        ], 128);
        self::assertSame([1, 4, 3, 5, 2], self::startAll($turns));
    }

    public function testEveryLinkGetsItsTurnAndOneAtATimeIsPossible(): void
    {
        foreach ([1, 2, 3, 128] as $most) {
            $turns = new Turns([...self::links('a', 20), ...self::links('b', 20, 20)], $most);
            $started = self::startAll($turns, static fn (int $link) => $turns->ended($link));
            sort($started);
            self::assertSame(range(1, 40), $started, "$most at a time");
        }
    }

    public function testALinkThatIsAddedWhileItWaitsRunsOnceAndOneThatRunsRunsOnceMore(): void
    {
        [$one, $other] = self::links('a', 2);
        $turns = new Turns([], 128);
        self::assertNull($turns->next());
        foreach ([$one, $one, $other] as $link) {
            $turns->add($link);
        }
        self::assertSame([1, 2], self::startAll($turns));
        $turns->add($one);
        $turns->add($one);
        self::assertNull($turns->next(), 'never two at once');
        $turns->ended(1);
        self::assertSame([1], self::startAll($turns));
        $turns->ended(1);
        self::assertSame([], self::startAll($turns));
    }

    public function testWhatAnAccountHasWaitingCanBeTakenOutOfTheLine(): void
    {
        $turns = new Turns(self::links('a', 3), 128);
        self::assertSame(1, $turns->next());
        $turns->add(['link' => 1, 'account' => 1, 'server' => 'a']);
        $turns->drop(1);
        $turns->drop(2);
        $turns->ended(1);
        self::assertSame([3], self::startAll($turns));
        $turns->add(['link' => 2, 'account' => 2, 'server' => 'a']);
        self::assertSame([2], self::startAll($turns));
        self::assertSame([2], $turns->running(2));
        self::assertEqualsCanonicalizing([2, 3], $turns->running());
    }

    /**
     * @return list<array{link: int, account: int, server: string}> each of another account
     */
    private static function links(string $server, int $count, int $after = 0): array
    {
        return array_map(
            static fn (int $id): array => ['link' => $id, 'account' => $id, 'server' => $server],
            range($after + 1, $after + $count)
        );
    }

    /**
     * @param ?callable(int): void $started
     * @return list<int> what started, in order
     */
    private static function startAll(Turns $turns, ?callable $started = null): array
    {
        $all = [];
        while (($link = $turns->next()) !== null) {
            $all[] = $link;
            if ($started !== null) {
                $started($link);
            }
        }
        return $all;
    }
}
