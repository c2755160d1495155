<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Installation;

/**
 * The PHPs of this machine and the folders of .ini files that they read: Debian's, those of the official containers, and
 * whatever others say of themselves.
 */
final class Machine
{
    private const FOLDERS = [
        '/usr/bin', '/usr/sbin', '/usr/local/bin', '/usr/local/sbin', '/opt/remi/php*/root/usr/bin', '/opt/remi/php*/root/usr/sbin',
        '/opt/plesk/php/*/bin', '/opt/plesk/php/*/sbin', '/opt/cpanel/ea-php*/root/usr/bin', '/opt/cpanel/ea-php*/root/usr/sbin',
    ];
    /** php, php8.2, php82, php-fpm, php-fpm8.2, … */
    private const PROGRAM = '/^php(-fpm)?-?[0-9.]*$/';

    /**
     * @return list<Place> that of this PHP's folder first
     */
    public function places(): array
    {
        $found = [];
        foreach ($this->binaries() as $binary) {
            $php = Php::ask($binary);
            if ($php?->iniFolder !== null) {
                $found[$php->iniFolder][] = $php;
            }
        }
        $places = [];
        foreach ($found as $folder => $phps) {
            $sapis = array_values(array_unique(array_column($phps, 'sapi')));
            $places[] = new Place($folder, $sapis, $phps[0]);
        }
        return [...$places, ...self::apache($places)];
    }

    /**
     * @return list<string> each program once, this one first
     */
    private function binaries(): array
    {
        $programs = PHP_BINARY === '' || PHP_SAPI === 'fpm-fcgi' ? [] : [PHP_BINARY];
        foreach ([PHP_BINDIR, ...self::FOLDERS] as $folder) {
            foreach (glob("$folder/php*") ?: [] as $program) {
                if (preg_match(self::PROGRAM, basename($program)) === 1 && is_executable($program)) {
                    $programs[] = $program;
                }
            }
        }
        $once = [];
        foreach ($programs as $program) {
            $once[(string)realpath($program)] ??= $program;
        }
        return array_values($once);
    }

    /**
     * A module of Apache cannot be asked. On Debian the command line of the same version is built like it and reads the
     * module's files when it is told to.
     *
     * @param list<Place> $places
     * @return list<Place>
     */
    private static function apache(array $places): array
    {
        $found = [];
        foreach (glob('/etc/php/*/apache2/conf.d') ?: [] as $folder) {
            foreach ($places as $place) {
                if ($place->php->sapi === 'cli' && $place->php->minor() === basename(dirname($folder, 2))) {
                    $environment = ['PHP_INI_SCAN_DIR' => $folder] + getenv();
                    $found[] = new Place($folder, ['apache2handler'], $place->php, $environment);
                    break;
                }
            }
        }
        return $found;
    }
}
