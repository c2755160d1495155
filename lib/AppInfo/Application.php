<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\AppInfo;

use OCA\IntegrationExchange\Controller\AdmissionMiddleware;
use OCA\IntegrationExchange\Listener\UserDeleted;
use OCA\IntegrationExchange\Local\ChangeListener;
use OCA\IntegrationExchange\Local\SabreListener;
use OCA\IntegrationExchange\Notification\Notifier;
use OCA\IntegrationExchange\SetupCheck\CertificateCheck;
use OCA\IntegrationExchange\SetupCheck\CronCheck;
use OCA\IntegrationExchange\SetupCheck\ExtensionCheck;
use OCA\IntegrationExchange\SetupCheck\FailingCheck;
use OCA\IntegrationExchange\SetupCheck\RetirementCheck;
use OCA\IntegrationExchange\SetupCheck\WorkerCheck;
use OCP\AppFramework\App;
use OCP\AppFramework\Bootstrap\IBootContext;
use OCP\AppFramework\Bootstrap\IBootstrap;
use OCP\AppFramework\Bootstrap\IRegistrationContext;
use OCP\User\Events\UserDeletedEvent;

final class Application extends App implements IBootstrap
{
    public const APP_ID = 'integration_exchange';

    public function __construct()
    {
        parent::__construct(self::APP_ID);
    }

    public function register(IRegistrationContext $context): void
    {
        foreach (ChangeListener::EVENTS as $event) {
            $context->registerEventListener($event, ChangeListener::class);
        }
        $context->registerEventListener(SabreListener::EVENT, SabreListener::class);
        $context->registerEventListener(UserDeletedEvent::class, UserDeleted::class);
        $context->registerMiddleware(AdmissionMiddleware::class);
        $context->registerNotifierService(Notifier::class);
        $context->registerSetupCheck(ExtensionCheck::class);
        $context->registerSetupCheck(CronCheck::class);
        $context->registerSetupCheck(CertificateCheck::class);
        $context->registerSetupCheck(FailingCheck::class);
        $context->registerSetupCheck(RetirementCheck::class);
        $context->registerSetupCheck(WorkerCheck::class);
    }

    public function boot(IBootContext $context): void
    {
    }
}
