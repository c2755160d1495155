<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Setting;

use OCA\IntegrationExchange\Failure;

/**
 * One setting of a link: its name, what it is without anybody's say, and what may be said.
 */
abstract class Setting
{
    /**
     * @param string|null $kind the only kind of items that it is for; null: all
     */
    public function __construct(
        public readonly string $name,
        public readonly mixed $default,
        public readonly string $meaning,
        public readonly ?string $kind = null,
    ) {
    }

    /**
     * The value that a person means.
     *
     * @throws Failure where it is none
     */
    abstract public function parse(string $text): mixed;

    /**
     * The value as a person would give it.
     */
    abstract public function show(mixed $value): string;

    /**
     * @return string how the option of a command is called
     */
    public function option(): string
    {
        return str_replace('_', '-', $this->name);
    }

    /**
     * @param string $hint a sentence: what it may be
     */
    protected function refuse(string $text, string $hint): Failure
    {
        $sentence = "“{$text}” does not do for --{$this->option()}. $hint";
        return new Failure('configuration', $sentence, setting: $this->name, onPage: "“{$text}” does not do here. $hint");
    }
}
