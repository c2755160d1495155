<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use PHPUnit\Framework\Assert;

/**
 * Runs a script of tests/nextcloud/browser, in which somebody works with a page. SCREENSHOTS=folder keeps pictures.
 */
final class Chromium
{
    /**
     * @return string|null what there is not, as a part of a sentence
     */
    public static function missing(): ?string
    {
        return match (true) {
            self::program() === null => 'there is no Chromium; run apt-get install chromium',
            exec('command -v npm') === '' => 'there is no npm; run make setup',
            !is_file(__DIR__ . '/../../js/dist/personal.mjs') => 'they are not built; run make js',
            default => null,
        };
    }

    /**
     * @param array<string, mixed> $setting what the script finds in `setting`
     */
    public static function play(string $story, array $setting): void
    {
        $environment = ['BROWSER_TEST' => json_encode($setting, JSON_THROW_ON_ERROR), 'CHROMIUM' => self::program()] + getenv();
        $command = [__DIR__ . '/../../js/run', 'node', __DIR__ . "/browser/$story.mjs"];
        $process = proc_open($command, [['file', '/dev/null', 'r'], ['pipe', 'w'], ['redirect', 1]], $pipes, null, $environment);
        Assert::assertIsResource($process);
        $said = stream_get_contents($pipes[1]);
        Assert::assertSame(0, proc_close($process), "$story.mjs: $said");
    }

    private static function program(): ?string
    {
        foreach (['chromium', 'chromium-browser', 'google-chrome'] as $name) {
            $path = exec("command -v $name");
            if ($path !== '' && $path !== false) {
                return $path;
            }
        }
        return null;
    }
}
