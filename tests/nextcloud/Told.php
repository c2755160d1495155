<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use OCP\Notification\IApp;
use OCP\Notification\IManager;
use OCP\Notification\INotification;
use OCP\Server;

/**
 * Stands where Nextcloud's notifications do and remembers which ones a person has.
 */
final class Told implements IApp
{
    /** @var list<array{user: string, object: string, subject: string, parameters: array<string, mixed>}> in the order of their coming */
    public static array $shown = [];
    /** how many ever came */
    public static int $count = 0;

    private static bool $stands = false;

    public static function begin(): void
    {
        self::$stands || Server::get(IManager::class)->registerApp(self::class);
        self::$stands = true;
        [self::$shown, self::$count] = [[], 0];
    }

    public function notify(INotification $notification): void
    {
        self::$count++;
        self::$shown[] = [
            'user' => $notification->getUser(),
            'object' => "{$notification->getObjectType()} {$notification->getObjectId()}",
            'subject' => $notification->getSubject(),
            'parameters' => $notification->getSubjectParameters(),
        ];
    }

    public function getCount(INotification $notification): int
    {
        return count(self::$shown);
    }

    public function markProcessed(INotification $notification): void
    {
        $of = [
            'user' => $notification->getUser(),
            'object' => "{$notification->getObjectType()} {$notification->getObjectId()}",
            'subject' => $notification->getSubject(),
        ];
        self::$shown = array_values(array_filter(
            self::$shown,
            static fn (array $shown): bool => array_diff_assoc(array_filter($of), array_diff_key($shown, ['parameters' => 0])) !== []
        ));
    }

    /**
     * @return list<string> what a user has, as object and subject
     */
    public static function to(string $user): array
    {
        $theirs = array_filter(self::$shown, static fn (array $shown): bool => $shown['user'] === $user);
        return array_map(static fn (array $shown): string => "{$shown['object']}: {$shown['subject']}", array_values($theirs));
    }
}
