<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Listener;

use OCA\IntegrationExchange\Service\Accounts;
use OCP\EventDispatcher\Event;
use OCP\EventDispatcher\IEventListener;
use OCP\User\Events\UserDeletedEvent;

/**
 * A user is gone: so are their accounts, passwords, links and journals.
 *
 * @implements IEventListener<UserDeletedEvent>
 */
final class UserDeleted implements IEventListener
{
    public function __construct(private readonly Accounts $accounts)
    {
    }

    public function handle(Event $event): void
    {
        if ($event instanceof UserDeletedEvent) {
            $this->accounts->removeUser($event->getUser()->getUID());
        }
    }
}
