<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\SetupCheck;

use DateTimeImmutable;
use OCA\IntegrationExchange\Db\AccountMapper;
use OCA\IntegrationExchange\OAuth\Cloud;
use OCP\AppFramework\Utility\ITimeFactory;
use OCP\IL10N;
use OCP\SetupCheck\ISetupCheck;
use OCP\SetupCheck\SetupResult;

/**
 * Tells in time that Microsoft ends Exchange Web Services in its clouds. Servers of one's own go on.
 * https://learn.microsoft.com/exchange/clients-and-mobile-in-exchange-online/deprecation-of-ews-exchange-online
 */
final class RetirementCheck implements ISetupCheck
{
    /** From then on it is told. */
    private const TOLD = '2026-04-01';
    /** From then on only organisations that ask for it have it. */
    private const LIMITED = '2026-10-01';
    private const END = '2027-04-01';

    public function __construct(private readonly AccountMapper $accounts, private readonly ITimeFactory $time, private readonly IL10N $l)
    {
    }

    public function getCategory(): string
    {
        return 'system';
    }

    public function getName(): string
    {
        return $this->l->t('Exchange Connector: Exchange Online without Exchange Web Services');
    }

    public function run(): SetupResult
    {
        $online = array_filter($this->accounts->servers(), Cloud::hosts(...), ARRAY_FILTER_USE_KEY);
        $today = DateTimeImmutable::createFromInterface($this->time->getDateTime())->format('Y-m-d');
        if ($online === [] || $today < self::TOLD) {
            return SetupResult::success($this->l->t('No account depends on a service that ends soon.'));
        }
        $affected = $this->l->n('%n account is in Exchange Online.', '%n accounts are in Exchange Online.', array_sum($online));
        if ($today >= self::END) {
            return SetupResult::error($affected . ' ' . $this->l->t('Microsoft has ended Exchange Web Services there on %s.', [self::END])
                . ' ' . $this->l->t('What is in Nextcloud stays. Update the app if there is a version that connects in another way.'));
        }
        $told = implode(' ', [
            $affected,
            $this->l->t('Microsoft ends Exchange Web Services there on %s.', [self::END]),
            $this->l->t('From %s on they work only where the organisation allows it:', [self::LIMITED]),
            $this->l->t('EWSEnabled is true and EWSAllowedAppIDs has the id of your application.'),
            $this->l->t('Keep the app up to date and plan for that day. Exchange servers of your own go on.'),
        ]);
        return $today < self::LIMITED ? SetupResult::info($told) : SetupResult::warning($told);
    }
}
