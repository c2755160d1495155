<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Db;

use OCP\AppFramework\Db\Entity;
use OCP\DB\Types;

/**
 * One collection tied to one folder, with its cursors and what its last cycle came to. Times are seconds since 1970.
 *
 * @method int getAccountId()
 * @method void setAccountId(int $accountId)
 * @method string getKind()
 * @method void setKind(string $kind)
 * @method string getFolderId()
 * @method string getFolderHash()
 * @method string|null getFolderName()
 * @method void setFolderName(?string $folderName)
 * @method int getCollectionId()
 * @method void setCollectionId(int $collectionId)
 * @method string|null getCollectionName()
 * @method void setCollectionName(?string $collectionName)
 * @method string getState()
 * @method void setState(string $state)
 * @method string|null getOnlyDirection()
 * @method void setOnlyDirection(?string $onlyDirection)
 * @method string|null getDirectionReason()
 * @method void setDirectionReason(?string $directionReason)
 * @method int|null getAnnounced()
 * @method string|null getRemoteCursor()
 * @method string|null getLocalToken()
 * @method int getNextRun()
 * @method int|null getLastRun()
 * @method int getLastFull()
 * @method int getFailures()
 * @method string|null getError()
 * @method void setError(?string $error)
 * @method string|null getMessage()
 * @method void setMessage(?string $message)
 * @method string|null getLastReport()
 * @method int|null getLastSuccess()
 * @method int getCalls()
 * @method string|null getTold()
 * @method int getCreatedAt()
 * @method void setCreatedAt(int $createdAt)
 * @method string|null getProgress()
 * @method string|null getRehearsal()
 */
final class Link extends Entity
{
    public const ACTIVE = 'active';
    /** A brake stopped it, or its folder or collection is gone: a person must decide. */
    public const STOPPED = 'stopped';

    protected int $accountId = 0;
    protected string $kind = '';
    protected string $folderId = '';
    protected string $folderHash = '';
    protected ?string $folderName = null;
    protected int $collectionId = 0;
    protected ?string $collectionName = null;
    protected string $state = self::ACTIVE;
    /** what the link itself says of Setting\Catalogue, as JSON */
    protected ?string $settings = null;
    /** the only way that changes can go, where one side cannot be written, and why */
    protected ?string $onlyDirection = null;
    protected ?string $directionReason = null;
    /** how many deletions the brake told of when it stopped the link */
    protected ?int $announced = null;
    protected ?string $remoteCursor = null;
    protected ?string $localToken = null;
    protected int $nextRun = 0;
    protected ?int $lastRun = null;
    protected int $lastFull = 0;
    protected int $failures = 0;
    protected ?string $error = null;
    protected ?string $message = null;
    protected ?string $lastReport = null;
    protected ?int $lastSuccess = null;
    /** requests to the server in all its cycles so far */
    protected int $calls = 0;
    /** 0 where it is older than this column */
    protected int $createdAt = 0;
    /** what its person was told of it, as JSON (Notification\Needs) */
    protected ?string $told = null;
    /** how far a cycle is, or since when one is about to start, as JSON; null where none runs */
    protected ?string $progress = null;
    /** what the last dry run came to, as JSON */
    protected ?string $rehearsal = null;

    public function __construct()
    {
        foreach (['accountId', 'collectionId', 'nextRun', 'lastRun', 'lastFull', 'lastSuccess', 'calls', 'createdAt'] as $field) {
            $this->addType($field, Types::BIGINT);
        }
        $this->addType('announced', Types::INTEGER);
        $this->addType('failures', Types::INTEGER);
    }

    public function setFolderId(string $id): void
    {
        $this->setter('folderId', [$id]);
        $this->setter('folderHash', [hash('sha256', $id)]);
    }

    /**
     * @return array<string, mixed> what the link itself says; Setting\Settings tells what holds
     */
    public function ownSettings(): array
    {
        return $this->settings === null ? [] : json_decode($this->settings, true, 8, JSON_THROW_ON_ERROR);
    }
}
