<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Command;

use RuntimeException;

/**
 * The command was not used as it is meant to be; the message says how.
 */
final class Usage extends RuntimeException
{
}
