<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Service;

use OCA\IntegrationExchange\Cycle\Options;
use OCA\IntegrationExchange\Cycle\Result;
use OCA\IntegrationExchange\Cycle\Synchronisation;
use OCA\IntegrationExchange\Db\Lease;
use OCA\IntegrationExchange\Db\Link;
use OCA\IntegrationExchange\Db\LinkMapper;
use OCA\IntegrationExchange\Failure;
use OCA\IntegrationExchange\Journal\Journals;
use OCA\IntegrationExchange\Local\Transaction;
use OCA\IntegrationExchange\Worker\Bell;
use OCP\IDBConnection;

/**
 * What a person decides where a link asks: whether deletions are meant, and that what was set aside is tried again.
 */
final class Decision
{
    public function __construct(
        private readonly Synchronisation $synchronisation,
        private readonly LinkMapper $links,
        private readonly Journals $journals,
        private readonly Lease $lease,
        private readonly IDBConnection $db,
        private readonly Bell $bell,
    ) {
    }

    /**
     * Goes on after the brake: with as many deletions as it told of and no more, or with none, bringing the items back.
     */
    public function approve(Link $link, bool $restore): ?Result
    {
        $this->mustAsk($link, $restore);
        $options = $restore
            ? new Options(full: true, insist: true, restoreDeleted: true)
            : new Options(insist: true, deletions: $link->getAnnounced());
        return $this->synchronisation->run([$link->getId()], $options)[$link->getId()] ?? null;
    }

    /**
     * @throws Failure where there is nothing to decide
     */
    public function mustAsk(Link $link, bool $restore): void
    {
        if ($link->getState() !== Link::STOPPED || $link->getError() !== 'brake') {
            throw new Failure(
                'configuration',
                "Link {$link->getId()} was not stopped by its brake; there is nothing to approve.",
                onPage: 'It is not paused any more, so there is nothing to decide. Load the page anew.',
            );
        }
        if (!$restore && $link->getAnnounced() === null) {
            throw new Failure(
                'configuration',
                "Link {$link->getId()} has to count anew; run exchange:sync --link {$link->getId()} first.",
                onPage: 'The deletions have to be counted anew. Synchronise first.',
            );
        }
    }

    /**
     * @param string|null $object uri or key of one item; null: all of the link's
     * @return int how many items the next cycle tries again
     */
    public function retry(Link $link, ?string $object): int
    {
        $id = $link->getId();
        if (!$this->lease->acquire($id)) {
            throw new Failure('busy', 'Another process is synchronising this link just now; try again in a minute.');
        }
        try {
            return Transaction::run($this->db, function () use ($id, $object): int {
                $retried = $this->journals->of($id)->retry($object);
                $columns = ['local_token' => null, 'next_run' => 0] + ($retried['items'] > 0 ? ['remote_cursor' => null] : []);
                $count = array_sum($retried);
                if ($count > 0) {
                    $this->links->set($id, $columns);
                }
                return $count;
            });
        } finally {
            $this->lease->release($id);
            $this->bell->ring();
        }
    }
}
