<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Installation;

/**
 * A PHP of this machine, as it describes itself (`-i`): the command line's, FPM's, or the one of a web server.
 */
final class Php
{
    /** Seconds that it may take to describe itself. */
    private const PATIENCE = 20;
    private const SAPIS = ['Command Line Interface' => 'cli', 'FPM/FastCGI' => 'fpm-fcgi'];

    private function __construct(
        public readonly string $binary,
        /** as PHP_SAPI names it */
        public readonly string $sapi,
        /** 8.2.36 */
        public readonly string $version,
        public readonly bool $threadSafe,
        public readonly bool $debug,
        public readonly string $extensionDir,
        /** the folder of additional .ini files, where there is one */
        public readonly ?string $iniFolder,
        /** version of the extension `exchange`, where it is loaded */
        public readonly ?string $exchange,
        /** what it complained of while it started */
        public readonly string $complaint,
    ) {
    }

    /**
     * @param string|null $library an extension that it shall load as well
     * @param bool $bare without any .ini file
     * @param array<string, string>|null $environment null: that of this process
     * @return self|null null where it is no PHP, cannot be started or does not start
     */
    public static function ask(string $binary, ?string $library = null, bool $bare = false, ?array $environment = null): ?self
    {
        $with = $library === null ? [] : ['-d', "extension=$library"];
        $command = [$binary, ...($bare ? ['-n'] : []), ...$with, '-i'];
        [$status, $text, $errors] = self::output($command, $environment);
        return $status === 0 ? self::read($binary, $text, $errors) : null;
    }

    /**
     * Of the text that `-i` prints.
     */
    public static function read(string $binary, string $text, string $complaint = ''): ?self
    {
        $version = self::value($text, 'PHP Version');
        if ($version === null) {
            return null;
        }
        $sapi = (string)self::value($text, 'Server API');
        // With PHP_INI_SCAN_DIR it may be several, of which the last one has the last word.
        $folders = array_filter(explode(PATH_SEPARATOR, (string)self::value($text, 'Scan this dir for additional .ini files')));
        $folder = (string)end($folders);
        $section = preg_match('/^exchange\R\R(.*?)(?:\R\R\S|\z)/ms', $text, $match) === 1 ? $match[1] : null;
        return new self(
            $binary,
            self::SAPIS[$sapi] ?? $sapi,
            $version,
            self::value($text, 'Thread Safety') === 'enabled',
            self::value($text, 'Debug Build') === 'yes',
            explode(' => ', (string)self::value($text, 'extension_dir'))[0],
            str_starts_with($folder, '/') ? rtrim($folder, '/') : null,
            $section === null ? null : (string)self::value($section, 'Version'),
            trim($complaint),
        );
    }

    /**
     * 8.2
     */
    public function minor(): string
    {
        return implode('.', array_slice(explode('.', $this->version), 0, 2));
    }

    private static function value(string $text, string $name): ?string
    {
        return preg_match('/^' . preg_quote($name, '/') . ' => (.*)$/m', $text, $match) === 1 ? trim($match[1]) : null;
    }

    /**
     * @param list<string> $command
     * @param array<string, string>|null $environment
     * @return array{?int, string, string} status, standard output and standard error
     */
    private static function output(array $command, ?array $environment): array
    {
        if (!function_exists('proc_open')) {
            return [null, '', ''];
        }
        $descriptors = [['file', '/dev/null', 'r'], ['pipe', 'w'], ['pipe', 'w']];
        $process = @proc_open($command, $descriptors, $pipes, null, $environment);
        if ($process === false) {
            return [null, '', ''];
        }
        $texts = [1 => '', 2 => ''];
        $open = [1 => $pipes[1], 2 => $pipes[2]];
        $end = microtime(true) + self::PATIENCE;
        while ($open !== [] && microtime(true) < $end) {
            $ready = $open;
            $none = null;
            if (@stream_select($ready, $none, $none, 1) === false) {
                continue;
            }
            foreach ($ready as $number => $pipe) {
                $texts[$number] .= (string)fread($pipe, 65_536);
                if (feof($pipe)) {
                    unset($open[$number]);
                }
            }
        }
        if ($open !== []) {
            proc_terminate($process, 9);
        }
        array_map(fclose(...), [$pipes[1], $pipes[2]]);
        $status = proc_close($process);
        return [$open === [] ? $status : null, $texts[1], $texts[2]];
    }
}
