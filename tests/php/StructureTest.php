<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests;

use DOMDocument;
use PHPUnit\Framework\TestCase;
use RecursiveDirectoryIterator;
use RecursiveIteratorIterator;
use SimpleXMLElement;

/**
 * The rules of the house that can be read off the files.
 */
final class StructureTest extends TestCase
{
    /** Seams: what only the given folder of lib/ may name. */
    private const SEAMS = [
        'Native' => '/\\\\Exchange\\\\(?!Accounts)/',
        'Local' => '/\b(OCA\\\\DAV|Sabre)\\\\/',
    ];
    /** Nextcloud's own classes instead of its public interface: for the path of the server, and to read config.php again. */
    private const INTERNAL = '/\bOC(::\$|\\\\)/';

    public function testOnlyTheFolderOfASeamNamesWhatIsBehindIt(): void
    {
        foreach (self::SEAMS as $folder => $pattern) {
            $folders = array_map(static fn (string $path): string => explode('/', $path)[1], self::naming($pattern));
            self::assertSame([$folder], array_values(array_unique($folders)), "what only lib/$folder may name");
        }
        $internal = ['lib/Native/Detached.php', 'lib/Native/Elsewhere.php', 'lib/Worker/Files.php'];
        self::assertEqualsCanonicalizing($internal, self::naming(self::INTERNAL));
    }

    /**
     * @return list<string> paths of the classes that name it
     */
    private static function naming(string $pattern): array
    {
        $names = static fn (string $code): bool => preg_match($pattern, self::withoutOwnNames($code)) === 1;
        return array_keys(array_filter(self::sources('lib'), $names));
    }

    public function testEveryFileIsStrictAndShort(): void
    {
        foreach (self::sources('lib') + self::sources('tests') as $path => $code) {
            self::assertStringContainsString("\ndeclare(strict_types=1);\n", $code, $path);
            self::assertLessThan(400, substr_count($code, "\n"), "$path is too long");
        }
    }

    public function testNoNameOfAVariableRunsIntoAQuotationMark(): void
    {
        foreach (self::sources('lib') + self::sources('tests') as $path => $code) {
            // PHP takes every byte beyond ASCII for a part of the name.
            self::assertDoesNotMatchRegularExpression('/\$\w+(->\w+)?[^\x00-\x7f]/', $code, $path);
        }
    }

    public function testEveryTestThatTheTableOfFaultsNamesExists(): void
    {
        preg_match_all('/`(\w+)::(\w+)`/', (string)file_get_contents(__DIR__ . '/../../docs/faults.md'), $named, PREG_SET_ORDER);
        self::assertGreaterThan(20, count($named));
        foreach ($named as [$name, $file, $test]) {
            $path = __DIR__ . (str_ends_with($file, 'Test') ? "/../nextcloud/$file.php" : "/../rust/$file.rs");
            self::assertStringContainsString(" $test(", (string)file_get_contents($path), $name);
        }
    }

    public function testClassesAreFinal(): void
    {
        foreach (self::sources('lib') as $path => $code) {
            self::assertMatchesRegularExpression('/^(final class|interface|enum|abstract class (Base|Setting)) ?/m', $code, $path);
        }
    }

    public function testInfoXmlNamesEveryCommandAndJobAndNoOther(): void
    {
        foreach (['Command' => 'commands/command', 'BackgroundJob' => 'background-jobs/job'] as $folder => $element) {
            $named = array_map(
                static fn (SimpleXMLElement $node): string => str_replace('\\', '/', substr((string)$node, 24)) . '.php',
                self::info()->xpath("/info/$element")
            );
            $runnable = array_filter(
                self::sources("lib/$folder"),
                static fn (string $code): bool => preg_match('/final class \w+ extends (Base|TimedJob)\b/', $code) === 1
            );
            $files = array_map(static fn (string $path): string => substr($path, 4), array_keys($runnable));
            self::assertEqualsCanonicalizing($files, $named);
        }
    }

    public function testTheAppHasTheVersionOfTheExtension(): void
    {
        self::assertSame(1, preg_match('/^version = "([^"]+)"/m', (string)file_get_contents(CHECKOUT . '/Cargo.toml'), $match));
        self::assertSame($match[1], (string)self::info()->version);
    }

    public function testInfoXmlIsValid(): void
    {
        $schema = (getenv('NEXTCLOUD_ROOT') ?: getenv('HOME') . '/.cache/integration_exchange/nextcloud') . '/resources/app-info.xsd';
        if (!is_file($schema)) {
            self::markTestSkipped("There is no $schema; set NEXTCLOUD_ROOT to a Nextcloud server to check info.xml.");
        }
        $document = new DOMDocument();
        $document->load(CHECKOUT . '/appinfo/info.xml');
        // Nextcloud 33 reads it, the schema that 32 brings does not know it.
        foreach (iterator_to_array($document->getElementsByTagName('openmetrics')) as $later) {
            $later->remove();
        }
        self::assertTrue($document->schemaValidate($schema));
    }

    public function testEveryScreenshotOfTheAppStoreIsThere(): void
    {
        $screenshots = self::info()->xpath('/info/screenshot');
        self::assertNotSame([], $screenshots);
        foreach ($screenshots as $address) {
            self::assertSame(1, preg_match('~/main/(docs/images/[\w-]+\.png)$~', (string)$address, $path), (string)$address);
            self::assertFileExists(CHECKOUT . "/$path[1]");
        }
    }

    public function testTheOperatorsManualNamesEveryCommandAndOption(): void
    {
        $manual = (string)file_get_contents(CHECKOUT . '/docs/operator.md');
        $count = 0;
        foreach (self::sources('lib/Command') as $path => $code) {
            preg_match_all("/setName\('([^']+)'\)|addOption\('([^']+)'/", $code, $matches);
            foreach (array_filter($matches[1]) as $name) {
                $count++;
                self::assertStringContainsString($name, $manual, $path);
            }
            foreach (array_filter($matches[2]) as $option) {
                self::assertStringContainsString("--$option", $manual, $path);
            }
        }
        self::assertSame(count(self::info()->xpath('/info/commands/command')), $count);
    }

    private static function info(): SimpleXMLElement
    {
        $info = simplexml_load_file(CHECKOUT . '/appinfo/info.xml');
        self::assertNotFalse($info);
        return $info;
    }

    private static function withoutOwnNames(string $code): string
    {
        return str_replace(['OCA\IntegrationExchange', 'IntegrationExchange\\'], '', $code);
    }

    /**
     * @return array<string, string> code by path
     */
    private static function sources(string $folder): array
    {
        $sources = [];
        $files = new RecursiveIteratorIterator(new RecursiveDirectoryIterator(CHECKOUT . "/$folder"));
        foreach ($files as $file) {
            if ($file->isFile() && $file->getExtension() === 'php') {
                $path = substr($file->getPathname(), strlen(CHECKOUT) + 1);
                $sources[$path] = (string)file_get_contents($file->getPathname());
            }
        }
        self::assertNotSame([], $sources, $folder);
        ksort($sources);
        return $sources;
    }
}
