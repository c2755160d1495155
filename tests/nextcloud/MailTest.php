<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use OCP\Mail\IMailer;
use OCP\Server;
use PHPUnit\Framework\TestCase;
use Throwable;

/**
 * The other tests assert that no mail was sent; this one makes sure that they would notice.
 */
final class MailTest extends TestCase
{
    public function testTheSinkNoticesAMail(): void
    {
        $file = (string)getenv('MAIL_FILE');
        self::assertSame('', (string)file_get_contents($file));
        $mailer = Server::get(IMailer::class);
        $message = $mailer->createMessage();
        $message->setTo(['person@example.org' => 'Person']);
        $message->setSubject('Hello');
        $message->setPlainBody('Hello');
        try {
            $mailer->send($message);
        } catch (Throwable) {
            // The sink hangs up.
        }
        for ($wait = 0; $wait < 100 && file_get_contents($file) === ''; $wait++) {
            usleep(20_000);
        }
        self::assertStringStartsWith('attempt', (string)file_get_contents($file));
        file_put_contents($file, '');
    }
}
