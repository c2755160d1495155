<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use OCA\IntegrationExchange\Installation\Installer;
use OCA\IntegrationExchange\Installation\Php;
use OCA\IntegrationExchange\Installation\Place;
use OCA\IntegrationExchange\Installation\State;
use OCA\IntegrationExchange\Installation\Unit;
use OCA\IntegrationExchange\Native\Extension;
use OCP\Server;
use PHPUnit\Framework\TestCase;

/**
 * occ exchange:setup with the PHPs of this machine, whose additional .ini files come from a folder of the test besides.
 */
final class SetupTest extends TestCase
{
    private string $build;
    private string $folder;
    private string $scanned;

    protected function setUp(): void
    {
        if (is_dir(Apache::iniFolder()) && getenv('APACHE_INI_FOLDER') === false) {
            self::markTestSkipped('exchange:setup is not tested: it would write into ' . Apache::iniFolder() . ', which is Apache’s.');
        }
        $this->build = Build::put();
        $this->folder = dirname((string)getenv('NEXTCLOUD_CONFIG_DIR')) . '/conf.d';
        mkdir($this->folder);
        $this->scanned = PHP_CONFIG_FILE_SCAN_DIR . PATH_SEPARATOR . $this->folder;
    }

    protected function tearDown(): void
    {
        if (!isset($this->folder)) {
            return;
        }
        Build::remove();
        array_map(unlink(...), [...glob("$this->folder/*"), ...glob(Apache::iniFolder() . '/exchange.ini')]);
        rmdir($this->folder);
    }

    public function testItLoadsTheExtensionOnceAndFindsNothingMoreToDo(): void
    {
        $before = $this->place(0, '--dry-run');
        self::assertSame(['ready', null], [$before['state'], $before['loaded']]);
        self::assertSame([], glob("$this->folder/*"), 'a dry run writes nothing');
        self::assertSame(['ready', []], [$this->place(3)['state'], glob("$this->folder/*")], 'nobody said yes');

        $done = $this->place(0, '--yes');
        self::assertSame('installed', $done['state'], $done['message']);
        self::assertSame(["$this->folder/exchange.ini"], glob("$this->folder/*"));
        self::assertStringContainsString("\nextension=$this->build\n", (string)file_get_contents("$this->folder/exchange.ini"));

        $again = $this->told(0, '--yes');
        self::assertSame('loaded', $this->of($again)['state']);
        self::assertTrue($again['self_test']['ok']);
        self::assertSame('Extension loaded', $again['self_test']['checks'][0]['name']);
    }

    public function testItFindsEverySapiOfThisMachine(): void
    {
        $sapis = array_merge(...array_column($this->told(0, '--dry-run')['places'], 'sapis'));
        self::assertContains('cli', $sapis);
        if (glob('/usr/sbin/php-fpm*') !== []) {
            self::assertContains('fpm-fcgi', $sapis);
        }
    }

    public function testItShowsTheServiceOfActiveModeWhichSystemdTakes(): void
    {
        if (!is_dir(dirname(Unit::file()))) {
            self::markTestSkipped('The service of active mode is not tested: there is no ' . dirname(Unit::file()) . '.');
        }
        $passive = $this->told(0, '--dry-run')['worker'];
        self::assertSame([[], null], [$passive['lines'], $passive['unit']]);
        $told = $this->told(0, '--dry-run', '--worker')['worker'];
        self::assertStringContainsString('as root', $told['message']);
        self::assertFileDoesNotExist(Unit::file());
        self::assertSame(['systemctl daemon-reload', 'systemctl enable --now nextcloud-exchange.service'], array_slice($told['lines'], 1));
        self::assertStringContainsString("Restart=always\n", $told['unit']);
        self::assertMatchesRegularExpression('~^ExecStart=/\S*php\S* .*/occ .*exchange:worker$~m', $told['unit']);

        self::assertTrue(Unit::write($told['unit'], $this->folder));
        $file = "$this->folder/" . Unit::NAME;
        self::assertSame($told['unit'], file_get_contents($file));
        if (is_executable('/usr/bin/systemd-analyze')) {
            exec('systemd-analyze verify ' . escapeshellarg($file) . ' 2>&1', $lines, $status);
            self::assertSame([0, ''], [$status, implode("\n", preg_grep('/nextcloud-exchange/', $lines))]);
        }
    }

