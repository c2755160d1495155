<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Notification;

use OCA\IntegrationExchange\AppInfo\Application;
use OCP\IURLGenerator;
use OCP\L10N\IFactory;
use OCP\Notification\INotification;
use OCP\Notification\INotifier;
use OCP\Notification\UnknownNotificationException;

/**
 * The words of this app's notifications.
 */
final class Notifier implements INotifier
{
    public function __construct(private readonly IFactory $languages, private readonly IURLGenerator $urls)
    {
    }

    public function getID(): string
    {
        return Application::APP_ID;
    }

    public function getName(): string
    {
        return $this->languages->get(Application::APP_ID)->t('Exchange Connector');
    }

    public function prepare(INotification $notification, string $languageCode): INotification
    {
        if ($notification->getApp() !== Application::APP_ID || $notification->getSubject() !== Refusals::SUBJECT) {
            throw new UnknownNotificationException();
        }
        $words = $this->languages->get(Application::APP_ID, $languageCode);
        $address = $notification->getSubjectParameters()['address'] ?? '';
        return $notification
            ->setParsedSubject($words->t('Exchange refuses the sign-in of %s. Nothing is synchronised until you sign in anew.', [$address]))
            ->setParsedMessage($notification->getMessageParameters()['message'] ?? '')
            ->setIcon($this->urls->getAbsoluteURL($this->urls->imagePath(Application::APP_ID, 'app-dark.svg')));
    }
}
