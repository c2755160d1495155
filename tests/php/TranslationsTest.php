<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests;

use PHPUnit\Framework\TestCase;
use RecursiveDirectoryIterator;
use RecursiveIteratorIterator;
use SplFileInfo;

/**
 * Every sentence of the pages and notifications has its translation, and so has what the engine and the services say.
 * UPDATE_L10N=1 writes what is collected from the source, and the .js files from the .json files.
 */
final class TranslationsTest extends TestCase
{
    private const LANGUAGES = ['de', 'fr', 'nl'];
    private const STRING = "'((?:[^'\\\\]|\\\\.)*)'";

    public function testWhatIsSaidIsCollectedFromTheSource(): void
    {
        self::assertSame([], Sentences::lost(), 'parts of sentences that are not said any more');
        $text = implode("\n", Sentences::all()) . "\n";
        $file = CHECKOUT . '/lib/Language/sentences.txt';
        if (getenv('UPDATE_L10N') === '1') {
            file_put_contents($file, $text);
        }
        self::assertStringEqualsFile($file, $text, 'run UPDATE_L10N=1 tests/php/run --filter TranslationsTest, and translate');
        self::assertGreaterThan(300, substr_count($text, "\n"));
    }

    /**
     * @return list<array{string}>
     */
    public static function languages(): array
    {
        return array_map(static fn (string $language): array => [$language], self::LANGUAGES);
    }

    /**
     * @dataProvider languages
     */
    public function testEverySentenceIsTranslatedAndNothingElse(string $language): void
    {
        $keys = array_keys(self::translations($language)['translations']);
        $said = array_values(array_unique([...self::sentences('js/src'), ...self::sentences('lib'), ...Sentences::all()]));
        self::assertSame([], array_values(array_diff($said, $keys)), 'not translated');
        self::assertSame([], array_values(array_diff($keys, $said)), 'not said any more');
    }

    /**
     * @dataProvider languages
     */
    public function testWhatIsFilledInIsTheSame(string $language): void
    {
        ['translations' => $translations, 'pluralForm' => $plural] = self::translations($language);
        self::assertSame(1, preg_match('/^nplurals=(\d);/', $plural, $forms));
        foreach ($translations as $key => $translation) {
            if (is_array($translation)) {
                self::assertCount((int)$forms[1], $translation, $key);
            }
            $first = explode('_::_', ltrim($key, '_'))[is_array($translation) ? 1 : 0];
            foreach ((array)$translation as $index => $text) {
                self::assertNotSame('', trim($text), $key);
                // The singular may say “once” in place of the number.
                $number = is_array($translation) && $index === 0 ? ['%n'] : [];
                self::assertSame(
                    array_diff(self::filledIn($first), $number),
                    array_diff(self::filledIn($text), $number),
                    "“{$text}” for “{$key}”"
                );
            }
        }
    }

    /**
     * @dataProvider languages
     */
    public function testTheBrowserGetsWhatItsPagesSay(string $language): void
    {
        ['translations' => $translations, 'pluralForm' => $plural] = self::translations($language);
        $translations = array_intersect_key($translations, array_flip(self::sentences('js/src')));
        $json = json_encode($translations, JSON_PRETTY_PRINT | JSON_UNESCAPED_UNICODE | JSON_UNESCAPED_SLASHES | JSON_THROW_ON_ERROR);
        $script = "OC.L10N.register(\n    \"integration_exchange\",\n    $json,\n\"$plural\");\n";
        $file = CHECKOUT . "/l10n/$language.js";
        if (getenv('UPDATE_L10N') === '1') {
            file_put_contents($file, $script);
        }
        self::assertStringEqualsFile($file, $script);
    }

    /**
     * @return array{translations: array<string, string|list<string>>, pluralForm: string}
     */
    private static function translations(string $language): array
    {
        return json_decode((string)file_get_contents(CHECKOUT . "/l10n/$language.json"), true, 8, JSON_THROW_ON_ERROR);
    }

    /**
     * @return list<string> keys of Nextcloud's translations
     */
    private static function sentences(string $folder): array
    {
        $sentences = [];
        [$before, $app] = $folder === 'lib' ? ['->', ''] : ['\b', "'integration_exchange',\s*"];
        foreach (new RecursiveIteratorIterator(new RecursiveDirectoryIterator(CHECKOUT . "/$folder")) as $file) {
            if (self::counts($file)) {
                $code = (string)file_get_contents($file->getPathname());
                preg_match_all("/{$before}t\(\s*$app" . self::STRING . '/', $code, $one);
                preg_match_all("/{$before}n\(\s*$app" . self::STRING . ',\s*' . self::STRING . '/', $code, $many);
                $plural = array_map(static fn (string $a, string $b): string => "_{$a}_::_{$b}_", $many[1], $many[2]);
                array_push($sentences, ...$one[1], ...$plural);
            }
        }
        return array_values(array_unique(array_map(static fn (string $text): string => str_replace("\\'", "'", $text), $sentences)));
    }

    private static function counts(SplFileInfo $file): bool
    {
        return in_array($file->getExtension(), ['php', 'js', 'vue'], true);
    }

    /**
     * @return list<string> sorted
     */
    private static function filledIn(string $text): array
    {
        preg_match_all('/%n|%(?:\d\$)?s|\{\w+\}/', $text, $matches);
        sort($matches[0]);
        return $matches[0];
    }
}
