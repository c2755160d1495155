<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Worker;

use OCA\IntegrationExchange\AppInfo\Application;
use OCA\IntegrationExchange\Setting\Organisation;
use OCP\IAppConfig;

/**
 * Watches for what ends a worker: signals, the mode, maintenance, updates, changes of config.php, and its memory.
 */
final class Life
{
    /** Seconds between two looks at files. */
    private const LOOK = 2;
    /** Seconds between two starts because of the memory: a limit that is too low is no reason to do nothing else. */
    private const YOUNG = 600;
    /** Variable of the environment that such a start leaves behind. */
    private const RESTARTED = 'EXCHANGE_WORKER_RESTARTED';

    private bool $told = false;
    private bool $hasInput = false;
    private float $youngUntil = 0;
    private string $config = '';
    private string $code = '';
    private float $nextLook = 0;

    public function __construct(
        private readonly Organisation $organisation,
        private readonly IAppConfig $appConfig,
        private readonly Files $files,
    ) {
    }

    /**
     * Signals end the worker from now on. So does the end of its input, where somebody holds that for it.
     */
    public function begin(bool $untilInputEnds = false): void
    {
        $this->youngUntil = getenv(self::RESTARTED) === false ? 0 : self::now() + self::YOUNG;
        $this->config = $this->files->config()['print'];
        $this->code = $this->files->code();
        pcntl_async_signals(true);
        foreach ([SIGINT, SIGTERM] as $signal) {
            pcntl_signal($signal, function (): void {
                $this->told = true;
            });
        }
        if ($untilInputEnds) {
            stream_set_blocking(STDIN, false);
        }
        $this->hasInput = $untilInputEnds;
    }

    public function ending(): ?Ending
    {
        if ($this->hasInput) {
            fread(STDIN, 64);
            $this->told = $this->told || feof(STDIN);
        }
        if ($this->told) {
            return Ending::Told;
        }
        if (self::now() < $this->nextLook) {
            return null;
        }
        $this->nextLook = self::now() + self::LOOK;
        return $this->look();
    }

    private function look(): ?Ending
    {
        $config = $this->files->config();
        return match (true) {
            $config['maintenance'] => Ending::Maintenance,
            $this->files->code() !== $this->code => Ending::Upgraded,
            $config['print'] !== $this->config => Ending::Configured,
            $this->isTooLarge() => Ending::Memory,
            default => null,
        };
    }

    private function isTooLarge(): bool
    {
        $large = self::now() > $this->youngUntil && self::megabytes() > $this->organisation->get('worker_memory');
        if ($large) {
            putenv(self::RESTARTED . '=1');
        }
        return $large;
    }

    /**
     * What the database says; asked when the app's settings were read anew.
     */
    public function settled(): ?Ending
    {
        $enabled = $this->appConfig->getValueString(Application::APP_ID, 'enabled', 'no');
        return match (true) {
            $enabled === 'no' => Ending::Disabled,
            $this->organisation->get('mode') !== Organisation::ACTIVE => Ending::Passive,
            default => null,
        };
    }

    /**
     * Memory that this process occupies, the extension's included.
     */
    public static function megabytes(): int
    {
        $pages = explode(' ', (string)@file_get_contents('/proc/self/statm'))[1] ?? null;
        return ($pages === null ? memory_get_usage(true) : (int)$pages * 4_096) >> 20;
    }

    private static function now(): float
    {
        return hrtime(true) / 1e9;
    }
}
