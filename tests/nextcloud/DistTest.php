<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use Exchange\Tests\StandIn;
use OCA\IntegrationExchange\Installation\Library;
use OCA\IntegrationExchange\Installation\Php;
use PharData;
use PHPUnit\Framework\TestCase;
use RecursiveIteratorIterator;

/**
 * The archive for the app store: what is in it, that it is the same each time, that its signature holds, and that a Nextcloud
 * which got nothing else synchronises. The build in it is that of the tests, which differs from a release's in speed alone, or, where
 * nothing depends on what it does, a small one of another extension.
 */
final class DistTest extends TestCase
{
    private const PASSWORD = 'Fixture-Mailbox-7';
    /** All that may be in it. */
    private const CONTENTS = '~^(appinfo/(info\.xml|signature\.json)|bin/exchange-php\d\.\d-(nts|zts)-\w+-(gnu|musl)\.so|CHANGELOG\.md'
        . '|LICENSE|img/[\w-]+\.svg|js/dist/[\w.-]+\.(mjs|css|license)|l10n/\w+\.(js|json)|lib/[\w/]+\.(php|txt)'
        . '|templates/[\w-]+\.php)$~';

    private static string $folder;
    private static string $build;
    private static string $archive;

    public static function setUpBeforeClass(): void
    {
        self::$folder = dirname((string)getenv('NEXTCLOUD_CONFIG_DIR')) . '/dist';
        mkdir(self::$folder . '/libraries', recursive: true);
        mkdir(self::$folder . '/small');
        $php = Php::ask(PHP_BINARY);
        self::assertNotNull($php);
        self::$build = Library::name($php);
        self::call(['strip', '-o', self::$folder . '/libraries/' . self::$build, (string)getenv('EXCHANGE_EXTENSION')]);
        copy(PHP_EXTENSION_DIR . '/pdo.so', self::$folder . '/small/' . self::$build);
        self::$archive = self::pack('once', []);
    }

    public static function tearDownAfterClass(): void
    {
        self::call(['rm', '-rf', self::$folder]);
    }

    public function testItHoldsWhatARunningAppNeedsAndNothingElse(): void
    {
        $files = self::files(self::$archive);
        self::assertSame([], array_values(preg_grep(self::CONTENTS, $files, PREG_GREP_INVERT)), 'superfluous');
        foreach (['appinfo/info.xml', 'js/dist/personal.mjs', 'js/dist/admin.mjs', 'img/app.svg', 'LICENSE'] as $file) {
            self::assertContains($file, $files);
        }
        self::assertCount(1, preg_grep('~^bin/~', $files));
        $classes = (string)shell_exec('cd ' . escapeshellarg(__DIR__ . '/../..') . ' && find lib -type f | wc -l');
        self::assertCount((int)$classes, preg_grep('~^lib/~', $files));
    }

    public function testItIsTheSameEachTime(): void
    {
        $other = self::pack('again', ['TZ' => 'Asia/Kolkata', 'LC_ALL' => 'C.UTF-8', 'TMPDIR' => self::$folder]);
        self::assertSame(hash_file('sha256', self::$archive), hash_file('sha256', $other));
    }

    public function testAnArchiveThatTheAppStoreDoesNotTakeIsNotMade(): void
    {
        mkdir(self::$folder . '/large');
        file_put_contents(self::$folder . '/large/' . self::$build, random_bytes(31 << 20));
        $command = [__DIR__ . '/../../php/dist/archive', self::$folder . '/large', self::$folder . '/too-large'];
        $process = proc_open($command, [1 => ['pipe', 'w'], 2 => ['redirect', 1]], $pipes);
        self::assertIsResource($process);
        $said = (string)stream_get_contents($pipes[1]);
        self::assertSame(1, proc_close($process), $said);
        self::assertStringContainsString('30 MiB', $said);
        self::assertSame([], glob(self::$folder . '/too-large/*'));
    }

    public function testOfManyBuildsThoseForMostMachinesAreInTheArchiveAndTheOthersBesideIt(): void
    {
        $of = self::$folder . '/many';
        mkdir($of);
        $inside = array_map(static fn (string $php): string => "exchange-php$php-nts-x86_64-gnu.so", ['8.2', '8.3', '8.4', '8.5']);
        $beside = ['exchange-php8.4-nts-aarch64-gnu.so', 'exchange-php8.4-nts-x86_64-musl.so'];
        foreach ([...$inside, ...$beside] as $name) {
            copy(self::$folder . '/small/' . self::$build, "$of/$name");
        }
        self::call([__DIR__ . '/../../php/dist/run', "$of/out"], environment: ['LIBRARIES' => $of, 'SOURCE_DATE_EPOCH' => '1764000000']);
        $packed = preg_grep('~^bin/~', self::files("$of/out/integration_exchange.tar.gz"));
        self::assertSame($inside, array_map(basename(...), array_values($packed)));
        self::assertSame($beside, array_map(basename(...), glob("$of/out/*.so")));
        self::assertCount(5, glob("$of/out/*.deb"));
    }

