<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Notification;

use OCA\IntegrationExchange\AppInfo\Application;
use OCA\IntegrationExchange\Db\Account;
use OCA\IntegrationExchange\Db\AccountMapper;
use OCA\IntegrationExchange\Db\Link;
use OCA\IntegrationExchange\Db\LinkMapper;
use OCA\IntegrationExchange\Journal\Journals;
use OCP\AppFramework\Utility\ITimeFactory;
use OCP\Notification\IManager;
use OCP\Notification\INotification;

/**
 * Tells people where they are needed, and takes it back when it is solved. Of each cause they are told once a day at most: what
 * was told is in the row of the account or link, as {cause: {at, shown, amount}}, and what has to wait is told by the job TellPeople.
 */
final class Needs
{
    public const REFUSED = 'refused';
    public const BRAKE = 'brake';
    public const GONE = 'gone';
    public const SET_ASIDE = 'set_aside';
    private const DAY = 86_400;

    public function __construct(
        private readonly IManager $manager,
        private readonly AccountMapper $accounts,
        private readonly LinkMapper $links,
        private readonly Journals $journals,
        private readonly ITimeFactory $time,
    ) {
    }

    /**
     * Looks at an account as it is stored.
     */
    public function account(Account $account): void
    {
        $causes = $account->getState() !== Account::REFUSED ? [] : [
            self::REFUSED => ['address' => $account->getAddress(), 'message' => (string)$account->getMessage()],
        ];
        $about = $this->about($account->getUserId(), 'account', $account->getId());
        $told = $this->settle($about, self::read($account->getTold()), $causes);
        if ($told !== $account->getTold()) {
            $account->setTold($told);
            $this->accounts->update($account);
        }
    }

    /**
     * Looks at a link as it is stored now.
     */
    public function link(int $id): void
    {
        $link = $this->links->find($id);
        $account = $link === null ? null : $this->accounts->find($link->getAccountId());
        if ($account !== null) {
            $about = $this->about($account->getUserId(), 'link', $id);
            $told = $this->settle($about, self::read($link->getTold()), $this->causes($link));
            if ($told !== $link->getTold()) {
                $this->links->set($id, ['told' => $told]);
            }
        }
    }

    /**
     * What waits for its day, or was solved in another way than by a cycle.
     */
    public function all(): void
    {
        array_map($this->account(...), $this->accounts->told());
        array_map($this->link(...), $this->links->told());
    }

    public function forgetAccount(Account $account): void
    {
        $this->manager->markProcessed($this->about($account->getUserId(), 'account', $account->getId()));
    }

    public function forgetLink(int $id, string $userId): void
    {
        $this->manager->markProcessed($this->about($userId, 'link', $id));
    }

    /**
     * @return array<string, array<string, string|int>> parameters of the sentence by cause
     */
    private function causes(Link $link): array
    {
        $name = ['name' => (string)($link->getCollectionName() ?? $link->getFolderName())];
        $causes = [];
        if ($link->getState() === Link::STOPPED && in_array($link->getError(), [self::BRAKE, self::GONE], true)) {
            $causes[(string)$link->getError()] = $name;
        }
        $amount = $this->journals->counts([$link->getId()])[$link->getId()]['set_aside'] ?? 0;
        return $causes + ($amount === 0 ? [] : [self::SET_ASIDE => $name + ['amount' => $amount]]);
    }

    /**
     * @param array<string, array{at: int, shown: bool, amount: int}> $told
     * @param array<string, array<string, string|int>> $causes
     */
    private function settle(INotification $about, array $told, array $causes): ?string
    {
        $now = $this->time->getTime();
        foreach ($told as $cause => $last) {
            if (!isset($causes[$cause])) {
                !$last['shown'] || $this->manager->markProcessed((clone $about)->setSubject($cause));
                $told[$cause]['shown'] = false;
                if ($last['at'] + self::DAY <= $now) {
                    unset($told[$cause]);
                }
            }
        }
        foreach ($causes as $cause => $parameters) {
            $last = $told[$cause] ?? ['at' => 0, 'shown' => false, 'amount' => 0];
            $amount = (int)($parameters['amount'] ?? 0);
            if ((!$last['shown'] || $amount > $last['amount']) && $last['at'] + self::DAY <= $now) {
                $this->manager->markProcessed((clone $about)->setSubject($cause));
                $this->manager->notify((clone $about)->setDateTime($this->time->getDateTime())->setSubject($cause, $parameters));
                $told[$cause] = ['at' => $now, 'shown' => true, 'amount' => $amount];
            } elseif ($amount < $last['amount']) {
                // Others that come are new ones.
                $told[$cause] = ['amount' => $amount] + $last;
            }
        }
        return $told === [] ? null : json_encode($told, JSON_THROW_ON_ERROR);
    }

    private function about(string $userId, string $what, int $id): INotification
    {
        return $this->manager->createNotification()->setApp(Application::APP_ID)->setUser($userId)->setObject($what, (string)$id);
    }

    /**
     * @return array<string, array{at: int, shown: bool, amount: int}>
     */
    private static function read(?string $told): array
    {
        return $told === null ? [] : json_decode($told, true, 8, JSON_THROW_ON_ERROR);
    }
}
