<?php

declare(strict_types=1);

namespace Exchange\Tests;

use PHPUnit\Framework\TestCase;

/**
 * Whatever the files of a folder hold: once the mailbox has it, nothing moves any more.
 */
final class StabilityTest extends TestCase
{
    private const FOLDERS = ['event' => 'Calendar', 'task' => 'Tasks', 'contact' => 'Contacts'];
    private const COUNT = 120;

    private StandIn $standIn;

    private string $root;

    protected function setUp(): void
    {
        $this->root = sys_get_temp_dir() . '/exchange-stability-' . bin2hex(random_bytes(6));
        mkdir($this->root);
        $this->standIn = StandIn::start(['--contacts', '0', '--events', '0', '--tasks', '0'], "$this->root/authority.pem");
    }

    protected function tearDown(): void
    {
        $this->standIn->stop();
        exec('rm -rf ' . escapeshellarg($this->root));
    }

    private function sync(string $folder): string
    {
        $command = [
            PHP_BINARY, '-d', 'extension=' . getenv('EXCHANGE_EXTENSION'), CHECKOUT . '/php/vdir/sync.php',
            '--server', $this->standIn->url, '--address', $this->standIn->address, '--ca-file', (string) $this->standIn->authority,
            '--zone', 'Europe/Vienna', "$this->root/$folder",
        ];
        $environment = ['EXCHANGE_PASSWORD' => $this->standIn->password] + getenv();
        $process = proc_open($command, [['file', '/dev/null', 'r'], ['pipe', 'w'], ['redirect', 1]], $pipes, null, $environment);
        self::assertIsResource($process);
        $output = (string) stream_get_contents($pipes[1]);
        self::assertSame(0, proc_close($process), $output);
        return $output;
    }

    /** Makes every pair be looked at again, on both sides. */
    private function forgetVersions(string $folder): void
    {
        foreach (self::FOLDERS as $name) {
            $journal = new \PDO("sqlite:$this->root/$folder/$name/.journal.sqlite");
            $journal->exec("UPDATE pairs SET etag = 'another', version = 'another'");
            $journal->exec("DELETE FROM settings WHERE name IN ('cursor', 'token')");
        }
    }

    /** @return array<string, string> text by file name */
    private function texts(string $folder): array
    {
        $files = glob("$this->root/$folder/*/*.{ics,vcf}", GLOB_BRACE) ?: [];
        return array_combine(array_map(basename(...), $files), array_map(file_get_contents(...), $files));
    }

    private function assertNothingMoves(string $folder): void
    {
        $before = $this->texts($folder);
        $this->forgetVersions($folder);
        $this->standIn->calls();
        $output = $this->sync($folder);
        self::assertSame($before, $this->texts($folder));
        self::assertDoesNotMatchRegularExpression('/[1-9]\d* (created|changed|deleted|set aside)/', $output);
        $calls = $this->standIn->calls();
        self::assertArrayHasKey('GetItem', $calls, 'Everything was looked at again.');
        self::assertSame([], array_intersect_key($calls, array_flip(['CreateItem', 'UpdateItem', 'DeleteItem'])));
    }

    public function testRandomFilesGoToTheMailboxAndToAnotherFolderAndRest(): void
    {
        $objects = new Objects(20260105);
        foreach (self::FOLDERS as $kind => $name) {
            mkdir("$this->root/here/$name", recursive: true);
            for ($number = 0; $number < self::COUNT; $number++) {
                $uid = sprintf('%s-%03d', $kind, $number);
                $suffix = $kind === 'contact' ? 'vcf' : 'ics';
                file_put_contents("$this->root/here/$name/$uid.$suffix", $objects->make($kind, $uid));
            }
        }
        $written = $this->texts('here');
        self::assertCount(3 * self::COUNT, $written);
        $output = $this->sync('here');
        self::assertSame(3, preg_match_all('/there ' . self::COUNT . ' created/', $output), $output);
        self::assertSame($written, $this->texts('here'));
        $this->assertNothingMoves('here');

        $this->sync('there');
        self::assertCount(3 * self::COUNT, $this->texts('there'));
        $this->assertNothingMoves('there');
        $this->assertNothingMoves('here');
        self::assertSame(0, $this->standIn->status()['mails_sent']);
        self::assertSame([], $this->standIn->status()['violations']);
    }
}
