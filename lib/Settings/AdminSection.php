<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Settings;

use OCA\IntegrationExchange\AppInfo\Application;
use OCP\IL10N;
use OCP\IURLGenerator;
use OCP\Settings\IIconSection;

final class AdminSection implements IIconSection
{
    public const ID = Application::APP_ID;

    public function __construct(private readonly IL10N $l, private readonly IURLGenerator $urls)
    {
    }

    public function getID(): string
    {
        return self::ID;
    }

    public function getName(): string
    {
        return $this->l->t('Exchange');
    }

    public function getPriority(): int
    {
        return 75;
    }

    public function getIcon(): string
    {
        return $this->urls->imagePath(Application::APP_ID, 'app-dark.svg');
    }
}
