<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Settings;

use OCP\IL10N;
use OCP\IURLGenerator;
use OCP\Settings\IIconSection;

/**
 * The section of a person's settings where apps that connect to other services put themselves. Nextcloud leaves it to them to
 * name it, each in the same way, and takes the first.
 */
final class ConnectedAccounts implements IIconSection
{
    public const ID = 'connected-accounts';

    public function __construct(private readonly IL10N $l, private readonly IURLGenerator $urls)
    {
    }

    public function getID(): string
    {
        return self::ID;
    }

    public function getName(): string
    {
        return $this->l->t('Connected accounts');
    }

    public function getPriority(): int
    {
        return 80;
    }

    public function getIcon(): string
    {
        return $this->urls->imagePath('core', 'categories/integration.svg');
    }
}
