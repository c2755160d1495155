<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Local;

use OCA\DAV\Events\SabrePluginAddEvent;
use OCP\EventDispatcher\Event;
use OCP\EventDispatcher\IEventListener;

/**
 * Adds our plugin to Nextcloud's CalDAV server.
 *
 * @implements IEventListener<Event>
 */
final class SabreListener implements IEventListener
{
    public const EVENT = SabrePluginAddEvent::class;

    public function __construct(private readonly QuietCalendars $plugin)
    {
    }

    public function handle(Event $event): void
    {
        if ($event instanceof SabrePluginAddEvent) {
            $event->getServer()->addPlugin($this->plugin);
        }
    }
}
