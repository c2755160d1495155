<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Service;

use OCA\IntegrationExchange\Failure;
use OCA\IntegrationExchange\Journal\History;
use OCA\IntegrationExchange\Journal\Journals;
use OCA\IntegrationExchange\Local\Collections;
use OCA\IntegrationExchange\Local\Objects;
use OCA\IntegrationExchange\Local\Refusal;
use OCA\IntegrationExchange\Local\Transaction;
use OCA\IntegrationExchange\Local\Uid;
use OCP\AppFramework\Utility\ITimeFactory;
use OCP\IDBConnection;
use Throwable;

/**
 * Puts a kept version back into its collection, as a person would write it there: the next cycle takes it to Exchange.
 */
final class Restore
{
    private const ENDINGS = ['event' => '.ics', 'task' => '.ics', 'contact' => '.vcf'];

    public function __construct(
        private readonly History $history,
        private readonly Journals $journals,
        private readonly Links $links,
        private readonly Accounts $accounts,
        private readonly Collections $collections,
        private readonly IDBConnection $db,
        private readonly ITimeFactory $time,
    ) {
    }

    /**
     * @return array<string, mixed> a version with its text, see History
     */
    public function version(int $id): array
    {
        return $this->history->find($id)
            ?? throw new Failure('configuration', "There is no kept version $id (any more); exchange:history shows them all.");
    }

    /**
     * @param array<string, mixed> $version
     * @return string|null the object's text now; null where it is gone
     */
    public function now(array $version): ?string
    {
        $objects = $this->objects($version, writes: false);
        $uri = $this->place($version, $objects);
        return $objects->read([$uri])[0]['text'] ?? null;
    }

    /**
     * @return array{link: int, uri: string, did: string} what was done: created, updated, or nothing
     */
    public function restore(int $id): array
    {
        $version = $this->version($id);
        $objects = $this->objects($version, writes: true);
        try {
            $did = Transaction::run($this->db, function () use ($version, $objects): array {
                $uri = $this->place($version, $objects);
                return ['uri' => $uri, 'did' => $this->write($version, $objects, $uri)];
            });
        } catch (Failure $failure) {
            throw $failure;
        } catch (Throwable $error) {
            $outcome = Refusal::outcome($error);
            throw new Failure('host', $outcome['reason'] ?? 'Another object has its name already; remove that one and try again.');
        }
        return ['link' => $version['link']] + $did;
    }

    /**
     * What is replaced is kept, so that a restored version can be taken back as well.
     *
     * @param array<string, mixed> $version
     */
    private function write(array $version, Objects $objects, string $uri): string
    {
        $etag = $objects->etag($uri);
        if ($etag === null) {
            $objects->create($uri, (string)Uid::of($version['text']), $version['text']);
            return 'created';
        }
        $now = $objects->read([$uri])[0]['text'];
        if ($now === $version['text']) {
            return 'nothing';
        }
        $this->journals->of($version['link'])->keep([[
            'side' => 'local', 'cause' => 'overwritten', 'uri' => $uri, 'text' => $now,
            'reason' => "Version {$version['id']} was restored in its place.",
        ]], $this->time->getTime());
        $objects->update($uri, $version['text']);
        return 'updated';
    }

    /**
     * The name under which the version belongs: that of the object which has its UID now, else the one that it had.
     *
     * @param array<string, mixed> $version
     */
    private function place(array $version, Objects $objects): string
    {
        $uid = Uid::of($version['text'])
            ?? throw new Failure('configuration', "Version {$version['id']} has no UID, so it cannot be written; --show prints it.");
        $found = $objects->find([$uid])[0]['uri'] ?? null;
        $kind = $this->links->get($version['link'])->getKind();
        return $found ?? $version['uri'] ?? preg_replace('/[^A-Za-z0-9@._-]/', '-', $uid) . self::ENDINGS[$kind];
    }

    /**
     * @param array<string, mixed> $version
     */
    private function objects(array $version, bool $writes): Objects
    {
        $link = $this->links->get($version['link']);
        $user = $this->accounts->get($link->getAccountId())->getUserId();
        $this->collections->admit($user, $link->getKind(), $link->getCollectionId(), $writes);
        return $this->collections->objects($link->getKind(), $link->getCollectionId());
    }
}
