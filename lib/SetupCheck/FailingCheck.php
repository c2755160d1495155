<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\SetupCheck;

use OCA\IntegrationExchange\Db\Inventory;
use OCP\AppFramework\Utility\ITimeFactory;
use OCP\IL10N;
use OCP\SetupCheck\SetupResult;

/**
 * Tells of accounts that have not been in step for long.
 */
final class FailingCheck implements OnPage
{
    /** Seconds. */
    private const LONG = 2 * 86_400;
    private const NAMED = 5;

    public function __construct(private readonly Inventory $inventory, private readonly ITimeFactory $time, private readonly IL10N $l)
    {
    }

    public function getCategory(): string
    {
        return 'system';
    }

    public function getName(): string
    {
        return $this->l->t('Exchange Connector: accounts that fail');
    }

    public function run(): SetupResult
    {
        return $this->result($this->l->t('Administration settings → Exchange says why.'));
    }

    public function onPage(): SetupResult
    {
        return $this->result($this->l->t('The table below says why.'));
    }

    private function result(string $where): SetupResult
    {
        $addresses = $this->inventory->failingSince($this->time->getTime() - self::LONG);
        if ($addresses === []) {
            return SetupResult::success($this->l->t('Every account was in step within the last two days.'));
        }
        $named = implode(', ', array_slice($addresses, 0, self::NAMED)) . (count($addresses) > self::NAMED ? ', …' : '');
        return SetupResult::warning($this->l->n(
            '%n account has not been in step for two days or longer: %s.',
            '%n accounts have not been in step for two days or longer: %s.',
            count($addresses),
            [$named]
        ) . " $where");
    }
}
