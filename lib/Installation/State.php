<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Installation;

/**
 * How a place stands.
 */
enum State: string
{
    /** The extension is loaded, and of the app's version. */
    case Loaded = 'loaded';
    /** It has just been set up. */
    case Installed = 'installed';
    /** It does well without: the command line loads the build of the app's folder when it is started for its work. */
    case Left = 'left';
    /** It can be set up by this user. */
    case Ready = 'ready';
    /** It has to be set up by somebody who may: the lines say how. */
    case Manual = 'manual';
    /** It cannot be loaded there. */
    case Unfit = 'unfit';
}
