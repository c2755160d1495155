<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

/**
 * What a person does with the page from the first connection to the last, on every database.
 */
final class StoryBrowserTest extends BrowserTestCase
{
    public function testAPersonConnectsAndSynchronises(): void
    {
        $this->standIn->colour('calendar', 5);
        $this->play('story');
    }
}
