<?php

declare(strict_types=1);

namespace Exchange\Tests;

use Exchange\Engine;
use Exchange\Exception;
use Exchange\Mailbox;
use PHPUnit\Framework\TestCase;

/**
 * The built extension against the stand-in Exchange: the loop, errors, signals, forks and memory.
 */
final class EngineTest extends TestCase
{
    private static StandIn $standIn;

    private static string $contacts;

    public static function setUpBeforeClass(): void
    {
        self::$standIn = StandIn::start(['--seed', '7', '--contacts', '12', '--events', '0', '--tasks', '0']);
        $folders = (new Mailbox(self::$standIn->mailbox()))->folders();
        self::$contacts = array_column($folders, 'id', 'kind')['contact'];
    }

    public static function tearDownAfterClass(): void
    {
        self::$standIn->stop();
    }

    protected function tearDown(): void
    {
        self::$standIn->clearFaults();
    }

    private static function link(?MemoryHost $host = null, array $more = []): array
    {
        return $more + [
            'id' => 1, 'kind' => 'contact', 'folder' => self::$contacts, 'mailbox' => self::$standIn->mailbox(),
            'cursor' => $host?->cursor, 'token' => $host?->token,
        ];
    }

    private static function cycle(Engine $engine, MemoryHost $host): array
    {
        $engine->sync(self::link($host));
        while (($request = $engine->next(1000)) !== null) {
            if ($request->kind !== 'idle') {
                $engine->reply($request, $host->answer($request->kind, $request->payload));
            }
        }
        return $host->report;
    }

    public function testAFolderIsImportedAndThenLeftAlone(): void
    {
        $host = new MemoryHost();
        $report = self::cycle(new Engine(), $host);
        self::assertNull($report['error'], (string)$report['message']);
        self::assertTrue($report['done']);
        self::assertCount(12, $host->objects);
        self::assertSame(12, $report['local_created']);
        foreach ($host->objects as $text) {
            self::assertStringStartsWith("BEGIN:VCARD\r\n", $text);
        }

        self::cycle(new Engine(), $host);
        self::$standIn->calls();
        $host->asked = [];
        self::cycle(new Engine(), $host);
        self::assertSame(['SyncFolderItems' => 1], self::$standIn->calls());
        self::assertSame(['changes', 'report'], array_values(array_unique($host->asked)));
    }

    public function testAnEngineWithNothingToDoSaysSo(): void
    {
        self::assertNull((new Engine())->next(60_000));
    }

    public function testAWrongLinkIsRefusedWithThePlaceOfTheMistake(): void
    {
        $this->expectExceptionObject(new Exception('The description of the link does not have the expected shape at “mailbox.url”.'));
        (new Engine())->sync(self::link(more: ['mailbox' => ['url' => 12] + self::$standIn->mailbox()]));
    }

    public function testAWrongZoneIsRefused(): void
    {
        try {
            (new Engine())->sync(self::link(more: ['zone' => 'Europe/Nowhere']));
            self::fail('The zone was taken.');
        } catch (Exception $error) {
            self::assertSame('configuration', $error->kind);
            self::assertStringContainsString('Europe/Nowhere', $error->getMessage());
            self::assertSame(__FILE__, $error->getFile());
        }
    }

    public function testAWrongPasswordIsToldWithoutThePassword(): void
    {
        $mailbox = ['password' => 'a wrong secret'] + self::$standIn->mailbox();
        try {
            (new Mailbox($mailbox))->check();
            self::fail('The password was taken.');
        } catch (Exception $error) {
            self::assertSame('credentials', $error->kind);
            self::assertStringNotContainsString('a wrong secret', $error . print_r($error, true) . print_r(Engine::drainLog(), true));
        }
    }

    public function testABusyServerSaysHowLongToWait(): void
    {
        self::$standIn->fault(['kind' => 'busy-message', 'back_off_ms' => 90_000]);
        $host = new MemoryHost();
        $report = self::cycle(new Engine(), $host);
        self::assertSame('busy', $report['error']);
        self::assertGreaterThanOrEqual(89, $report['retry_after']);
        self::assertNull($host->cursor);
    }

    public function testAHostThatFailsEndsItsCycleWithItsOwnWords(): void
    {
        $engine = new Engine();
        $engine->sync(self::link());
        $report = [];
        while (($request = $engine->next(1000)) !== null) {
            match ($request->kind) {
                'idle' => null,
                'report' => $report = $request->payload,
                default => $engine->fail($request, 'The disk is full.'),
            };
            if ($request->kind === 'report') {
                $engine->reply($request, null);
            }
        }
        self::assertSame(['host', 'The disk is full.'], [$report['error'], $report['message']]);
    }

    public function testAReplyOfTheWrongShapeEndsItsCycle(): void
    {
        $engine = new Engine();
        $engine->sync(self::link());
        $report = [];
        while (($request = $engine->next(1000)) !== null) {
            if ($request->kind === 'report') {
                $report = $request->payload;
                $engine->reply($request, null);
            } elseif ($request->kind !== 'idle') {
                $engine->reply($request, ['token' => 5]);
            }
        }
        self::assertSame('host', $report['error']);
        self::assertStringContainsString('“changes”', $report['message']);
    }

