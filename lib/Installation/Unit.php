<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Installation;

/**
 * The systemd service of active mode.
 */
final class Unit
{
    public const NAME = 'nextcloud-exchange.service';
    private const FOLDER = '/etc/systemd/system';
    private const TEXT = <<<'TEXT'
        # The Exchange Connector for Nextcloud (occ exchange:setup).
        [Unit]
        Description=Exchange Connector for Nextcloud, worker of active mode
        After=network-online.target mariadb.service mysql.service postgresql.service redis-server.service
        Wants=network-online.target
        StartLimitIntervalSec=0

        [Service]
        User=%s
        WorkingDirectory=%s
        %sExecStart=%s
        # It ends by itself in passive mode, in maintenance mode and for updates.
        Restart=always
        RestartSec=10
        KillSignal=SIGTERM
        TimeoutStopSec=10
        LimitNOFILE=65536
        NoNewPrivileges=true
        ProtectSystem=full
        PrivateDevices=true
        ProtectKernelTunables=true
        ProtectKernelModules=true
        ProtectControlGroups=true
        RestrictSUIDSGID=true
        RestrictRealtime=true
        LockPersonality=true
        RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6 AF_NETLINK

        [Install]
        WantedBy=multi-user.target

        TEXT;

    /**
     * @param non-empty-list<string> $command of the worker
     * @param string $user who runs Nextcloud
     * @param string $root folder of Nextcloud
     * @param string|null $config folder of config.php, where it is not the usual one
     */
    public static function text(array $command, string $user, string $root, ?string $config): string
    {
        $environment = $config === null ? '' : 'Environment=' . self::quoted("NEXTCLOUD_CONFIG_DIR=$config") . "\n";
        return sprintf(
            self::TEXT,
            $user,
            str_replace('%', '%%', $root),
            $environment,
            implode(' ', array_map(self::quoted(...), $command))
        );
    }

    /**
     * Writes it where this user may.
     *
     * @return bool whether it is there as it should be
     */
    public static function write(string $text, string $folder = self::FOLDER): bool
    {
        $file = "$folder/" . self::NAME;
        if (@file_get_contents($file) === $text) {
            return true;
        }
        return is_writable($folder) && @file_put_contents("$file.new", $text) === strlen($text) && @rename("$file.new", $file);
    }

    public static function file(): string
    {
        return self::FOLDER . '/' . self::NAME;
    }

    /**
     * Lines for a shell, to be run as root.
     *
     * @return list<string>
     */
    public static function lines(string $text, bool $written): array
    {
        $write = "cat > " . self::file() . " <<'END'\n{$text}END";
        return [...($written ? [] : [$write]), 'systemctl daemon-reload', 'systemctl enable --now ' . self::NAME];
    }

    private static function quoted(string $word): string
    {
        $word = strtr($word, ['\\' => '\\\\', '"' => '\\"', '%' => '%%', '$' => '$$']);
        return preg_match('~^[\w@%+=:,./$-]+$~', $word) === 1 ? $word : "\"$word\"";
    }
}