    public function testOddPathsOfTheServiceAreQuoted(): void
    {
        $text = Unit::text(['/opt/my php/php', '-d', 'a=100%', '$HOME/occ'], 'www-data', '/srv/100%', '/etc/my "cloud"');
        self::assertStringContainsString("\nExecStart=\"/opt/my php/php\" -d a=100%% \$\$HOME/occ\n", $text);
        self::assertStringContainsString("\nWorkingDirectory=/srv/100%%\n", $text);
        self::assertStringContainsString('Environment="NEXTCLOUD_CONFIG_DIR=/etc/my \\"cloud\\""', $text);
    }

    public function testAWebServerThatStartedBeforeSaysThatItIsToBeRestarted(): void
    {
        if (Fpm::missing() !== null) {
            self::markTestSkipped('FPM is not tested: ' . Fpm::missing() . '.');
        }
        putenv("PHP_INI_SCAN_DIR=$this->scanned");
        $server = Fpm::start(extension: false);
        $this->told(0, '--yes');
        $before = $this->of(['places' => $server->api('apps/integration_exchange/api/v1/admin/extension')]);
        $check = $server->check('ExtensionCheck');
        $server->stop();
        putenv("PHP_INI_SCAN_DIR=$this->scanned");
        $server = Fpm::start(extension: false);
        putenv('PHP_INI_SCAN_DIR');
        $after = $this->of(['places' => $server->api('apps/integration_exchange/api/v1/admin/extension')]);
        $server->stop();
        self::assertSame(['manual', ['restart PHP-FPM']], [$before['state'], $before['lines']], $before['message']);
        self::assertStringContainsString('was started before', $before['message']);
        self::assertSame('info', $check['severity'], $check['description']);
        self::assertStringContainsString('restart PHP-FPM', $check['description']);
        self::assertSame(['loaded', []], [$after['state'], $after['lines']], $after['message']);
    }

    public function testApacheLoadsItOnceItIsRestartedAndThePageInItSaysSo(): void
    {
        if (Apache::missing() !== null) {
            self::markTestSkipped('Apache with mod_php is not tested: ' . Apache::missing() . '.');
        }
        $folder = Apache::iniFolder();
        $apache = Apache::start();
        try {
            $before = self::shown($apache, $folder);
            self::assertSame(["echo 'extension=$this->build' > '$folder/exchange.ini'", 'systemctl restart apache2'], $before['lines']);
            self::assertSame([null, 'ready'], [$before['loaded'], $before['state']], $before['message']);

            $done = array_column($this->told(0, '--yes')['places'], null, 'folder')[$folder];
            self::assertSame('installed', $done['state'], $done['message']);
            self::assertStringContainsString('still to be done: systemctl restart apache2', $done['message']);
            $written = self::shown($apache, $folder);
            self::assertSame(['manual', ['systemctl restart apache2']], [$written['state'], $written['lines']], $written['message']);

            $apache->stop();
            $apache = Apache::start();
            $after = self::shown($apache, $folder);
            self::assertSame(['loaded', []], [$after['state'], $after['lines']], $after['message']);
        } finally {
            $apache->stop();
        }
    }

    public function testABuildThatPhpDoesNotStartWithIsNeverInstalled(): void
    {
        foreach (['' => 'empty', "\x7fELF" . str_repeat("\0", 100) => 'broken'] as $bytes => $name) {
            unlink($this->build);
            file_put_contents($this->build, $bytes);
            $place = $this->place(1, '--yes');
            self::assertSame('unfit', $place['state'], $name);
            self::assertStringContainsString($this->build, $place['message']);
            self::assertSame([], glob("$this->folder/*"));
        }
    }

