<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Notification;

use OCA\IntegrationExchange\AppInfo\Application;
use OCA\IntegrationExchange\Db\Account;
use OCP\AppFramework\Utility\ITimeFactory;
use OCP\Notification\IManager;
use OCP\Notification\INotification;

/**
 * Tells a person that Exchange refuses their sign-in, and takes it back when it does no longer.
 */
final class Refusals
{
    public const SUBJECT = 'refused';

    public function __construct(private readonly IManager $manager, private readonly ITimeFactory $time)
    {
    }

    public function tell(Account $account): void
    {
        $this->takeBack($account);
        $notification = $this->about($account)
            ->setDateTime($this->time->getDateTime())
            ->setSubject(self::SUBJECT, ['address' => $account->getAddress()])
            ->setMessage(self::SUBJECT, ['message' => (string)$account->getMessage()]);
        $this->manager->notify($notification);
    }

    public function takeBack(Account $account): void
    {
        $this->manager->markProcessed($this->about($account));
    }

    private function about(Account $account): INotification
    {
        return $this->manager->createNotification()
            ->setApp(Application::APP_ID)
            ->setUser($account->getUserId())
            ->setObject('account', (string)$account->getId());
    }
}
