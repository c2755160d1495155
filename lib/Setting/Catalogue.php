<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Setting;

use OCA\IntegrationExchange\Db\Invitations;

/**
 * Every setting of a link.
 */
final class Catalogue
{
    /**
     * @return array<string, Setting> by name
     */
    public static function all(): array
    {
        $all = [
            new Choice('policy', ['newest', 'exchange', 'nextcloud'], 'Who wins where both sides changed the same'),
            new Choice('deletes', ['edit', 'policy'], 'Whether a change or the policy wins over a deletion on the other side'),
            new Choice('direction', ['both', 'to_nextcloud', 'to_exchange'], 'Which way changes go'),
            new Window('window', 'Days back and ahead (31:183) of which events are in Nextcloud; all'),
            new Choice('privacy', ['full', 'masked'], 'Whether private items come with their details or with a placeholder'),
            new Placeholder('placeholder', 'Busy', 'What a masked item is called'),
            new Limit('max_deletes', 'How many deletions a run may make; auto: up to 10, or a fifth of the items'),
            new Choice('invitations', Invitations::ALL, 'Who invites to meetings', 'event'),
        ];
        return array_combine(array_column($all, 'name'), $all);
    }
}
