<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Cycle;

use Closure;
use OCA\IntegrationExchange\Failure;
use OCA\IntegrationExchange\Journal\Journal;
use OCA\IntegrationExchange\Local\Objects;
use OCA\IntegrationExchange\Local\OwnWrites;
use OCA\IntegrationExchange\Local\Refusal;
use OCA\IntegrationExchange\Local\Title;
use OCA\IntegrationExchange\Local\Transaction;
use OCP\AppFramework\Utility\ITimeFactory;
use OCP\IDBConnection;
use Psr\Log\LoggerInterface;
use Throwable;

/**
 * Answers the engine's requests for one link: the local side, which is a collection and its journal. The shapes are those of
 * docs/architecture.md.
 */
final class Host
{
    /**
     * @param Closure(): mixed $fence throws where this process may not write for the link any more; called first in every
     *     transaction that writes
     * @param Closure(array<string, string|int>): void $saveCursors stores `remote_cursor` and `local_token` of the link
     * @param Closure(array<string, mixed>): void $onReport
     */
    public function __construct(
        private readonly Objects $objects,
        private readonly Journal $journal,
        private readonly IDBConnection $db,
        private readonly OwnWrites $ownWrites,
        private readonly ITimeFactory $time,
        private readonly LoggerInterface $logger,
        private readonly Closure $fence,
        private readonly Closure $saveCursors,
        private readonly Closure $onReport,
    ) {
    }

    /**
     * @param array<string, mixed> $payload
     * @return array<mixed>|null
     * @throws Failure where the local side as a whole cannot be worked with
     */
    public function answer(string $kind, array $payload): ?array
    {
        return match ($kind) {
            'changes' => $this->changes($payload['token'] ?? null, (bool)($payload['full'] ?? false)),
            'read' => $this->read($payload['uris']),
            'find' => $this->objects->find($payload['uids']),
            'load' => $this->load($payload),
            'write' => $this->write($payload['writes']),
            'save' => $this->save($payload),
            'report' => $this->report($payload),
            default => throw new Failure('bug', "The engine asked for “{$kind}”, which this version of the app does not know."),
        };
    }

    /**
     * The transaction keeps the comparison on the primary database and, where the database can, on one snapshot. The token
     * is read first: what changes after it shows in the next cycle again.
     */
    private function changes(?string $token, bool $full): array
    {
        return Transaction::run($this->db, function () use ($token, $full): array {
            $now = $this->token();
            if ($now === $token && !$full) {
                return ['token' => $now, 'changed' => [], 'deleted' => [], 'count' => 0, 'pairs' => 0, 'intents' => []];
            }
            return ['token' => $now] + $this->compare();
        });
    }

    private function compare(): array
    {
        $gone = $this->journal->etags();
        $changed = [];
        $count = 0;
        foreach ($this->objects->etags() as $uri => $etag) {
            $count++;
            if (($gone[$uri] ?? null) !== $etag) {
                $changed[] = ['uri' => (string)$uri, 'etag' => $etag];
            }
            unset($gone[$uri]);
        }
        return [
            'changed' => $changed,
            'deleted' => array_map(strval(...), array_keys($gone)),
            'count' => $count,
            'pairs' => $this->journal->count(),
            'intents' => $this->journal->intents(),
        ];
    }

    /**
     * Text that is not UTF-8 comes from old imports and is Windows-1252 then; every byte of it has a meaning.
     */
    private function read(array $uris): array
    {
        $objects = $this->objects->read($uris);
        foreach ($objects as $index => $object) {
            if (!mb_check_encoding($object['text'], 'UTF-8')) {
                $objects[$index]['text'] = mb_convert_encoding($object['text'], 'UTF-8', 'Windows-1252');
            }
        }
        return $objects;
    }

    private function load(array $select): array
    {
        if (isset($select['of'])) {
            $of = $select['of'];
            return $this->journal->of($of['remote_ids'] ?? [], $of['uris'] ?? [], $of['keys'] ?? []);
        }
        $rolling = $select['rolling'] ?? null;
        return $rolling !== null
            ? $this->journal->rolling($rolling['from'], $rolling['until'], (string)$rolling['after'], (int)$rolling['limit'])
            : $this->journal->after((string)$select['after']['key'], (int)$select['after']['limit']);
    }

    private function write(array $writes): array
    {
        $this->token();
        $taken = $this->takenUids($writes);
        $outcomes = [];
        foreach ($writes as $write) {
            $operation = $write['operation'];
            $creates = $operation['do'] === 'create';
            if ($creates && isset($taken[$operation['uid']])) {
                $outcomes[] = ['outcome' => 'exists'];
                continue;
            }
            $outcomes[] = $outcome = $this->writeOne($write);
            if ($creates && $outcome['outcome'] === 'done') {
                $taken[$operation['uid']] = true;
            }
        }
        return $outcomes;
    }