    public function testAFileThatPhpDoesNotStartWithIsTakenBack(): void
    {
        file_put_contents("$this->folder/exchange.ini", "; mine\n");
        $php = $this->fakePhp("grep -q ^extension $this->folder/exchange.ini && exit 139\n");
        $step = Server::get(Installer::class)->step(new Place($this->folder, ['fpm-fcgi'], $php));
        self::assertSame(State::Ready, $step->state, $step->message);
        $done = Server::get(Installer::class)->do($step);
        self::assertSame(State::Unfit, $done->state);
        self::assertStringContainsString('taken back: PHP did not start', $done->message);
        self::assertSame("; mine\n", file_get_contents("$this->folder/exchange.ini"));
        self::assertSame([], glob("$this->folder/*.new"));
    }

    public function testWhereAnotherFileNamesTheExtensionItSaysWhatToChange(): void
    {
        file_put_contents("$this->folder/20-ours.ini", "extension=/nowhere/exchange.so\n");
        $place = $this->place(3, '--yes');
        self::assertSame('manual', $place['state']);
        self::assertFileDoesNotExist("$this->folder/exchange.ini");
        exec('sh -c ' . escapeshellarg($place['lines'][0]), result_code: $status);
        self::assertSame([0, "extension=$this->build\n"], [$status, file_get_contents("$this->folder/20-ours.ini")]);
        self::assertSame('loaded', $this->place(0)['state']);
    }

    public function testABuildThatOthersCouldReplaceIsCopiedToWherePhpHasItsExtensions(): void
    {
        chmod(dirname($this->build), 0o777);
        unlink($this->build);
        copy((string)getenv('EXCHANGE_EXTENSION'), $this->build);
        $installer = Server::get(Installer::class);
        mkdir("$this->folder/extensions");
        $step = $installer->step(new Place($this->folder, ['fpm-fcgi'], $this->fakePhp()));
        self::assertSame([State::Ready, "$this->folder/extensions/exchange.so"], [$step->state, $step->target]);
        rmdir("$this->folder/extensions");

        $told = Occ::run(['exchange:errand'], "{}\n", extension: false)['out'];
        $expected = '~Copy .*/bin/exchange-php.* to .*/exchange\.so\. Add the line “extension=/[^ ]*/exchange\.so”~';
        self::assertMatchesRegularExpression($expected, $told);
        $step = $installer->step(new Place($this->folder, ['fpm-fcgi'], $this->fakePhp()));
        self::assertSame(State::Manual, $step->state);
        self::assertStringContainsString('again after each update', $step->message);
        self::assertSame([
            "install -m 644 '$this->build' '$this->folder/extensions/exchange.so'",
            "echo 'extension=$this->folder/extensions/exchange.so' > '$this->folder/exchange.ini'",
            'restart PHP-FPM',
        ], $step->lines);
        // A copy that the command line loads would be in the way of the next version, where FPM's is not.
        $step = $installer->step(new Place($this->folder, ['cli'], $this->fakePhp()));
        self::assertSame([State::Left, []], [$step->state, $step->lines]);
    }

    public function testAPhpThatMayStartNoOtherSaysSo(): void
    {
        file_put_contents("$this->folder/z.ini", "disable_functions=proc_open\n");
        putenv("PHP_INI_SCAN_DIR=$this->scanned");
        $setup = Occ::run(['exchange:setup'], extension: false);
        $test = Occ::run(['exchange:self-test'], extension: false);
        putenv('PHP_INI_SCAN_DIR');
        self::assertSame([1, 1], [$setup['status'], $test['status']]);
        self::assertStringContainsString('disable_functions', $setup['err']);
        self::assertStringContainsString('Add the line “extension=' . $this->build . '”', $test['out']);
        self::assertStringContainsString('disable_functions', $test['out']);
    }

