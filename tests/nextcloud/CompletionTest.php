<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

/**
 * What a shell offers after <tab>, by both ways that occ has.
 */
final class CompletionTest extends EndToEndTestCase
{
    public function testAShellOffersIdsAndWords(): void
    {
        $account = (string)$this->addAccount();
        $link = (string)$this->link((int)$account, 'event')['link'];
        foreach (['bySymfony', 'byTheOlderHook'] as $way) {
            self::assertContains($account, $this->$way(['exchange:folders', '']), $way);
            self::assertContains($account, $this->$way(['exchange:sync', '--account', '']), $way);
            self::assertContains($link, $this->$way(['exchange:link:set', '']), $way);
            self::assertContains($link, $this->$way(['exchange:status', '--link', '']), $way);
            self::assertContains($this->user, $this->$way(['exchange:sync', '--user', substr($this->user, 0, 6)]), $way);
            self::assertContains('ntlm', $this->$way(['exchange:account:add', '--auth', '']), $way);
            self::assertContains('nextcloud', $this->$way(['exchange:link:set', $link, '--policy', '']), $way);
            self::assertContains('discover', $this->$way(['exchange:config', '--providers', '']), $way);
            self::assertContains('barred', $this->$way(['exchange:overview', '--state', '']), $way);
            self::assertSame(['plain', 'json', 'prometheus'], $this->$way(['exchange:status', '--output', '']), $way);
        }
    }

    /**
     * @param list<string> $words the last of them unfinished
     * @return list<string>
     */
    private function bySymfony(array $words): array
    {
        // As the script of `occ completion bash` does: an empty word is where the cursor is, and no input.
        $inputs = array_map(static fn (string $word): string => "-i$word", array_filter(['occ', ...$words]));
        $result = Occ::run(['_complete', '-sbash', '-a1', '-c' . count($words), ...array_values($inputs)]);
        return self::lines($result['out']);
    }

    /**
     * @param list<string> $words
     * @return list<string>
     */
    private function byTheOlderHook(array $words): array
    {
        $line = 'occ ' . implode(' ', $words);
        // A login shell names itself; a service that runs the tests has none.
        $environment = ['CMDLINE_CONTENTS' => $line, 'CMDLINE_CURSOR_INDEX' => (string)strlen($line), 'SHELL' => '/bin/bash'] + getenv();
        // It knows none of the options that Occ gives.
        $command = [PHP_BINARY, 'occ', '_completion'];
        $process = proc_open($command, [1 => ['pipe', 'w']], $pipes, (string)getenv('NEXTCLOUD_ROOT'), $environment);
        self::assertIsResource($process);
        $out = (string)stream_get_contents($pipes[1]);
        proc_close($process);
        return array_map(static fn (string $word): string => trim($word, "'"), self::lines($out));
    }

    /**
     * @return list<string>
     */
    private static function lines(string $out): array
    {
        return array_values(array_filter(explode("\n", $out), static fn (string $line): bool => $line !== ''));
    }
}
