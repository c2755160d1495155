<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use OCA\IntegrationExchange\AppInfo\Application;
use OCA\IntegrationExchange\Failure;
use OCA\IntegrationExchange\Language\Phrasebook;
use OCP\L10N\IFactory;
use OCP\Server;
use PHPUnit\Framework\TestCase;

final class PhrasebookTest extends TestCase
{
    /**
     * @return array<string, array{string, string}> what is said, and in German
     */
    public static function sentences(): array
    {
        return [
            'without blanks' => ['It was changed in Exchange.', 'Er wurde in Exchange geändert.'],
            'with blanks' => [
                'The server mail.example.org did not answer within 30 seconds. Synchronising tries again later.',
                'Der Server mail.example.org hat innerhalb von 30 Sekunden nicht geantwortet. Es wird später noch einmal versucht.',
            ],
            'with parts in the blanks' => [
                'Exchange has no such rule; it shows the occurrences from 2026-01-01 until 2026-02-01.',
                'Exchange kennt diese Regel nicht; es zeigt die Termine vom 2026-01-01 bis zum 2026-02-01.',
            ],
            'with a blank that is empty' => [
                'Exchange has no such rule; it shows the occurrences until 2026-02-01.',
                'Exchange kennt diese Regel nicht; es zeigt die Termine bis zum 2026-02-01.',
            ],
            'one after the other' => [
                'The certificate of mail.example.org has expired, so the password was not sent. Check the clocks of both servers.',
                'Das Zertifikat von mail.example.org ist abgelaufen, darum wurde das Passwort nicht gesendet.'
                    . ' Prüfe die Uhren beider Server.',
            ],
            'with what a server adds' => [
                'The item is too large or the mailbox is full. Make room in the mailbox or the item smaller. (ErrorQuotaExceeded)'
                    . ' Exchange said: No. Never.',
                'Der Eintrag ist zu groß, oder das Postfach ist voll. Schaff Platz im Postfach, oder mach den Eintrag kleiner.'
                    . ' (ErrorQuotaExceeded) Exchange sagte: No. Never.',
            ],
            'with what several places say' => [
                'No Exchange server was found for a@example.org. Give its address, or ask the administrator of the mail server. Tried:'
                    . ' https://example.org: The server example.org is not found. Check the server address for typing errors; if it is'
                    . ' right, check this server\'s DNS. _autodiscover._tcp.example.org: the DNS has no such record.',
                'Für a@example.org wurde kein Exchange-Server gefunden. Gib seine Adresse an, oder frag die Verwaltung des Mailservers.'
                    . ' Versucht: https://example.org: Der Server example.org wird nicht gefunden. Prüfe die Adresse des Servers auf'
                    . ' Tippfehler; wenn sie stimmt, prüfe das DNS dieses Servers. _autodiscover._tcp.example.org: Im DNS steht dazu'
                    . ' nichts.',
            ],
            'with a percent sign' => [
                'The attachment “100%s.pdf” cannot be read; it stays in Exchange.',
                'Der Anhang „100%s.pdf“ kann nicht gelesen werden; er bleibt in Exchange.',
            ],
            'unknown' => ['Nobody ever says this. Not at all.', 'Nobody ever says this. Not at all.'],
            'empty' => ['', ''],
        ];
    }

    /**
     * @dataProvider sentences
     */
    public function testWhatIsSaidInEnglishIsSaidInTheLanguageOfThePerson(string $said, string $german): void
    {
        $languages = Server::get(IFactory::class);
        $phrases = new Phrasebook($languages->get(Application::APP_ID, 'en'));
        self::assertSame($german, $phrases->say($said, $languages->get(Application::APP_ID, 'de')));
        self::assertSame($said, $phrases->say($said), 'English');
    }

    public function testAFailureIsToldInTheWordsOfThePage(): void
    {
        $phrases = new Phrasebook(Server::get(IFactory::class)->get(Application::APP_ID, 'de'));
        $failure = new Failure('configuration', '… --interval …', setting: 'interval', onPage: '“7” does not do here.');
        self::assertSame(
            ['error' => 'configuration', 'message' => '„7“ geht hier nicht.', 'setting' => 'interval'],
            $phrases->failure($failure)
        );
        self::assertSame(
            ['error' => 'gone', 'message' => 'Diesen Ordner gibt es nicht mehr. Lade die Seite neu.'],
            $phrases->failure(new Failure('gone', 'This folder is not there any more. Load the page anew.'))
        );
        self::assertNull($phrases->say(null));
    }
}
