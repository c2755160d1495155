<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Installation;

use OCA\IntegrationExchange\AppInfo\Application;
use OCP\App\IAppManager;
use OCP\IAppConfig;

/**
 * The builds of the extension that the app brings in its folder `bin`: one for each PHP, thread safety, architecture and C
 * library, named `exchange-php8.2-nts-x86_64-gnu.so`.
 */
final class Library
{
    private const MACHINES = [62 => 'x86_64', 183 => 'aarch64', 3 => 'i386', 40 => 'arm', 243 => 'riscv64'];

    public function __construct(private readonly IAppManager $apps, private readonly IAppConfig $config)
    {
    }

    /**
     * @return string|null the file that fits this PHP, or that the administrator names; null where there is none
     */
    public function for(Php $php): ?string
    {
        return $this->named() ?? $this->file(self::name($php));
    }

    /**
     * The same for the PHP that runs this.
     */
    public function here(): ?string
    {
        $minor = PHP_MAJOR_VERSION . '.' . PHP_MINOR_VERSION;
        // A module of a web server has no binary; the command line's is built like it.
        $binary = PHP_BINARY !== '' ? PHP_BINARY : PHP_BINDIR . "/php$minor";
        return $this->named() ?? $this->file(self::compose($minor, (bool)PHP_ZTS, (bool)PHP_DEBUG, $binary));
    }

    /**
     * How the build for this PHP is called.
     */
    public static function name(Php $php): string
    {
        return self::compose($php->minor(), $php->threadSafe, $php->debug, $php->binary);
    }

    /**
     * What PHP is to load: the build where it lies, or a copy of it in PHP's own folder of extensions.
     *
     * FPM and Apache load extensions as root: whoever could change the file could become root. Only a file of root's, or of the
     * one whose .ini files these are, is loaded from where it lies.
     */
    public static function target(string $library, string $iniFolder, string $extensionDir): string
    {
        $trusted = [0, @fileowner($iniFolder)];
        $path = (string)realpath($library);
        do {
            // A folder such as /tmp lets everybody in, and nobody touch what is others'.
            $open = (fileperms($path) & 0o022) !== 0 && (fileperms($path) & 0o1000) === 0;
            if ($open || !in_array(fileowner($path), $trusted, true)) {
                return "$extensionDir/exchange.so";
            }
            $below = $path;
            $path = dirname($path);
        } while ($path !== $below);
        return $library;
    }

    /**
     * Where the administrator says that the extension lies: a build of their own.
     */
    private function named(): ?string
    {
        $path = $this->config->getValueString(Application::APP_ID, 'extension_path');
        return $path !== '' && is_file($path) ? $path : null;
    }

    private function file(string $name): ?string
    {
        $path = $this->apps->getAppPath(Application::APP_ID) . "/bin/$name";
        return is_file($path) ? $path : null;
    }

    private static function compose(string $minor, bool $threadSafe, bool $debug, string $binary): string
    {
        [$machine, $libc] = self::platform($binary);
        return "exchange-php$minor-" . ($threadSafe ? 'zts' : 'nts') . ($debug ? '-debug' : '') . "-$machine-$libc.so";
    }

    /**
     * Architecture and C library of a program, by its header; by the machine's own where it is a script.
     *
     * @return array{string, string}
     */
    private static function platform(string $binary): array
    {
        $head = (string)@file_get_contents($binary, length: 4096);
        if (!str_starts_with($head, "\x7fELF")) {
            return [php_uname('m'), glob('/lib/ld-musl-*') ? 'musl' : 'gnu'];
        }
        $number = unpack('v', $head, 18)[1] ?? 0;
        return [self::MACHINES[$number] ?? php_uname('m'), str_contains($head, '/ld-musl-') ? 'musl' : 'gnu'];
    }
}
