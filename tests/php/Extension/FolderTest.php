<?php

declare(strict_types=1);

namespace Exchange\Tests;

use PHPUnit\Framework\TestCase;

/**
 * php/vdir/sync.php as a person runs it: a mailbox and a folder of files, good days and bad ones.
 */
final class FolderTest extends TestCase
{
    private StandIn $standIn;

    private string $root;

    protected function setUp(): void
    {
        $this->root = sys_get_temp_dir() . '/exchange-folder-' . bin2hex(random_bytes(6));
        mkdir($this->root);
        $this->standIn = StandIn::start(
            ['--seed', '11', '--contacts', '120', '--events', '80', '--tasks', '20'],
            "$this->root/authority.pem",
        );
    }

    protected function tearDown(): void
    {
        $this->standIn->stop();
        exec('rm -rf ' . escapeshellarg($this->root));
    }

    /**
     * @param array<string, ?string> $options replaces the usual ones; null leaves one out
     * @return resource
     */
    private function start(array $options, ?string $password, ?array &$pipes): mixed
    {
        $usual = ['server' => $this->standIn->url, 'address' => $this->standIn->address, 'ca-file' => $this->standIn->authority];
        $command = [PHP_BINARY, '-d', 'extension=' . getenv('EXCHANGE_EXTENSION'), CHECKOUT . '/php/vdir/sync.php'];
        foreach (array_filter($options + $usual, is_string(...)) as $name => $value) {
            array_push($command, "--$name", ...($value === '' ? [] : [$value]));
        }
        $command[] = "$this->root/files";
        $environment = ['EXCHANGE_PASSWORD' => $password ?? $this->standIn->password] + getenv();
        $process = proc_open($command, [['file', '/dev/null', 'r'], ['pipe', 'w'], ['pipe', 'w']], $pipes, null, $environment);
        self::assertIsResource($process);
        return $process;
    }

    /** @return array{int, string, string} exit status, output, errors */
    private function sync(array $options = [], ?string $password = null): array
    {
        $process = $this->start($options, $password, $pipes);
        $said = [stream_get_contents($pipes[1]), stream_get_contents($pipes[2])];
        return [proc_close($process), ...$said];
    }

    /** @return list<string> */
    private function files(string $pattern = '*/*.*'): array
    {
        return glob("$this->root/files/$pattern") ?: [];
    }

    private function remoteItems(): int
    {
        $folders = ['Calendar', 'Tasks', 'Contacts'];
        return count(array_filter($this->standIn->dump()['items'], fn (array $item): bool => in_array($item['folder'], $folders, true)));
    }

    private function assertInStep(): void
    {
        [$status, $output, $errors] = $this->sync();
        self::assertSame(0, $status, $output . $errors);
        $this->sync();
        $this->standIn->calls();
        [$status, $output] = $this->sync();
        self::assertSame(0, $status);
        self::assertDoesNotMatchRegularExpression('/[1-9]\d* (created|changed|deleted|set aside)/', $output);
        $writes = array_intersect_key($this->standIn->calls(), array_flip(['CreateItem', 'UpdateItem', 'DeleteItem']));
        self::assertSame([], $writes);
        self::assertSame($this->remoteItems(), count($this->files()));
        self::assertSame(0, $this->standIn->status()['mails_sent']);
        self::assertSame([], $this->standIn->status()['violations']);
    }

    public function testAMailboxAndAFolderAreInStepAfterEditsOnBothSides(): void
    {
        $this->assertInStep();
        self::assertCount(220, $this->files());

        [$changed, $deleted] = $this->files('Contacts/*.vcf');
        file_put_contents($changed, preg_replace('/^FN:[^\r\n]*/m', 'FN:Renamed Here', file_get_contents($changed)));
        unlink($deleted);
        file_put_contents(
            "$this->root/files/Contacts/new.vcf",
            "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:new\r\nFN:New Here\r\nN:Here;New;;;\r\nX-OWN:kept\r\nEND:VCARD\r\n",
        );
        $number = $this->standIn->create('contacts', 'Contact', ['GivenName' => 'New', 'Surname' => 'There']);
        $this->assertInStep();

        self::assertCount(221, $this->files());
        $names = array_column(array_column($this->standIn->dump()['items'], 'properties'), '0x3001');
        self::assertContains('Renamed Here', $names);
        self::assertContains('New Here', $names);
        $texts = implode('', array_map(file_get_contents(...), $this->files('Contacts/*.vcf')));
        self::assertStringContainsString("N:There;New;;;\r\n", $texts);
        self::assertStringContainsString("X-OWN:kept\r\n", $texts);

        $this->standIn->delete($number);
        $this->assertInStep();
        self::assertCount(220, $this->files());
    }

