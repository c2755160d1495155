<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Notification;

use OCA\IntegrationExchange\AppInfo\Application;
use OCA\IntegrationExchange\Language\Phrasebook;
use OCA\IntegrationExchange\Settings\ConnectedAccounts;
use OCP\IL10N;
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
    public function __construct(
        private readonly IFactory $languages,
        private readonly IURLGenerator $urls,
        private readonly Phrasebook $phrases,
    ) {
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
        if ($notification->getApp() !== Application::APP_ID) {
            throw new UnknownNotificationException();
        }
        [$subject, $message] = $this->words($notification, $this->languages->get(Application::APP_ID, $languageCode));
        $page = $this->urls->linkToRouteAbsolute('settings.PersonalSettings.index', ['section' => ConnectedAccounts::ID]);
        if ($message !== '') {
            $notification->setParsedMessage($message);
        }
        return $notification
            ->setParsedSubject($subject)
            ->setLink("$page#exchange-{$notification->getObjectType()}-{$notification->getObjectId()}")
            ->setIcon($this->urls->getAbsoluteURL($this->urls->imagePath(Application::APP_ID, 'app-dark.svg')));
    }

    /**
     * @return array{string, string} subject and message
     */
    private function words(INotification $notification, IL10N $l): array
    {
        $of = $notification->getSubjectParameters() + ['address' => '', 'message' => '', 'name' => '', 'amount' => 0];
        return match ($notification->getSubject()) {
            Needs::REFUSED => [
                $l->t('Exchange refuses the sign-in of %s. Nothing is synchronised until you sign in anew.', [$of['address']]),
                (string)$this->phrases->say((string)$of['message'], $l),
            ],
            Needs::BRAKE => [
                $l->t('“%s” is paused: unusually much would be deleted.', [$of['name']]),
                $l->t('Nothing is deleted until you decide. Go on with the deletions, or restore the items, in your settings.'),
            ],
            Needs::GONE => [
                $l->t('“%s” is not synchronised any more: its folder or its collection is gone.', [$of['name']]),
                $l->t('Bring it back and synchronise, or remove the link, in your settings.'),
            ],
            Needs::SET_ASIDE => [
                $l->n(
                    '%n item of “%s” could not be synchronised.',
                    '%n items of “%s” could not be synchronised.',
                    (int)$of['amount'],
                    [$of['name']]
                ),
                $l->t('All others are. Your settings say why, and what you can do.'),
            ],
            default => throw new UnknownNotificationException(),
        };
    }
}
