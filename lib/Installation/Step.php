<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Installation;

/**
 * What there is to do in one place.
 */
final class Step
{
    /**
     * @param list<string> $lines for a shell, to be run as root
     */
    public function __construct(
        public readonly Place $place,
        public readonly State $state,
        /** a sentence for a person */
        public readonly string $message,
        /** the build that fits */
        public readonly ?string $library = null,
        /** the file that PHP is to load: the build itself, or its copy */
        public readonly ?string $target = null,
        public readonly array $lines = [],
    ) {
    }

    /**
     * @return array<string, mixed>
     */
    public function toArray(): array
    {
        return [
            'php' => $this->place->php->version,
            'sapis' => $this->place->sapis,
            'folder' => $this->place->folder,
            'loaded' => $this->place->php->exchange,
            'library' => $this->library,
            'state' => $this->state->value,
            'message' => $this->message,
            'lines' => $this->lines,
        ];
    }
}
