<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Local;

use OCA\DAV\CalDAV\Calendar;
use OCA\IntegrationExchange\Db\Invitations;
use OCA\IntegrationExchange\Db\LinkMapper;
use OCA\IntegrationExchange\Setting\Settings;
use Sabre\DAV\Server;
use Sabre\DAV\ServerPlugin;
use Sabre\VObject\ITip\Message;

/**
 * Keeps Nextcloud's CalDAV server from inviting, updating, cancelling and answering for a calendar that is linked with Exchange,
 * unless the link says that Nextcloud does: one side alone tells people.
 *
 * Sabre hands every scheduling message to the event `schedule`: local delivery has priority 100, mail 120. It does not say which
 * calendar the message is about; so that is remembered while Sabre's scheduling (priority 100) looks at a changed or deleted
 * object.
 */
final class QuietCalendars extends ServerPlugin
{
    private const BEFORE_SCHEDULING = 90;
    private const AFTER_SCHEDULING = 110;
    private const BEFORE_DELIVERY = 10;

    private ?Server $server = null;
    private ?string $calendar = null;
    /** @var array<string, bool> whether a calendar is quiet, by its path */
    private array $known = [];

    public function __construct(private readonly LinkMapper $links, private readonly Settings $settings)
    {
    }

    public function initialize(Server $server): void
    {
        $this->server = $server;
        $server->on('calendarObjectChange', function ($request, $response, $object, string $calendar): void {
            $this->calendar = $calendar;
        }, self::BEFORE_SCHEDULING);
        $server->on('beforeUnbind', function (string $path): void {
            $this->calendar = dirname($path);
        }, self::BEFORE_SCHEDULING);
        foreach (['calendarObjectChange', 'beforeUnbind'] as $event) {
            $server->on($event, function (): void {
                $this->calendar = null;
            }, self::AFTER_SCHEDULING);
        }
        $server->on('schedule', $this->schedule(...), self::BEFORE_DELIVERY);
    }

    /**
     * @return bool false: nobody else hears of the message
     */
    private function schedule(Message $message): bool
    {
        if ($this->calendar === null || !$this->isQuiet($this->calendar)) {
            return true;
        }
        // RFC 6638 section 3.2.9: 1.0 is “pending”; it ends up beside the attendee.
        $message->scheduleStatus = '1.0;Nextcloud does not invite for this calendar';
        return false;
    }

    private function isQuiet(string $path): bool
    {
        if (!isset($this->known[$path])) {
            $node = $this->server?->tree->getNodeForPath($path);
            $link = $node instanceof Calendar ? $this->links->ofCollection($node->getResourceId(), 'event') : null;
            $this->known[$path] = $link !== null && $this->settings->of($link)['invitations'] !== Invitations::NEXTCLOUD;
        }
        return $this->known[$path];
    }
}
