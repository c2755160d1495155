<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use PHPUnit\Framework\Assert;
use stdClass;

/**
 * Holds answers to what openapi.json says of them. Knows as much of JSON Schema as that file uses.
 */
final class Schema
{
    private const PREFIX = '/ocs/v2.php/apps/integration_exchange/api/v1/';
    private readonly stdClass $document;

    public function __construct()
    {
        $text = (string)file_get_contents(__DIR__ . '/../../openapi.json');
        $this->document = json_decode($text, false, 64, JSON_THROW_ON_ERROR);
    }

    /**
     * @return array<string, string> operation by method and path, such as “GET links/{link}”
     */
    public function routes(): array
    {
        $routes = [];
        foreach (get_object_vars($this->document->paths) as $path => $methods) {
            foreach (get_object_vars($methods) as $method => $operation) {
                $routes[strtoupper($method) . ' ' . substr($path, strlen(self::PREFIX))] = $operation->operationId;
            }
        }
        return $routes;
    }

    public function check(string $method, string $path, int $status, string $body): void
    {
        $place = "$method $path ($status)";
        foreach (get_object_vars($this->document->paths) as $pattern => $methods) {
            $expression = '#^' . preg_replace('/\\\\\{\w+\\\\\}/', '[^/]+', preg_quote($pattern, '#')) . '$#';
            if (preg_match($expression, self::PREFIX . $path) === 1 && isset($methods->{strtolower($method)})) {
                $responses = $methods->{strtolower($method)}->responses;
                Assert::assertTrue(property_exists($responses, (string)$status), "$place is no answer of this route: $body");
                $content = $responses->{$status}->content->{'application/json'} ?? null;
                if ($content !== null) {
                    $this->hold(json_decode($body, false), $content->schema, $place);
                }
                return;
            }
        }
        Assert::fail("$place is not in openapi.json");
    }

    private function hold(mixed $value, stdClass $schema, string $place): void
    {
        if (isset($schema->{'$ref'})) {
            $this->hold($value, $this->document->components->schemas->{basename($schema->{'$ref'})}, $place);
            return;
        }
        $types = (array)($schema->type ?? self::type($value));
        Assert::assertContains(self::type($value), $types, "$place: " . json_encode($value));
        if (isset($schema->enum)) {
            Assert::assertContains($value, $schema->enum, $place);
        }
        foreach (is_array($value) ? $value : [] as $index => $item) {
            Assert::assertLessThan($schema->maxItems ?? PHP_INT_MAX, $index, $place);
            $this->hold($item, $schema->items, "$place/$index");
        }
        if ($value instanceof stdClass) {
            $this->holdObject($value, $schema, $place);
        }
    }

    private function holdObject(stdClass $value, stdClass $schema, string $place): void
    {
        foreach ($schema->required ?? [] as $name) {
            Assert::assertTrue(property_exists($value, $name), "$place has no $name");
        }
        foreach (get_object_vars($value) as $name => $item) {
            $of = $schema->properties->{$name} ?? $schema->additionalProperties ?? true;
            Assert::assertNotFalse($of, "$place has a $name that openapi.json does not know");
            if ($of instanceof stdClass) {
                $this->hold($item, $of, "$place/$name");
            }
        }
    }

    private static function type(mixed $value): string
    {
        return match (true) {
            $value === null => 'null',
            is_bool($value) => 'boolean',
            is_int($value) => 'integer',
            is_string($value) => 'string',
            is_array($value) => 'array',
            default => 'object',
        };
    }
}