    public function testTheDebianPackageBringsTheExtensionAndItsLine(): void
    {
        $build = self::$folder . '/small/' . self::$build;
        $packages = [];
        foreach (['deb', 'deb-again'] as $name) {
            $command = [__DIR__ . '/../../php/dist/deb', $build, self::$folder . "/$name"];
            $packages[] = trim(self::call($command, environment: ['SOURCE_DATE_EPOCH' => '1764000000']));
        }
        self::assertSame(hash_file('sha256', $packages[0]), hash_file('sha256', $packages[1]));
        $unpacked = self::$folder . '/unpacked';
        self::call(['dpkg-deb', '--extract', $packages[0], $unpacked]);
        self::assertFileEquals($build, $unpacked . PHP_EXTENSION_DIR . '/exchange.so');
        $minor = PHP_MAJOR_VERSION . '.' . PHP_MINOR_VERSION;
        $line = (string)file_get_contents("$unpacked/etc/php/$minor/mods-available/exchange.ini");
        self::assertSame("; priority=30\nextension=exchange.so\n", $line);
        $needs = self::call(['dpkg-deb', '--field', $packages[0], 'Depends']);
        self::assertMatchesRegularExpression('/^php-common, phpapi-' . basename(PHP_EXTENSION_DIR) . ', libc6 \(>= 2\.\d+\)/', $needs);
    }

    public function testItsSignatureHoldsUntilAFileIsChanged(): void
    {
        [$key, $certificate, $authority] = $this->certificate();
        $signed = self::pack('signed', ['SIGN_KEY' => $key, 'SIGN_CERTIFICATE' => $certificate]);
        $public = self::$folder . '/key.pub';
        self::call(['openssl', 'x509', '-in', $certificate, '-noout', '-pubkey', '-out', $public]);
        self::call(['openssl', 'base64', '-d', '-in', "$signed.sig", '-out', "$signed.bin"]);
        self::call(['openssl', 'dgst', '-sha512', '-verify', $public, '-signature', "$signed.bin", $signed]);

        $root = $this->nextcloudThatTrusts($authority);
        $instance = $this->instance('signed-instance', $signed);
        self::assertSame([0, ''], $this->check($root, $instance));
        file_put_contents("$instance/apps/integration_exchange/lib/Failure.php", "\n", FILE_APPEND);
        [$status, $told] = $this->check($root, $instance);
        self::assertSame(1, $status);
        self::assertStringContainsString('lib/Failure.php', $told);
    }

    public function testAFreshNextcloudWithNothingButTheArchiveSynchronises(): void
    {
        $instance = $this->instance('fresh', self::pack('whole', [], 'libraries'));
        $standIn = StandIn::start(address: 'admin@example.org', password: self::PASSWORD);
        try {
            $test = json_decode($this->occ($instance, ['exchange:self-test', '--output=json']), true);
            self::assertTrue($test['ok'], json_encode($test, JSON_THROW_ON_ERROR));
            self::assertStringContainsString('/apps/integration_exchange/bin/exchange-php', $test['checks'][0]['message']);
            $add = ['exchange:account:add', 'admin', '--address=admin@example.org', "--server=$standIn->url", '--password-stdin'];
            $this->occ($instance, $add, self::PASSWORD . "\n");
            $this->occ($instance, ['exchange:link', '1', 'Calendar', '--create', '--collection=Exchange']);
            (new Remote($standIn->url, 'admin@example.org', self::PASSWORD))->createEvent('Theirs');
            $result = json_decode($this->occ($instance, ['exchange:sync', '--all', '--output=json']), true);
            self::assertSame([true, 1], [$result['links'][0]['ok'], $result['links'][0]['local_created']]);
            $this->assertABuildOfAnotherVersionIsNotUsed($instance);
        } finally {
            $standIn->stop();
        }
    }

    private function assertABuildOfAnotherVersionIsNotUsed(string $instance): void
    {
        $info = "$instance/apps/integration_exchange/appinfo/info.xml";
        $version = (string)simplexml_load_string((string)file_get_contents($info))->version;
        file_put_contents($info, str_replace("<version>$version<", '<version>99.0.0<', (string)file_get_contents($info)));
        $this->occ($instance, ['upgrade']);
        [$status, $told] = $this->occAnyhow($instance, ['exchange:sync', '--all']);
        self::assertSame(1, $status);
        self::assertMatchesRegularExpression("/loads version $version of the extension and the app is version 99\.0\.0/", $told);
    }