    public function testKilledAtAnyMomentNothingIsLostOrDoubled(): void
    {
        for ($files = 1; $files < 220; $files += 60) {
            $process = $this->start([], null, $pipes);
            // Killed as soon as it has written that many files, or when it has ended before.
            while (count($this->files()) < $files && proc_get_status($process)['running']) {
                clearstatcache();
            }
            proc_terminate($process, SIGKILL);
            proc_close($process);
        }
        $this->assertInStep();
        self::assertCount(220, $this->files());
    }

    public function testTheFirstSynchronisationOfTwoFilledSidesMakesNoDoubles(): void
    {
        $this->assertInStep();
        array_map(unlink(...), glob("$this->root/files/*/.journal.sqlite*") ?: []);
        $this->assertInStep();
        self::assertCount(220, $this->files());
        self::assertSame(220, $this->remoteItems());
    }

    public function testAnUnreadableFileIsSetAsideAndTheOthersGoOn(): void
    {
        $this->sync();
        file_put_contents("$this->root/files/Calendar/broken.ics", 'this is no calendar');
        file_put_contents("$this->root/files/Calendar/empty.ics", '');
        $event = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:good\r\nDTSTART:20260301T100000Z\r\n"
            . "DTEND:20260301T110000Z\r\nSUMMARY:Caf\xe9\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
        file_put_contents("$this->root/files/Calendar/latin.ics", $event);
        [$status, $output] = $this->sync();
        self::assertSame(0, $status);
        self::assertMatchesRegularExpression('/Calendar: .*there 1 created.*2 set aside/', $output);
        self::assertSame('this is no calendar', file_get_contents("$this->root/files/Calendar/broken.ics"));
        self::assertSame($event, file_get_contents("$this->root/files/Calendar/latin.ics"));
        self::assertContains('Café', array_column(array_column($this->standIn->dump()['items'], 'properties'), '0x0037'));
        $journal = new \PDO("sqlite:$this->root/files/Calendar/.journal.sqlite");
        $reasons = $journal->query("SELECT uri, reason FROM pairs WHERE state = 'set_aside' ORDER BY uri")->fetchAll(\PDO::FETCH_KEY_PAIR);
        self::assertSame(['broken.ics', 'empty.ics'], array_keys($reasons));
        self::assertStringContainsString('line 1', $reasons['broken.ics']);
        [, $output] = $this->sync(['losses' => '']);
        self::assertStringContainsString("Calendar/broken.ics: set aside: {$reasons['broken.ics']}", $output);
    }

    public function troubles(): array
    {
        return [
            'a wrong password' => [[], 'wrong', null, 'refuses the user name or password'],
            'an unknown host' => [['server' => 'https://no-such-host.invalid'], null, null, 'no-such-host.invalid'],
            'a port where nobody listens' => [['server' => 'https://127.0.0.1:1'], null, null, 'cannot be reached'],
            'an unknown certificate authority' => [['ca-file' => null], null, null, 'certificate'],
            'plain HTTP' => [['server' => 'http://mail.example.org'], null, null, 'https://'],
            'a login page' => [[], null, ['kind' => 'login-page'], 'Exchange'],
            'a truncated answer' => [[], null, ['kind' => 'truncated-body'], 'again'],
            'an endless answer' => [[], null, ['kind' => 'endless-body'], 'larger'],
            'a refused sign-in' => [[], null, ['kind' => 'unauthorized'], 'refuses the user name or password'],
        ];
    }

    /** @dataProvider troubles */
    public function testTroubleIsToldInAPlainSentence(array $options, ?string $password, ?array $fault, string $expected): void
    {
        if ($fault !== null) {
            $this->standIn->fault($fault);
        }
        [$status, , $errors] = $this->sync($options, $password);
        self::assertSame(1, $status, $errors);
        self::assertStringContainsString($expected, $errors);
        self::assertSame(1, substr_count(trim($errors), "\n") + 1, "One line: $errors");
        self::assertStringNotContainsString($this->standIn->password, $errors);
        self::assertSame([], $this->files());
    }

    public function testAMissingArgumentShowsHowToUseIt(): void
    {
        [$status, , $errors] = $this->sync(['server' => null]);
        self::assertSame(2, $status);
        self::assertStringContainsString('Usage:', $errors);
    }
}
