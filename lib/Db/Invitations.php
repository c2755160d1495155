<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Db;

/**
 * Who sends invitations, updates, cancellations and answers for the meetings of a link. Never both sides.
 */
final class Invitations
{
    public const NOBODY = 'nobody';
    public const NEXTCLOUD = 'nextcloud';
    public const EXCHANGE = 'exchange';
    public const ALL = [self::NOBODY, self::NEXTCLOUD, self::EXCHANGE];
}
