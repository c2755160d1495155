<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Native;

use OCA\IntegrationExchange\AppInfo\Application;
use OCA\IntegrationExchange\Failure;
use OCA\IntegrationExchange\Installation\Library;
use OCA\IntegrationExchange\Installation\Php;
use OCP\IAppConfig;
use OCP\IBinaryFinder;
use OCP\ICacheFactory;

/**
 * Answers how this PHP does what the extension is needed for: by itself, by another PHP that loads it, or not at all.
 */
final class Access
{
    /** Seconds for which a PHP that was found is believed to be there still. */
    private const REMEMBERED = 300;

    /** @var list<string>|null how that other PHP is started */
    private ?array $command = null;
    /** Why there is no other PHP; null: not looked for yet. */
    private ?string $reason = null;

    public function __construct(
        private readonly Extension $extension,
        private readonly Library $library,
        private readonly IAppConfig $config,
        private readonly IBinaryFinder $finder,
        private readonly ICacheFactory $caches,
    ) {
    }

    public function way(): Way
    {
        return match (true) {
            $this->extension->problem() === null => Way::Here,
            $this->command() !== null => Way::Elsewhere,
            default => Way::Nowhere,
        };
    }

    /**
     * @return string|null why there is no way, and what to do; null where there is one
     */
    public function problem(): ?string
    {
        return $this->way() === Way::Nowhere ? "{$this->extension->problem()} {$this->reason}" : null;
    }

    /**
     * @throws Failure where there is no way
     */
    public function need(): void
    {
        $problem = $this->problem();
        if ($problem !== null) {
            throw new Failure('configuration', $problem);
        }
    }

    /**
     * How the PHP that has the extension is started (`/usr/bin/php8.2 -d extension=…`).
     *
     * @return list<string>|null null where there is none
     */
    public function command(): ?array
    {
        if ($this->command === null && $this->reason === null) {
            $this->find();
        }
        return $this->command;
    }

    private function find(): void
    {
        if (!function_exists('proc_open')) {
            $this->reason = 'No other PHP can do it instead: this PHP may not start programs (disable_functions has proc_open).';
            return;
        }
        $cache = $this->caches->createLocal(Application::APP_ID . '-' . $this->extension->appVersion());
        $known = json_decode((string)$cache->get('php-' . PHP_SAPI), true);
        if (is_array($known)) {
            $this->command = $known;
            return;
        }
        $reasons = [];
        foreach ($this->binaries() as $binary) {
            $found = $this->with($binary);
            if (is_array($found)) {
                $cache->set('php-' . PHP_SAPI, json_encode($found), self::REMEMBERED);
                $this->command = $found;
                return;
            }
            $reasons[] = $found;
        }
        $this->reason = 'No other PHP can do it instead: ' . (implode('; ', $reasons) ?: 'none was found') . '. '
            . '“occ exchange:setup” says more.';
    }

    /**
     * @return list<string>|string how to start it so that it has the extension, or why that does not do
     */
    private function with(string $binary): array|string
    {
        $php = Php::ask($binary);
        if ($php === null || $php->sapi !== 'cli') {
            return "$binary is no PHP for the command line";
        }
        if ($php->exchange === $this->extension->appVersion()) {
            return [$binary];
        }
        $library = $this->library->for($php);
        if ($library === null) {
            return "the app brings no " . Library::name($php) . " for $binary";
        }
        $loaded = Php::ask($binary, $library)?->exchange;
        return match ($loaded) {
            $this->extension->appVersion() => [$binary, '-d', "extension=$library"],
            null => "$binary does not start with $library",
            default => "$binary loads version $loaded of the extension and the app is version {$this->extension->appVersion()}",
        };
    }

    /**
     * @return list<string> PHPs for the command line, the likeliest first
     */
    private function binaries(): array
    {
        if (in_array(PHP_SAPI, ['cli', 'cli-server'], true)) {
            return [PHP_BINARY];
        }
        $named = $this->config->getValueString(Application::APP_ID, 'php_binary');
        $minor = PHP_MAJOR_VERSION . '.' . PHP_MINOR_VERSION;
        $binaries = $named !== '' ? [$named] : [
            PHP_BINDIR . "/php$minor",
            PHP_BINDIR . '/php',
            $this->finder->findBinaryPath("php$minor"),
            $this->finder->findBinaryPath('php'),
        ];
        return array_values(array_unique(array_filter($binaries, static fn ($path): bool => is_string($path) && @is_file($path))));
    }
}
