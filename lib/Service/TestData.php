<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Service;

use OCA\IntegrationExchange\AppInfo\Application;
use OCA\IntegrationExchange\Db\Account;
use OCA\IntegrationExchange\Db\Link;
use OCA\IntegrationExchange\Db\LinkMapper;
use OCA\IntegrationExchange\Failure;
use OCA\IntegrationExchange\Local\Collections;
use OCP\AppFramework\Utility\ITimeFactory;
use OCP\Config\IUserConfig;
use OCP\IL10N;
use Throwable;

/**
 * A calendar, a task list and an address book to try the synchronisation with, on both sides, linked; and gone again without a
 * trace. What was made is written down for the person before the next is made, so that all of it is found again.
 */
final class TestData
{
    private const ENDINGS = ['event' => '.ics', 'task' => '.ics', 'contact' => '.vcf'];

    public function __construct(
        private readonly Accounts $accounts,
        private readonly Links $links,
        private readonly LinkMapper $mapper,
        private readonly Collections $collections,
        private readonly Admission $admission,
        private readonly Work $work,
        private readonly IUserConfig $config,
        private readonly ITimeFactory $time,
        private readonly IL10N $l,
    ) {
    }

    public function exists(Account $account): bool
    {
        return $this->made($account) !== [];
    }

    /**
     * @return list<Link> what was made; their first cycles are started
     * @throws Failure
     */
    public function create(Account $account): array
    {
        if ($this->exists($account)) {
            throw new Failure('configuration', 'There is test data already. Delete it before you create it anew.');
        }
        $kinds = array_filter(array_keys(self::ENDINGS), $this->admission->admitsKind(...));
        try {
            $links = array_map(fn (string $kind): Link => $this->pair($account, $kind), array_values($kinds));
        } catch (Throwable $error) {
            $this->delete($account);
            throw $error;
        }
        array_map($this->work->synchronise(...), $links);
        return $links;
    }

    /**
     * @throws Failure where Exchange does not delete a folder; what is left then can be deleted later
     */
    public function delete(Account $account): void
    {
        $made = $this->made($account);
        while (($one = array_pop($made)) !== null) {
            $this->accounts->deleteFolder($account, $one['folder']);
            $link = isset($one['link']) ? $this->mapper->find($one['link']) : null;
            if ($link !== null) {
                $this->links->unlink($link);
            }
            if (isset($one['collection'])) {
                $this->collections->destroy($account->getUserId(), $one['kind'], $one['collection'], $one['uri']);
            }
            $this->remember($account, $made);
        }
    }

    private function pair(Account $account, string $kind): Link
    {
        $made = $this->made($account);
        $name = $this->name($kind);
        $folder = ['kind' => $kind, 'folder' => $this->accounts->createFolder($account, $kind, $name)];
        $this->remember($account, [...$made, $folder]);
        $collection = $this->collections->create($account->getUserId(), $kind, $name);
        $folder += ['collection' => $collection->id, 'uri' => $collection->uri];
        $this->remember($account, [...$made, $folder]);
        $objects = $this->collections->objects($kind, $collection->id);
        foreach (Samples::of($kind, $this->time->now(), (string)$collection->id) as $uid => $text) {
            $objects->create($uid . self::ENDINGS[$kind], $uid, $text);
        }
        $link = $this->links->tie($account, ['id' => $folder['folder'], 'kind' => $kind, 'name' => $name, 'path' => [$name]], $collection);
        $this->remember($account, [...$made, $folder + ['link' => $link->getId()]]);
        return $link;
    }

    private function name(string $kind): string
    {
        return match ($kind) {
            'event' => $this->l->t('Exchange test calendar'),
            'task' => $this->l->t('Exchange test tasks'),
            default => $this->l->t('Exchange test contacts'),
        };
    }

    /**
     * @return list<array{kind: string, folder: string, collection?: int, uri?: string, link?: int}>
     */
    private function made(Account $account): array
    {
        return $this->config->getValueArray($account->getUserId(), Application::APP_ID, self::key($account));
    }

    /**
     * @param list<array<string, mixed>> $made
     */
    private function remember(Account $account, array $made): void
    {
        $made === []
            ? $this->config->deleteUserConfig($account->getUserId(), Application::APP_ID, self::key($account))
            : $this->config->setValueArray($account->getUserId(), Application::APP_ID, self::key($account), $made);
    }

    private static function key(Account $account): string
    {
        return 'test_data_' . $account->getId();
    }
}