    /**
     * @param array<string, string> $environment
     */
    private static function pack(string $name, array $environment, string $libraries = 'small'): string
    {
        $command = [__DIR__ . '/../../php/dist/archive', self::$folder . "/$libraries", self::$folder . "/$name"];
        return trim(self::call($command, environment: $environment + ['SOURCE_DATE_EPOCH' => '1764000000']));
    }

    /**
     * @return list<string> paths within the app's folder
     */
    private static function files(string $archive): array
    {
        $root = "phar://$archive/integration_exchange/";
        $files = [];
        foreach (new RecursiveIteratorIterator(new PharData($archive)) as $file) {
            self::assertStringStartsWith($root, $file->getPathname());
            $files[] = substr($file->getPathname(), strlen($root));
        }
        return $files;
    }

    /**
     * An authority of the test's own, and a certificate for the app by it.
     *
     * @return array{string, string, string} paths of key, certificate and authority
     */
    private function certificate(): array
    {
        $of = self::$folder;
        $new = ['openssl', 'req', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-x509'];
        self::call([...$new, '-subj', '/CN=Fixture Authority', '-keyout', "$of/ca.key", '-out', "$of/ca.crt"]);
        self::call([...$new, '-subj', '/CN=integration_exchange', '-CA', "$of/ca.crt", '-CAkey', "$of/ca.key", '-keyout', "$of/app.key",
            '-out', "$of/app.crt"]);
        return ["$of/app.key", "$of/app.crt", "$of/ca.crt"];
    }

    /**
     * A copy of the Nextcloud tree (of its names: the files are the same) that believes another authority.
     */
    private function nextcloudThatTrusts(string $authority): string
    {
        $root = self::$folder . '/nextcloud';
        $from = (string)getenv('NEXTCLOUD_ROOT');
        self::call(['sh', '-c', 'cp -al "$0" "$1" 2> /dev/null || { rm -rf "$1"; cp -a "$0" "$1"; }', $from, $root]);
        unlink("$root/resources/codesigning/root.crt");
        copy($authority, "$root/resources/codesigning/root.crt");
        return $root;
    }

    private function instance(string $name, string $archive): string
    {
        $folder = self::$folder . "/$name";
        self::call([__DIR__ . '/instance', 'create', $folder], environment: ['APP_ARCHIVE' => $archive, 'DATABASE' => 'sqlite']);
        return $folder;
    }

    /**
     * @return array{int, string} of occ integrity:check-app
     */
    private function check(string $root, string $instance): array
    {
        [$status, $told] = $this->occAnyhow($instance, ['integrity:check-app', 'integration_exchange'], $root);
        return [$status, str_contains($told, 'No errors have been found') ? '' : $told];
    }

    /**
     * @param list<string> $arguments
     * @return array{int, string} status and all output
     */
    private function occAnyhow(string $instance, array $arguments, ?string $root = null): array
    {
        $root ??= (string)getenv('NEXTCLOUD_ROOT');
        $command = [PHP_BINARY, "$root/occ", '--no-warnings', '--no-interaction', ...$arguments];
        $environment = ['NEXTCLOUD_CONFIG_DIR' => "$instance/config"] + getenv();
        $process = proc_open($command, [1 => ['pipe', 'w'], 2 => ['redirect', 1]], $pipes, $root, $environment);
        self::assertIsResource($process);
        $told = trim((string)stream_get_contents($pipes[1]));
        return [proc_close($process), $told];
    }

    /**
     * @param list<string> $arguments
     */
    private function occ(string $instance, array $arguments, string $stdin = ''): string
    {
        return self::call([__DIR__ . '/instance', 'occ', $instance, '--no-interaction', ...$arguments], $stdin);
    }

    /**
     * Runs a program, without the extension, that must succeed.
     *
     * @param list<string> $command
     * @param array<string, string> $environment
     */
    private static function call(array $command, string $stdin = '', array $environment = []): string
    {
        $environment += array_diff_key(getenv(), ['EXCHANGE_EXTENSION' => '', 'NEXTCLOUD_CONFIG_DIR' => '']);
        $process = proc_open($command, [['pipe', 'r'], ['pipe', 'w'], ['pipe', 'w']], $pipes, null, $environment);
        self::assertIsResource($process);
        fwrite($pipes[0], $stdin);
        fclose($pipes[0]);
        $out = (string)stream_get_contents($pipes[1]);
        $errors = (string)stream_get_contents($pipes[2]);
        self::assertSame(0, proc_close($process), implode(' ', $command) . ": $out$errors");
        return $out;
    }
}