    public function testASignalInterruptsTheWait(): void
    {
        self::$standIn->fault(['kind' => 'slow', 'ms' => 20_000]);
        $caught = 0;
        pcntl_async_signals(true);
        pcntl_signal(SIGALRM, function () use (&$caught): void {
            $caught++;
        });
        $engine = new Engine();
        $engine->sync(self::link());
        pcntl_alarm(1);
        do {
            $request = $engine->next(15_000);
            if ($request?->kind === 'changes') {
                $engine->reply($request, (new MemoryHost())->answer('changes', $request->payload));
            }
        } while ($request !== null && $request->kind !== 'idle');
        self::assertSame('idle', $request?->kind, 'The wait ended with the cycle and not with the signal.');
        self::assertSame(1, $caught);
        $engine->stop();
        self::assertNull($engine->next(60_000), 'A stopped engine still has something to do.');
        pcntl_signal(SIGALRM, SIG_DFL);
    }

    public function testAStoppedEngineLeavesNoSubscription(): void
    {
        $engine = self::watching();
        self::assertSame(1, self::$standIn->notifications()['subscriptions']);
        $engine->stop();
        self::assertSame(0, self::$standIn->notifications()['subscriptions']);
        self::assertNull($engine->next(60_000), 'A stopped engine still watches.');
    }

    public function testAServerThatHangsHardlyDelaysTheStop(): void
    {
        // For long enough that waiting for it is no few seconds, whatever else the machine does.
        self::$standIn->fault(['kind' => 'slow', 'ms' => 60_000, 'operation' => 'Unsubscribe']);
        $start = hrtime(true);
        self::watching()->stop();
        self::assertLessThan(30.0, (hrtime(true) - $start) / 1e9);
    }

    public function testWhatWasHeardOfAWatchThatIsReplacedIsNotTakenForTheNewOnes(): void
    {
        $engine = new Engine();
        self::$standIn->calls();
        $wrong = ['password' => 'a wrong secret'] + self::$standIn->mailbox();
        $engine->watch(['id' => 1, 'folders' => [self::$contacts], 'mailbox' => $wrong]);
        for ($look = 0; $look < 200 && self::$standIn->log() === []; $look++) {
            usleep(50_000);
        }
        // Another engine, which asked after that, has heard its refusal: by then the first one waits to be heard.
        $later = new Engine();
        $later->watch(['id' => 1, 'folders' => [self::$contacts], 'mailbox' => $wrong]);
        do {
            $request = $later->next(30_000);
        } while ($request?->kind === 'idle');
        self::assertSame(['watch:state', 'refused'], [$request?->kind, $request?->payload['state'] ?? null]);
        $later->stop();
        self::watching($engine);
        $engine->stop();
    }

    private static function watching(Engine $engine = new Engine()): Engine
    {
        $engine->watch(['id' => 1, 'folders' => [self::$contacts], 'mailbox' => self::$standIn->mailbox()]);
        do {
            $request = $engine->next(30_000);
        } while ($request?->kind === 'idle');
        self::assertSame(['watch:state', 'live'], [$request?->kind, $request?->payload['state'] ?? null]);
        return $engine;
    }

    public function testAForkedProcessHasARuntimeOfItsOwn(): void
    {
        (new Mailbox(self::$standIn->mailbox()))->check();
        $child = pcntl_fork();
        if ($child === 0) {
            $version = (new Mailbox(self::$standIn->mailbox()))->check()['version'];
            // Without PHPUnit's own shutdown, which belongs to the parent.
            posix_kill(posix_getpid(), $version === '15.2.2562.17' ? SIGUSR1 : SIGKILL);
        }
        pcntl_waitpid($child, $status);
        self::assertSame(SIGUSR1, pcntl_wtermsig($status));
    }

    public function testManyCyclesDoNotGrowPhpsMemory(): void
    {
        $host = new MemoryHost();
        for ($cycle = 0; $cycle < 3; $cycle++) {
            self::cycle(new Engine(), $host);
        }
        $host->asked = [];
        gc_collect_cycles();
        $before = memory_get_usage();
        for ($cycle = 0; $cycle < 50; $cycle++) {
            self::cycle(new Engine(), $host);
            $host->asked = [];
        }
        gc_collect_cycles();
        self::assertLessThan(20_000, memory_get_usage() - $before);
    }

    public function testTheStubsAreThoseOfTheExtension(): void
    {
        $command = [PHP_BINARY, '-d', 'extension=' . getenv('EXCHANGE_EXTENSION'), CHECKOUT . '/php/stubs/generate.php'];
        $process = proc_open($command, [1 => ['pipe', 'w']], $pipes);
        self::assertIsResource($process);
        $stubs = stream_get_contents($pipes[1]);
        proc_close($process);
        self::assertStringEqualsFile(CHECKOUT . '/php/stubs/exchange.php', $stubs, 'Run “make stubs” and commit the result.');
    }
}
