<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Setting;

use OCA\IntegrationExchange\Service\Servers;

/**
 * A server: its host or its address; or none.
 */
final class Host extends Setting
{
    public function __construct(string $name, string $meaning)
    {
        parent::__construct($name, '', $meaning);
    }

    public function parse(string $text): string
    {
        $text = trim($text);
        $fits = $text === '' || (preg_match('/^[^\s\x00-\x1f<>"]{1,255}$/u', $text) === 1 && Servers::host($text) !== '');
        return $fits ? $text : throw $this->refuse($text, 'It is a host like mail.example.org, or an address like https://….');
    }

    public function show(mixed $value): string
    {
        return $value;
    }
}
