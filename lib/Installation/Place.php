<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Installation;

/**
 * A folder of .ini files, and the PHP that reads it: the place where the extension is loaded for one or several SAPIs.
 */
final class Place
{
    /** The file with the line that loads the extension. */
    public const FILE = 'exchange.ini';
    private const NAMES = ['cli' => 'command line', 'fpm-fcgi' => 'FPM', 'apache2handler' => 'Apache'];

    /**
     * @param list<string> $sapis as PHP_SAPI names them
     * @param array<string, string>|null $environment in which that PHP reads this folder; null: in that of this process
     */
    public function __construct(
        public readonly string $folder,
        public readonly array $sapis,
        public readonly Php $php,
        public readonly ?array $environment = null,
    ) {
    }

    public function file(): string
    {
        return $this->folder . '/' . self::FILE;
    }

    /**
     * PHP 8.2 (command line, FPM)
     */
    public function name(): string
    {
        $names = array_map(static fn (string $sapi): string => self::NAMES[$sapi] ?? $sapi, $this->sapis);
        return "PHP {$this->php->minor()} (" . implode(', ', $names) . ')';
    }

    /**
     * The PHP of this place as it starts now, or with a library.
     */
    public function ask(?string $library = null, bool $bare = false): ?Php
    {
        return Php::ask($this->php->binary, $library, $bare, $this->environment);
    }

    /**
     * Whether the PHP of this place is the one that runs this.
     */
    public function isHere(): bool
    {
        return in_array(PHP_SAPI, $this->sapis, true) && $this->php->minor() === PHP_MAJOR_VERSION . '.' . PHP_MINOR_VERSION;
    }

    /**
     * The other .ini file of this folder that loads the extension, where there is one: somebody else's affair.
     */
    public function elsewhere(): ?string
    {
        foreach (glob("$this->folder/*.ini") ?: [] as $file) {
            $loads = preg_match('/^\s*extension\s*=\s*"?[^;"\n]*exchange[^\/;"\n]*$/m', (string)@file_get_contents($file)) === 1;
            if ($loads && basename($file) !== self::FILE) {
                return $file;
            }
        }
        return null;
    }

    /**
     * How PHP is restarted after a change, where it has to be; null for the command line.
     */
    public function restart(): ?string
    {
        $debian = str_starts_with($this->folder, '/etc/php/');
        return match (true) {
            in_array('fpm-fcgi', $this->sapis, true) => $debian ? "systemctl restart php{$this->php->minor()}-fpm" : 'restart PHP-FPM',
            in_array('apache2handler', $this->sapis, true) => $debian ? 'systemctl restart apache2' : 'restart Apache',
            default => null,
        };
    }
}