    public function testTheSetupChecksNameEachPhpWithItsLines(): void
    {
        $check = $this->check('ExtensionCheck');
        self::assertSame('info', $check['severity'], $check['description']);
        self::assertStringContainsString("echo 'extension=$this->build' > '$this->folder/exchange.ini'", $check['description']);

        $this->told(0, '--yes');
        self::assertSame('success', $this->check('ExtensionCheck')['severity']);
        file_put_contents("$this->folder/exchange.ini", '');
        Build::remove();
        $check = $this->check('ExtensionCheck');
        self::assertSame('error', $check['severity']);
        self::assertStringContainsString('exchange:setup', $check['description']);
        Build::put();
    }

    public function testTheSetupCheckOfBackgroundJobsWantsCron(): void
    {
        self::assertSame('success', $this->check('CronCheck')['severity']);
        Occ::run(['background:ajax']);
        $check = $this->check('CronCheck');
        Occ::run(['background:cron']);
        self::assertSame('warning', $check['severity']);
        self::assertStringContainsString('occ background:cron', $check['description']);
    }

    /**
     * @return array<string, mixed> the place of a folder, as the administration page in Apache shows it
     */
    private static function shown(Apache $apache, string $folder): array
    {
        $places = (new Api($apache->url, 'admin', 'Fixture-Admin-7'))->ok('GET', 'admin/extension');
        return array_column($places, null, 'folder')[$folder];
    }

    /**
     * @return array{severity: string, description: string}
     */
    private function check(string $name): array
    {
        putenv("PHP_INI_SCAN_DIR=$this->scanned");
        $result = Occ::run(['setupchecks', '--output=json'], extension: false);
        putenv('PHP_INI_SCAN_DIR');
        $checks = json_decode($result['out'], true, 64, JSON_THROW_ON_ERROR);
        return $checks['system']["OCA\\IntegrationExchange\\SetupCheck\\$name"];
    }

    /**
     * A PHP that loads whatever it is given.
     *
     * @param string $first what it does before, as a shell knows it
     */
    private function fakePhp(string $first = ''): Php
    {
        $program = "$this->folder/php";
        $version = PHP_MAJOR_VERSION . '.' . PHP_MINOR_VERSION . '.99';
        $name = "PHP Version => $version\nServer API => FPM/FastCGI\nScan this dir for additional .ini files => $this->folder\n"
            . "extension_dir => $this->folder/extensions => $this->folder/extensions\n";
        file_put_contents($program, "#!/bin/sh\n{$first}echo '$name'\ncase \"\$*\" in *extension=*) echo 'exchange\n\nVersion => "
            . Server::get(Extension::class)->appVersion() . "\n'; esac\n");
        chmod($program, 0o755);
        $php = Php::ask($program);
        self::assertNotNull($php);
        return $php;
    }

    /**
     * @return array<string, mixed> the place whose folder is the test's own
     */
    private function place(int $status, string ...$options): array
    {
        return $this->of($this->told($status, ...$options));
    }

    /**
     * @param array<string, mixed> $told
     * @return array<string, mixed>
     */
    private function of(array $told): array
    {
        $places = array_column($told['places'], null, 'folder');
        self::assertArrayHasKey($this->folder, $places);
        return $places[$this->folder];
    }

    /**
     * @return array<string, mixed>
     */
    private function told(int $status, string ...$options): array
    {
        putenv("PHP_INI_SCAN_DIR=$this->scanned");
        $result = Occ::run(['exchange:setup', '--output=json', ...array_values($options)], extension: false);
        putenv('PHP_INI_SCAN_DIR');
        self::assertSame($status, $result['status'], $result['out'] . $result['err']);
        return json_decode($result['out'], true, 64, JSON_THROW_ON_ERROR);
    }
}
