<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Worker;

use OCA\IntegrationExchange\AppInfo\Application;
use OCP\Config\IUserConfig;
use OCP\IAppConfig;
use OCP\IGroupManager;
use OCP\IUserManager;

/**
 * What Nextcloud remembers within a process and a worker must not, because other processes change it: settings, groups, people.
 */
final class Caches
{
    /** What the app itself notes down and nobody sets. */
    private const NOTES = ['job_problem', Start::PROBLEM, Start::SEEN];

    private string $print = '';

    public function __construct(
        private readonly IAppConfig $config,
        private readonly IUserConfig $userConfig,
        private readonly IGroupManager $groups,
        private readonly IUserManager $users,
    ) {
    }

    /**
     * @return bool whether the app's settings are others than last time
     */
    public function forget(): bool
    {
        $this->config->clearCache();
        $this->userConfig->clearCacheAll();
        // They forget the members and users they know when they are told anew where to find them.
        $backends = $this->groups->getBackends();
        $this->groups->clearBackends();
        array_walk($backends, $this->groups->addBackend(...));
        $backends = $this->users->getBackends();
        $this->users->clearBackends();
        array_walk($backends, $this->users->registerBackend(...));
        $values = array_diff_key($this->config->getAllValues(Application::APP_ID), array_flip(self::NOTES));
        ksort($values);
        $print = hash('sha256', serialize($values));
        $changed = $this->print !== '' && $this->print !== $print;
        $this->print = $print;
        return $changed;
    }
}
