<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Service;

use DateTimeImmutable;
use DateTimeZone;

/**
 * Varied objects of each kind, about the days around today: what a person tries the synchronisation with.
 */
final class Samples
{
    /**
     * @return array<string, string> text by UID
     */
    public static function of(string $kind, DateTimeImmutable $today, string $run): array
    {
        $bodies = match ($kind) {
            'event' => self::events($today->setTimezone(new DateTimeZone('UTC'))),
            'task' => self::tasks($today->setTimezone(new DateTimeZone('UTC'))),
            'contact' => self::contacts(),
        };
        $texts = [];
        foreach ($bodies as $number => $body) {
            $uid = "exchange-test-$run-$kind-$number";
            $texts[$uid] = $kind === 'contact'
                ? self::lines(['BEGIN:VCARD', 'VERSION:3.0', "UID:$uid", ...$body, 'END:VCARD'])
                : self::component($kind === 'event' ? 'VEVENT' : 'VTODO', $uid, $today, $body);
        }
        return $texts;
    }

    /**
     * @return list<list<string>>
     */
    private static function events(DateTimeImmutable $today): array
    {
        $day = static fn (int $days): string => $today->modify("$days days")->format('Ymd');
        return [
            ['SUMMARY:Planning', "DTSTART:{$day(1)}T090000Z", "DTEND:{$day(1)}T100000Z", 'LOCATION:Room 3',
                'DESCRIPTION:Agenda\n1. Review\n2. Next steps',
                'BEGIN:VALARM', 'ACTION:DISPLAY', 'DESCRIPTION:Planning', 'TRIGGER:-PT15M', 'END:VALARM'],
            ['SUMMARY:Holiday', "DTSTART;VALUE=DATE:{$day(7)}", "DTEND;VALUE=DATE:{$day(12)}", 'TRANSP:TRANSPARENT', 'CATEGORIES:Holiday'],
            ['SUMMARY:Weekly meeting', "DTSTART:{$day(-14)}T130000Z", "DTEND:{$day(-14)}T133000Z", 'RRULE:FREQ=WEEKLY;COUNT=12',
                "EXDATE:{$day(7)}T130000Z", 'PRIORITY:1'],
            ['SUMMARY:Doctor', "DTSTART:{$day(2)}T073000Z", "DTEND:{$day(2)}T081500Z", 'CLASS:PRIVATE'],
            ['SUMMARY:Café & Grüße – 日本語', "DTSTART:{$day(3)}T150000Z", "DTEND:{$day(3)}T160000Z", 'STATUS:TENTATIVE'],
            ['SUMMARY:Conference', "DTSTART:{$day(20)}T070000Z", "DTEND:{$day(22)}T160000Z", 'LOCATION:Berlin', 'CATEGORIES:Travel,Work'],
        ];
    }

    /**
     * @return list<list<string>>
     */
    private static function tasks(DateTimeImmutable $today): array
    {
        $day = static fn (int $days): string => $today->modify("$days days")->format('Ymd');
        return [
            ['SUMMARY:Write the report', "DUE;VALUE=DATE:{$day(3)}", 'PRIORITY:1', 'DESCRIPTION:With the figures of last month'],
            ['SUMMARY:Call the plumber', 'STATUS:IN-PROCESS', 'PERCENT-COMPLETE:50', 'CATEGORIES:Home'],
            ['SUMMARY:Book the train', 'STATUS:COMPLETED', 'PERCENT-COMPLETE:100', "COMPLETED:{$day(-1)}T120000Z"],
            ['SUMMARY:Water the plants', "DTSTART;VALUE=DATE:{$day(0)}", "DUE;VALUE=DATE:{$day(0)}", 'RRULE:FREQ=WEEKLY'],
        ];
    }

    /**
     * @return list<list<string>>
     */
    private static function contacts(): array
    {
        return [
            ['FN:Berta Beispiel', 'N:Beispiel;Berta;;;', 'EMAIL;TYPE=work:berta@example.org', 'TEL;TYPE=cell:+49 30 5550100',
                'ORG:Example;Sales', 'TITLE:Head of sales', 'BDAY:1980-02-29'],
            ['FN:Chloé Dupont', 'N:Dupont;Chloé;Marie;Dr.;', 'EMAIL;TYPE=home:chloe@example.org', 'EMAIL;TYPE=work:dupont@example.org',
                'ADR;TYPE=home:;;1 Rue de l’Exemple;Paris;;75001;France', 'NICKNAME:Chlo'],
            ['FN:Daan de Vries', 'N:de Vries;Daan;;;', 'TEL;TYPE=home,voice:+31 20 5550100', 'TEL;TYPE=work,fax:+31 20 5550101',
                'NOTE:Likes bicycles\, not cars', 'CATEGORIES:Friends', 'URL:https://example.org/daan'],
            ['FN:Example Ltd.', 'N:;;;;', 'ORG:Example Ltd.', 'TEL;TYPE=work:+44 20 5550100'],
        ];
    }

    /**
     * @param list<string> $body
     */
    private static function component(string $name, string $uid, DateTimeImmutable $today, array $body): string
    {
        return self::lines([
            'BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Nextcloud//Exchange Connector//EN', "BEGIN:$name", "UID:$uid",
            'DTSTAMP:' . $today->setTimezone(new DateTimeZone('UTC'))->format('Ymd\THis\Z'), ...$body, "END:$name", 'END:VCALENDAR',
        ]);
    }

    /**
     * @param list<string> $lines
     */
    private static function lines(array $lines): string
    {
        return implode("\r\n", $lines) . "\r\n";
    }
}
