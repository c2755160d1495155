<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Native;

use Closure;
use OCA\IntegrationExchange\Failure;
use SensitiveParameter;

/**
 * Lets another PHP, which has the extension, do an errand (`occ exchange:errand`). What it shall do, with its secrets, goes
 * through its standard input, which nobody else can read; what it finds comes back line by line.
 */
final class Elsewhere
{
    /** Seconds that it gets to end in order. */
    private const GRACE = 30;
    /** What a web server hands to a CGI program of the request, passwords among it. */
    private const OF_REQUEST = '/^(HTTP_|PHP_AUTH_|AUTH_|CONTENT_|REMOTE_|REQUEST_|REDIRECT_|SERVER_|SCRIPT_|QUERY_STRING|PATH_INFO|'
        . 'PATH_TRANSLATED|GATEWAY_INTERFACE|DOCUMENT_)/';

    public function __construct(private readonly Access $access, private readonly Log $log)
    {
    }

    /**
     * @param array<string, mixed> $errand as Command\Errand reads it
     * @param Closure(array<string, mixed>): void|null $report gets what it tells on its way
     * @param Closure(): bool|null $goOn false: end in order and tell how far it came
     * @return array<mixed> the answer
     * @throws Failure
     */
    public function run(#[SensitiveParameter] array $errand, ?Closure $report = null, ?Closure $goOn = null): array
    {
        $this->access->need();
        $text = json_encode($errand + ['traced' => $this->log->isTraced()]);
        if ($text === false) {
            throw new Failure('configuration', 'A name or password holds bytes that are no text (UTF-8). Enter it again.');
        }
        $command = [...(array)$this->access->command(), \OC::$SERVERROOT . '/occ', '--no-warnings', '--no-interaction', 'exchange:errand'];
        $descriptors = [['pipe', 'r'], ['pipe', 'w'], ['file', '/dev/null', 'w']];
        $process = @proc_open($command, $descriptors, $pipes, \OC::$SERVERROOT, self::environment());
        if ($process === false) {
            throw new Failure('configuration', 'The system does not let this PHP start another one, which has the extension “exchange”.');
        }
        try {
            @fwrite($pipes[0], $text . "\n");
            $answer = $this->listen($pipes, $report, $goOn ?? static fn (): bool => true);
        } finally {
            self::close($pipes[0]);
            self::close($pipes[1]);
            $status = self::end($process);
        }
        return $answer ?? throw new Failure('host', sprintf(
            'Another PHP, which has the extension “exchange”, ended without an answer (status %d). Try “%s exchange:self-test”.',
            $status,
            implode(' ', array_slice($command, 0, -3))
        ));
    }

    /**
     * @param array<int, resource> $pipes
     * @return array<mixed>|null null where it ended without an answer
     */
    private function listen(array $pipes, ?Closure $report, Closure $goOn): ?array
    {
        stream_set_blocking($pipes[1], false);
        $text = '';
        $end = INF;
        while (!feof($pipes[1]) && microtime(true) < $end) {
            $ready = [$pipes[1]];
            $none = null;
            @stream_select($ready, $none, $none, 0, 200_000);
            $text .= (string)fread($pipes[1], 1 << 20);
            while (($length = strpos($text, "\n")) !== false) {
                $line = json_decode(substr($text, 0, $length), true);
                $text = substr($text, $length + 1);
                if (is_array($line) && array_key_exists('answer', $line)) {
                    return $line['answer'];
                }
                $this->hear($line, $report);
            }
            if ($end === INF && !$goOn()) {
                // The end of its input tells it to come to an end.
                self::close($pipes[0]);
                $end = microtime(true) + self::GRACE;
            }
        }
        return null;
    }

    /**
     * @throws Failure that of the errand
     */
    private function hear(mixed $line, ?Closure $report): void
    {
        if (isset($line['failure'])) {
            throw new Failure($line['failure']['kind'], $line['failure']['message'], $line['failure']['retry_after']);
        }
        if (isset($line['trace'])) {
            $this->log->tell($line['trace']);
        } elseif (isset($line['report']) && $report !== null) {
            $report($line['report']);
        }
    }

    /**
     * @return array<string, string>|null null: that of this process
     */
    public static function environment(): ?array
    {
        // Elsewhere the variables of a request are none of the process.
        return PHP_SAPI !== 'cgi-fcgi' ? null : array_filter(
            getenv(),
            static fn (string $name): bool => preg_match(self::OF_REQUEST, $name) !== 1,
            ARRAY_FILTER_USE_KEY
        );
    }

    /**
     * @param resource $pipe
     */
    private static function close($pipe): void
    {
        if (is_resource($pipe)) {
            fclose($pipe);
        }
    }

    /**
     * Its input has ended, so that it ends as well; where it does not, it is stopped.
     *
     * @param resource $process
     */
    private static function end($process): int
    {
        $end = microtime(true) + self::GRACE;
        while (($status = proc_get_status($process))['running']) {
            if (microtime(true) > $end) {
                proc_terminate($process, 9);
            }
            usleep(10_000);
        }
        proc_close($process);
        return $status['exitcode'];
    }
}
