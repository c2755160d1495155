<?php

// SPDX-License-Identifier: AGPL-3.0-or-later
//
// Prints stubs of the extension's classes, for editors and static analysis, read from the loaded extension itself.

declare(strict_types=1);

/** A type as it is written inside a namespace. */
function type(?ReflectionType $type): string
{
    $name = ltrim((string) $type, '?');
    $builtin = !$type instanceof ReflectionNamedType || $type->isBuiltin();
    return (str_starts_with((string) $type, '?') ? '?' : '') . ($builtin ? '' : '\\') . $name;
}

function parameter(ReflectionParameter $parameter): string
{
    $text = ($parameter->hasType() ? type($parameter->getType()) . ' ' : '') . '$' . $parameter->getName();
    return $parameter->isOptional() ? "$text = null" : $text;
}

function method(ReflectionMethod $method): string
{
    $type = $method->hasReturnType() ? ': ' . type($method->getReturnType()) : '';
    $modifiers = implode(' ', Reflection::getModifierNames($method->getModifiers()));
    $parameters = implode(', ', array_map(parameter(...), $method->getParameters()));
    return "        $modifiers function {$method->getName()}($parameters)$type {}";
}

function property(ReflectionProperty $property): string
{
    $type = $property->hasType() ? type($property->getType()) . ' ' : '';
    return '        ' . implode(' ', Reflection::getModifierNames($property->getModifiers())) . " $type\${$property->getName()};";
}

/** @return list<string> the lines of a class */
function declaration(ReflectionClass $class): array
{
    $own = fn (ReflectionMethod|ReflectionProperty $member): bool => $member->class === $class->getName();
    $head = ($class->isFinal() ? 'final ' : '') . 'class ' . $class->getShortName();
    $parent = $class->getParentClass();
    return [
        '    ' . $head . ($parent ? ' extends \\' . $parent->getName() : ''),
        '    {',
        ...array_map(property(...), array_filter($class->getProperties(), $own)),
        ...array_map(method(...), array_filter($class->getMethods(), $own)),
        '    }',
    ];
}

$extension = new ReflectionExtension('exchange');
$lines = ['<?php', '', '// Written by “make stubs” from the extension itself. Do not edit.', '', 'namespace Exchange {'];
$classes = $extension->getClasses();
ksort($classes);
foreach ($classes as $class) {
    $lines = [...$lines, ...declaration($class)];
}
echo implode("\n", [...$lines, '}', '']);
