<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Db;

use OCP\AppFramework\Db\Entity;
use OCP\DB\Types;

/**
 * A user's connection to a mailbox. `password` is encrypted (ICrypto); only Service\Mailbox reads it. `auth` is one of Db\Auth,
 * `sign_in` what belongs to it besides, as JSON without secrets.
 *
 * @method string getUserId()
 * @method void setUserId(string $userId)
 * @method string getAddress()
 * @method void setAddress(string $address)
 * @method string getServer()
 * @method void setServer(string $server)
 * @method string getUsername()
 * @method void setUsername(string $username)
 * @method string|null getPassword()
 * @method void setPassword(?string $password)
 * @method string getAuth()
 * @method void setAuth(string $auth)
 * @method string|null getSignIn()
 * @method void setSignIn(?string $signIn)
 * @method string getState()
 * @method void setState(string $state)
 * @method string|null getError()
 * @method void setError(?string $error)
 * @method string|null getMessage()
 * @method void setMessage(?string $message)
 * @method int getDiscovered()
 * @method void setDiscovered(int $discovered)
 * @method string|null getLevel()
 * @method void setLevel(?string $level)
 * @method string|null getTold()
 * @method void setTold(?string $told)
 * @method int getPassive()
 * @method void setPassive(int $passive)
 * @method string|null getWorker()
 * @method string|null getWatch()
 * @method void setUnseen(int $unseen)
 * @method int getCreatedAt()
 * @method void setCreatedAt(int $createdAt)
 */
final class Account extends Entity
{
    public const ACTIVE = 'active';
    /** The server refuses the sign-in; nothing is tried until a new password is given. */
    public const REFUSED = 'refused';

    protected string $userId = '';
    protected string $address = '';
    protected string $server = '';
    protected string $username = '';
    protected ?string $password = null;
    protected string $auth = Auth::BASIC;
    protected ?string $signIn = null;
    protected string $state = self::ACTIVE;
    protected ?string $error = null;
    protected ?string $message = null;
    /** 1 where the server was found by the address, and is looked for again when the mailbox moves */
    protected int $discovered = 0;
    /** the schema level that the server speaks with this mailbox, such as Exchange2013_SP1; null: not known yet */
    protected ?string $level = null;
    protected int $createdAt = 0;
    /** what its person was told of it, as JSON (Notification\Needs) */
    protected ?string $told = null;
    /** 1 where background jobs synchronise it in active mode as well */
    protected int $passive = 0;
    /** id of the worker that has it; null: none has */
    protected ?string $worker = null;
    /** how its worker learns of changes, as JSON: state (of `watch:state`, docs/architecture.md), since, message */
    protected ?string $watch = null;
    /** 1 where its worker has not seen yet what changed in this row or in its links */
    protected int $unseen = 0;

    public function __construct()
    {
        $this->addType('createdAt', Types::BIGINT);
        foreach (['discovered', 'passive', 'unseen'] as $field) {
            $this->addType($field, Types::INTEGER);
        }
    }

    /**
     * How a worker learns of its changes: one of the states of `watch:state` (docs/architecture.md); null where no worker has it.
     */
    public function watchState(): ?string
    {
        return $this->worker === null ? null : json_decode((string)$this->watch, true)['state'] ?? null;
    }
}
