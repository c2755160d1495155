<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Service;

use OCA\IntegrationExchange\AppInfo\Application;
use OCA\IntegrationExchange\Setting\Organisation;
use OCP\IAppConfig;
use OCP\IConfig;

/**
 * What Nextcloud itself is set to, as far as it matters to the app: shown, because it is changed elsewhere.
 */
final class Surroundings
{
    public function __construct(private readonly IConfig $config, private readonly IAppConfig $apps)
    {
    }

    /**
     * @return array{background: string, cron: ?string, proxy: ?string, proxy_exclude: list<string>, log: string, log_line: string}
     *     `background` is cron, webcron or ajax; `cron` when jobs ran last; `log` the lowest level that Nextcloud lets the app write,
     *     one of Organisation::LEVELS; `log_line` what in config.php lets everything through
     */
    public function shown(): array
    {
        $ran = $this->apps->getValueInt('core', 'lastcron');
        return [
            'background' => $this->apps->getValueString('core', 'backgroundjobs_mode', 'ajax'),
            'cron' => $ran === 0 ? null : gmdate('Y-m-d\TH:i:s\Z', $ran),
            'proxy' => $this->proxy(),
            'proxy_exclude' => array_values(array_filter((array)$this->config->getSystemValue('proxyexclude', []), is_string(...))),
            'log' => $this->level(),
            'log_line' => "'log.condition' => ['apps' => ['" . Application::APP_ID . "']],",
        ];
    }

    /**
     * Without the name and password that may be in it.
     */
    private function proxy(): ?string
    {
        $proxy = $this->config->getSystemValueString('proxy');
        return $proxy === '' ? null : (string)preg_replace('#^((?:[a-z0-9]+://)?)[^/@]*@#i', '$1', $proxy);
    }

    private function level(): string
    {
        $condition = $this->config->getSystemValue('log.condition', []);
        if (in_array(Application::APP_ID, $condition['apps'] ?? [], true)) {
            return Organisation::LEVELS[0];
        }
        return Organisation::LEVELS[min(3, max(0, $this->config->getSystemValueInt('loglevel', 2)))];
    }
}
