<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests;

use RecursiveDirectoryIterator;
use RecursiveIteratorIterator;

/**
 * Collects from the source what the engine and the services say to people: every text that reads as a sentence, with blanks
 * (%s; %1$s, %2$s where there are several) for what is filled in.
 */
final class Sentences
{
    private const SENTENCE = '/^[\p{Lu}“%].* .*([.…]|: %(\d\$)?s)$/us';
    /** What nobody sees on a page or what is translated as it stands: the words of occ, of metrics, of test data, of checks. */
    private const ELSEWHERE = '~^lib/(Command|Predecessor|Metric|OpenMetrics|SetupCheck|BackgroundJob)/'
        . '|/(Samples|Selection|Overview|Health)\.php$|/Worker/(Crew|Ending|Service|Worker)\.php$|^src/(options/|value\.rs$)|/zones/~';
    /** Parts of sentences, where they stand. */
    private const PARTS = [
        'lib/Installation/Installer.php' => ['PHP does not start with it', 'it is version %s'],
        'src/core/client/auth/refusal.rs' => [' of %s', ' (it offers %s)'],
        'src/core/client/discover/mod.rs' => [' within the time for it'],
        'src/core/client/transport.rs' => [
            'has expired', 'is not valid yet', 'is for another host name', 'is for %s', 'no host name at all', 'was revoked',
            'is signed by an authority that this server does not know, or by itself',
            'is not the pinned one; its SHA-256 is %s',
            'is not one that a server may have (often one that a program signed for itself)',
        ],
        'src/core/dav/document.rs' => [
            'components are nested too deep', 'a second object starts in the same file', 'END without BEGIN', '%s is not closed',
        ],
        'src/core/ews/parse.rs' => ['it is nested too deeply', 'an end has no start', 'it carries a document type', 'it was cut off'],
        'src/core/mailbox/reduced.rs' => ['all-day events', 'series of events', 'groups of contacts'],
        'src/core/mapping/rrule/parts.rs' => ['without a frequency'],
        'src/core/mapping/rules.rs' => [' from %s', ' until %s'],
        'src/gssapi/trouble.rs' => ['the account'],
    ];
    /** Parts that follow each other. */
    private const JOINED = [' from %1$s until %2$s'];
    /** Words that only occ says; a page has its own in their place (Failure::$onPage). */
    private const OCC = '/exchange:(links|folders|account:list|history|defaults)|--(create|show|server)\b|does not do for --/';

    /**
     * @return list<string> sorted
     */
    public static function all(): array
    {
        $found = self::JOINED;
        foreach (self::texts() as $path => $texts) {
            // What follows a sentence is one of its own.
            $alone = preg_replace('/(?<=\.) %(\d\$)?s$/', '', $texts);
            $sentences = preg_match(self::ELSEWHERE, $path) === 1 ? [] : preg_grep(self::SENTENCE, array_map(self::numbered(...), $alone));
            $sentences = preg_grep(self::OCC, $sentences, PREG_GREP_INVERT);
            array_push($found, ...$sentences, ...array_intersect(self::PARTS[$path] ?? [], $texts));
        }
        $found = array_values(array_unique($found));
        sort($found);
        return $found;
    }

    /**
     * @return array<string, list<string>> parts that do not stand where they did, by file
     */
    public static function lost(): array
    {
        $texts = self::texts();
        $lost = static fn (array $parts, string $path): array => array_values(array_diff($parts, $texts[$path] ?? []));
        return array_filter(array_map($lost, self::PARTS, array_keys(self::PARTS)));
    }

    /**
     * @return array<string, list<string>> every text by file
     */
    private static function texts(): array
    {
        $texts = [];
        foreach (['src' => 'rs', 'lib' => 'php'] as $folder => $extension) {
            foreach (new RecursiveIteratorIterator(new RecursiveDirectoryIterator(CHECKOUT . "/$folder")) as $file) {
                $path = substr($file->getPathname(), strlen(CHECKOUT) + 1);
                if ($file->getExtension() === $extension && !str_ends_with($path, 'tests.rs')) {
                    $code = (string)file_get_contents($file->getPathname());
                    $texts[$path] = $extension === 'rs' ? self::ofRust($code) : PhpTexts::of($code);
                }
            }
        }
        return $texts;
    }

    /**
     * @return list<string>
     */
    private static function ofRust(string $code): array
    {
        $code = explode("#[cfg(test)]\nmod tests {", $code)[0];
        // Comments, characters and raw texts are passed over.
        preg_match_all('~//[^\n]*|\'(?:[^\'\\\\]|\\\\.)\'|r(#*)".*?"\1|"((?:[^"\\\\]|\\\\.)*)"~s', $code, $found);
        return array_values(array_map(self::filledInByRust(...), array_filter($found[2])));
    }

    private static function filledInByRust(string $text): string
    {
        $text = preg_replace('/\\\\\n\s*/', '', $text);
        $text = str_replace(['\\"', '\\\\', '%'], ['"', '\\', '%%'], (string)$text);
        $names = [];
        $numbered = preg_replace_callback('/\{(\w*)(?::[^}]*)?\}/', static function (array $blank) use (&$names): string {
            $name = $blank[1] === '' ? count($names) . ' ' : $blank[1];
            $names[$name] ??= count($names) + 1;
            return "%{$names[$name]}\$s";
        }, $text);
        return self::numbered((string)$numbered);
    }

    /**
     * A single blank has no number.
     */
    public static function numbered(string $text): string
    {
        return preg_match_all('/%\d\$s/', $text) === 1 ? (string)preg_replace('/%\d\$s/', '%s', $text) : $text;
    }
}