    /**
     * @return array<string, true>
     */
    private function takenUids(array $writes): array
    {
        $uids = [];
        foreach ($writes as $write) {
            if ($write['operation']['do'] === 'create') {
                $uids[] = (string)$write['operation']['uid'];
            }
        }
        return $uids === [] ? [] : array_fill_keys(array_column($this->objects->find($uids), 'uid'), true);
    }

    /**
     * One object, its row and its kept versions: all or nothing.
     */
    private function writeOne(array $write): array
    {
        try {
            return $this->ownWrites->during(fn (): array => Transaction::run($this->db, fn (): array => $this->apply($write)));
        } catch (Race $race) {
            return ['outcome' => $race->outcome];
        } catch (Failure $failure) {
            throw $failure;
        } catch (Throwable $error) {
            $outcome = Refusal::outcome($error);
            $this->logger->info('A synchronised item could not be stored: ' . $error->getMessage(), ['exception' => $error]);
            return $outcome;
        }
    }

    /**
     * The fence writes first: on SQLite that takes the lock which makes the check of the etag hold.
     */
    private function apply(array $write): array
    {
        ($this->fence)();
        $pair = $write['pair'] ?? null;
        $this->journal->forget(array_values(array_filter([$write['forget'] ?? null, $pair['key'] ?? null])));
        $kept = $this->withTexts($write['kept'] ?? [], $write['operation']['uri']);
        $etag = $this->operate($write['operation']);
        if ($pair !== null) {
            $this->journal->insert(['etag' => $etag] + $pair);
        }
        $this->journal->keep($kept, $this->time->getTime());
        return ['outcome' => 'done', 'etag' => $etag];
    }

    /**
     * A version without its text is the object as it is before the operation; one that is gone already leaves nothing to keep.
     */
    private function withTexts(array $kept, string $uri): array
    {
        $now = null;
        foreach ($kept as $index => $version) {
            if ($version['text'] === null) {
                $now ??= $this->read([$uri])[0]['text'] ?? '';
                $kept[$index]['text'] = $now;
            }
        }
        return array_values(array_filter($kept, static fn (array $version): bool => $version['text'] !== ''));
    }

    private function operate(array $operation): ?string
    {
        $uri = $operation['uri'];
        $etag = $this->objects->etag($uri);
        switch ($operation['do']) {
            case 'create':
                if ($etag !== null) {
                    throw new Race('exists');
                }
                return $this->objects->create($uri, $operation['uid'], $operation['text']);
            case 'update':
                if ($etag !== $operation['etag']) {
                    throw new Race($etag === null ? 'missing' : 'stale');
                }
                return $this->objects->update($uri, $operation['text']);
            case 'delete':
                if ($etag !== $operation['etag']) {
                    throw new Race($etag === null ? 'missing' : 'stale');
                }
                $this->objects->delete($uri);
                return null;
            default:
                throw new Failure('bug', "The engine asked to “{$operation['do']}” an object, which this app does not know.");
        }
    }

    private function save(array $save): null
    {
        Transaction::run($this->db, function () use ($save): void {
            ($this->fence)();
            $this->journal->forget($save['forget'] ?? []);
            $this->journal->put($save['pairs'] ?? []);
            $this->journal->keep($save['kept'] ?? [], $this->time->getTime());
            $cursors = [];
            if (isset($save['cursor'])) {
                $cursors['remote_cursor'] = $save['cursor'] === '' ? null : $save['cursor'];
            }
            if (isset($save['token'])) {
                $cursors['local_token'] = $save['token'];
            }
            if ($cursors !== []) {
                ($this->saveCursors)($cursors);
            }
        });
        return null;
    }

    private function report(array $report): null
    {
        if (isset($report['plan'])) {
            $report['plan'] = $this->titled($report['plan']);
        }
        ($this->onReport)($report);
        return null;
    }

    /**
     * The engine knows no title of an object that it had no need to read.
     *
     * @param list<array<string, mixed>> $plan
     * @return list<array<string, mixed>>
     */
    private function titled(array $plan): array
    {
        $nameless = array_filter($plan, static fn (array $step): bool => $step['title'] === '' && $step['uri'] !== null);
        $texts = $nameless === [] ? [] : array_column($this->read(array_column($nameless, 'uri')), 'text', 'uri');
        foreach (array_keys($nameless) as $index) {
            $plan[$index]['title'] = (string)Title::of($texts[$plan[$index]['uri']] ?? '');
        }
        return $plan;
    }

    private function token(): string
    {
        return $this->objects->token() ?? throw new Failure(
            'gone',
            'The Nextcloud collection of this link does not exist any more; remove the link or restore the collection.'
        );
    }
}
