<?php

declare(strict_types=1);

namespace Exchange\Tests;

use OCA\IntegrationExchange\Installation\Library;
use OCA\IntegrationExchange\Installation\Php;
use PHPUnit\Framework\TestCase;

/**
 * Which build of the extension belongs to which PHP.
 */
final class LibraryTest extends TestCase
{
    private const INFO = <<<'TEXT'
        phpinfo()
        PHP Version => 8.4.11

        Server API => FPM/FastCGI
        Loaded Configuration File => /etc/php/8.4/fpm/php.ini
        Scan this dir for additional .ini files => /etc/php/8.4/fpm/conf.d
        PHP Extension Build => API20240924,NTS
        Debug Build => no
        Thread Safety => disabled
        extension_dir => /usr/lib/php/20240924 => /usr/lib/php/20240924

        exchange

        Exchange synchronisation engine => enabled
        Version => 0.1.0

        exif

        Version => 9
        TEXT;

    public function testPhpTellsWhatItIs(): void
    {
        $php = Php::read('/usr/sbin/php-fpm8.4', self::INFO, "PHP Warning: something\n");
        self::assertSame(
            ['fpm-fcgi', '8.4', false, '/usr/lib/php/20240924', '/etc/php/8.4/fpm/conf.d', '0.1.0', 'PHP Warning: something'],
            [$php->sapi, $php->minor(), $php->threadSafe, $php->extensionDir, $php->iniFolder, $php->exchange, $php->complaint]
        );
        self::assertNull(Php::read('/usr/bin/php', str_replace('exchange', 'other', self::INFO))->exchange);
        $none = str_replace('/etc/php/8.4/fpm/conf.d', '(none)', self::INFO);
        self::assertNull(Php::read('/usr/bin/php', $none)->iniFolder);
        self::assertNull(Php::read('/bin/sh', "sh: not found\n"));
    }

    public function testThisPhpTellsWhatItIs(): void
    {
        $php = Php::ask(PHP_BINARY);
        self::assertSame(
            ['cli', PHP_VERSION, (bool)PHP_ZTS, (bool)PHP_DEBUG, PHP_EXTENSION_DIR],
            [$php->sapi, $php->version, $php->threadSafe, $php->debug, $php->extensionDir]
        );
        self::assertNull(Php::ask('/nowhere/php'));
        self::assertNull(Php::ask('/bin/false'));
    }

    /**
     * @dataProvider programs
     */
    public function testTheNameOfABuildSaysWhatItIsFor(string $name, string $head, string $info): void
    {
        $program = (string)tempnam(sys_get_temp_dir(), 'php');
        file_put_contents($program, $head);
        try {
            self::assertSame($name, Library::name(Php::read($program, $info)));
        } finally {
            unlink($program);
        }
    }

    /**
     * @return array<string, array{string, string, string}>
     */
    public function programs(): array
    {
        $elf = static fn (int $machine, string $interpreter): string => "\x7fELF\2\1\1" . str_repeat("\0", 11) . pack('v', $machine)
            . str_repeat("\0", 500) . "$interpreter\0";
        $zts = str_replace('Thread Safety => disabled', 'Thread Safety => enabled', self::INFO);
        $debug = str_replace('Debug Build => no', 'Debug Build => yes', self::INFO);
        return [
            'Debian' => ['exchange-php8.4-nts-x86_64-gnu.so', $elf(62, '/lib64/ld-linux-x86-64.so.2'), self::INFO],
            'Alpine' => ['exchange-php8.4-nts-x86_64-musl.so', $elf(62, '/lib/ld-musl-x86_64.so.1'), self::INFO],
            'ARM' => ['exchange-php8.4-nts-aarch64-gnu.so', $elf(183, '/lib/ld-linux-aarch64.so.1'), self::INFO],
            'thread-safe' => ['exchange-php8.4-zts-x86_64-gnu.so', $elf(62, '/lib64/ld-linux-x86-64.so.2'), $zts],
            'debug' => ['exchange-php8.4-nts-debug-x86_64-gnu.so', $elf(62, '/lib64/ld-linux-x86-64.so.2'), $debug],
        ];
    }
}
