<?php

// SPDX-License-Identifier: AGPL-3.0-or-later

declare(strict_types=1);

namespace Exchange\Tests\Active;

/** A host with its worker, as long as it has one. */
final class Host
{
    private ?Worker $worker = null;

    public function __construct(public readonly string $letter)
    {
    }

    public function start(): void
    {
        $directory = getenv('HOSTS_DIR');
        $within = ['ip', 'netns', 'exec', getenv('HOSTS_NAME') . "-$this->letter", 'unshare', '--uts', 'sh', '-c',
            "hostname host-$this->letter && exec \"\$@\"", 'sh'];
        $environment = ['NEXTCLOUD_CONFIG_DIR' => "$directory/$this->letter/config"];
        $this->worker = Worker::start("$directory/$this->letter/worker.log", $within, $environment);
    }

    public function pid(): ?int
    {
        return $this->worker?->pid;
    }

    public function end(int $signal = SIGTERM): void
    {
        $this->worker?->end($signal);
        $this->worker = null;
    }

    public function setLink(string $state): void
    {
        exec('ip link set ' . escapeshellarg(getenv('HOSTS_NAME') . $this->letter) . " $state", result_code: $status);
        $status === 0 || throw new \RuntimeException("The link of host $this->letter cannot be set $state.");
    }
}
