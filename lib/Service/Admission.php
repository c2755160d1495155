<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Service;

use OCA\IntegrationExchange\Failure;
use OCA\IntegrationExchange\Setting\Organisation;
use OCP\IGroupManager;

/**
 * Who may use the app, and for what, as the administrator says.
 */
final class Admission
{
    /** Kind of the failures. */
    public const REFUSED = 'not_allowed';
    private const CLOSED = 'Your organisation has not opened the Exchange Connector for you. Nothing is synchronised and'
        . ' nothing is lost; ask your administrator to add you to one of its groups.';
    private const NOT = [
        'event' => 'Your organisation does not synchronise calendars with Exchange.',
        'task' => 'Your organisation does not synchronise tasks with Exchange.',
        'contact' => 'Your organisation does not synchronise contacts with Exchange.',
    ];

    public function __construct(private readonly Organisation $organisation, private readonly IGroupManager $groups)
    {
    }

    public function admits(string $userId): bool
    {
        $allowed = $this->organisation->get('groups');
        return $allowed === [] || array_filter($allowed, fn (string $group): bool => $this->groups->isInGroup($userId, $group)) !== [];
    }

    public function admitsKind(string $kind): bool
    {
        return in_array($kind, $this->organisation->get('kinds'), true);
    }

    /**
     * @return string|null why this person may not use the app; null: they may
     */
    public function refusal(string $userId): ?string
    {
        return $this->admits($userId) ? null : self::CLOSED;
    }

    /**
     * @throws Failure
     */
    public function need(string $userId): void
    {
        $refusal = $this->refusal($userId);
        if ($refusal !== null) {
            throw new Failure(self::REFUSED, $refusal);
        }
    }

    /**
     * @throws Failure
     */
    public function needKind(string $kind): void
    {
        if (!$this->admitsKind($kind)) {
            throw new Failure(self::REFUSED, self::NOT[$kind] . ' What is here stays here; your administrator can'
                . ' allow it.');
        }
    }
}
