<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Worker;

/**
 * Why a worker ends.
 */
enum Ending
{
    /** By a signal, or because whoever started it is gone. */
    case Told;
    case Passive;
    case Maintenance;
    case Disabled;
    case Upgraded;
    case Configured;
    case Memory;
    /** The others took it for dead: it begins anew under another name. */
    case StruckOff;

    public function sentence(): string
    {
        return match ($this) {
            self::Told => 'The worker was told to stop.',
            self::Passive => 'Passive mode is on, so there is nothing for a worker to do; “occ exchange:config --mode=active” turns'
                . ' active mode on.',
            self::Maintenance => 'Nextcloud is in maintenance mode.',
            self::Disabled => 'The app is disabled.',
            self::Upgraded => 'Nextcloud or the app was updated; the worker goes on with the new one.',
            self::Configured => 'Nextcloud’s config.php has changed; the worker starts anew with it.',
            self::Memory => 'The worker takes more memory than it may (worker_memory), so it starts anew. Where that happens every ten'
                . ' minutes, allow it more, or start more workers.',
            self::StruckOff => 'The other workers took this one for dead, so it begins anew.',
        };
    }

    /**
     * Whether a new process is to go on at once in place of this one.
     */
    public function goesOn(): bool
    {
        return in_array($this, [self::Upgraded, self::Configured, self::Memory], true);
    }
}
