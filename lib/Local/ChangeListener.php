<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Local;

use OCA\DAV\Events\CardCreatedEvent;
use OCA\DAV\Events\CardDeletedEvent;
use OCA\DAV\Events\CardMovedEvent;
use OCA\DAV\Events\CardUpdatedEvent;
use OCA\IntegrationExchange\Db\LinkMapper;
use OCA\IntegrationExchange\Worker\Bell;
use OCP\Calendar\Events\CalendarObjectCreatedEvent;
use OCP\Calendar\Events\CalendarObjectDeletedEvent;
use OCP\Calendar\Events\CalendarObjectMovedEvent;
use OCP\Calendar\Events\CalendarObjectMovedToTrashEvent;
use OCP\Calendar\Events\CalendarObjectRestoredEvent;
use OCP\Calendar\Events\CalendarObjectUpdatedEvent;
use OCP\EventDispatcher\Event;
use OCP\EventDispatcher\IEventListener;

/**
 * A local object changed: the links of its collection become due, and workers are woken. Nothing else happens here, because the
 * events are sent inside the transaction of whoever changed the object.
 *
 * @implements IEventListener<Event>
 */
final class ChangeListener implements IEventListener
{
    public const EVENTS = [
        CalendarObjectCreatedEvent::class,
        CalendarObjectUpdatedEvent::class,
        CalendarObjectDeletedEvent::class,
        CalendarObjectMovedEvent::class,
        CalendarObjectMovedToTrashEvent::class,
        CalendarObjectRestoredEvent::class,
        CardCreatedEvent::class,
        CardUpdatedEvent::class,
        CardDeletedEvent::class,
        CardMovedEvent::class,
    ];

    public function __construct(
        private readonly LinkMapper $links,
        private readonly OwnWrites $ownWrites,
        private readonly Bell $bell,
    ) {
    }

    public function handle(Event $event): void
    {
        if ($this->ownWrites->active()) {
            return;
        }
        $due = false;
        foreach (self::collections($event) as $id) {
            $due = $this->links->markDue($id, str_contains($event::class, 'Calendar') ? ['event', 'task'] : ['contact']) || $due;
        }
        $due && $this->bell->ring();
    }

    /**
     * @return list<int>
     */
    private static function collections(Event $event): array
    {
        return match (true) {
            $event instanceof CalendarObjectMovedEvent => [$event->getSourceCalendarId(), $event->getTargetCalendarId()],
            $event instanceof CardMovedEvent => [$event->getSourceAddressBookId(), $event->getTargetAddressBookId()],
            method_exists($event, 'getCalendarId') => [$event->getCalendarId()],
            method_exists($event, 'getAddressBookId') => [$event->getAddressBookId()],
            default => [],
        };
    }
}
