<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use Exchange\Tests\StandIn;
use OCA\IntegrationExchange\Cycle\Result;
use OCA\IntegrationExchange\Cycle\Schedule;
use OCA\IntegrationExchange\Db\AccountMapper;
use OCA\IntegrationExchange\Db\LinkMapper;
use OCA\IntegrationExchange\Failure;
use OCA\IntegrationExchange\Language\Phrasebook;
use OCA\IntegrationExchange\Service\Accounts;
use OCA\IntegrationExchange\Service\SignIn;
use OCA\IntegrationExchange\SetupCheck\CertificateCheck;
use OCP\IAppConfig;
use OCP\Notification\IApp;
use OCP\Notification\IManager;
use OCP\Notification\INotification;
use OCP\Notification\INotifier;
use OCP\Server;

/**
 * What an administrator says about mail servers, and what a person is told about theirs.
 */
final class ServerTest extends EndToEndTestCase
{
    protected function tearDown(): void
    {
        Occ::run(['config:system:set', 'allow_local_remote_servers', '--type=boolean', '--value=true']);
        foreach (['servers', 'only_allowed_servers'] as $key) {
            Occ::run(['config:app:delete', 'integration_exchange', $key]);
        }
        parent::tearDown();
    }

    /**
     * @return array<string, mixed> what account:add answers
     */
    private function add(string $server, ?StandIn $standIn = null): array
    {
        $address = ($standIn ?? $this->standIn)->address;
        $arguments = ['exchange:account:add', $this->user, '--address', $address, '--server', $server, '--password-stdin', '--output=json'];
        return json_decode(Occ::run($arguments, self::PASSWORD . "\n")['out'], true);
    }

    public function testALocalServerNeedsAnAdministratorsWord(): void
    {
        Occ::run(['config:system:set', 'allow_local_remote_servers', '--type=boolean', '--value=false']);
        foreach ([$this->standIn->url, str_replace('127.0.0.1', '2130706433', $this->standIn->url)] as $server) {
            $refused = $this->add($server);
            self::assertSame('configuration', $refused['error'] ?? null, json_encode($refused));
            self::assertStringContainsString('exchange:server 127.0.0.1 --allow', $refused['message']);
        }
        self::assertSame([], $this->standIn->calls());

        Occ::json(0, 'exchange:server', '127.0.0.1', '--allow');
        $account = $this->add($this->standIn->url);
        self::assertSame($this->standIn->url, $account['server'] ?? null, json_encode($account));
        $link = $this->link($account['id'], 'task')['link'];
        $this->sync($link);

        // What was connected once is asked about each time.
        Occ::json(0, 'exchange:server', '127.0.0.1', '--disallow');
        $this->standIn->calls();
        Occ::json(1, 'exchange:sync', '--link', (string)$link);
        self::assertSame('configuration', $this->status($link, 3)['error']);
        self::assertSame([], $this->standIn->calls());
    }

    public function testOnlyAllowedServersWhereTheAdministratorSaysSo(): void
    {
        Occ::json(0, 'exchange:server', '*.example.org', '--allow', '--only-allowed=yes');
        self::assertSame('configuration', $this->add($this->standIn->url)['error'] ?? null);
        self::assertSame('configuration', $this->add('https://mail.example.net')['error'] ?? null);
        $shown = Occ::json(0, 'exchange:server', '--only-allowed=no');
        self::assertFalse($shown['only_allowed']);
        self::assertSame('*.example.org', $shown['servers'][0]['host']);
        self::assertArrayHasKey('id', $this->add($this->standIn->url));
    }

    public function testACertificateIsBelievedByItsAuthorityItsPinOrNotAtAllAndThatIsSeenEverywhere(): void
    {
        $authority = tempnam(sys_get_temp_dir(), 'authority') . '.pem';
        $server = StandIn::start(authority: $authority, address: $this->address, password: self::PASSWORD);
        try {
            self::assertSame('certificate', $this->add($server->url)['error'] ?? null);

            Occ::json(0, 'exchange:server', 'localhost', '--ca-file', $authority);
            self::assertArrayHasKey('id', $this->add($server->url));
            Occ::json(0, 'exchange:server', 'localhost', '--ca-file', 'none');

            Occ::json(0, 'exchange:server', 'localhost', '--pin', self::fingerprint($server->url));
            self::assertArrayHasKey('id', $this->add($server->url));
            Occ::json(0, 'exchange:server', 'localhost', '--pin', str_repeat('ab', 32));
            $other = $this->add($server->url);
            self::assertSame('certificate', $other['error'] ?? null);
            self::assertStringContainsString('not the pinned one', $other['message']);
            Occ::json(0, 'exchange:server', 'localhost', '--pin', 'none');

            self::assertNull(Occ::json(0, 'exchange:status')['warning']);
            self::assertNotNull(Occ::json(0, 'exchange:server', 'localhost', '--insecure')['warning']);
            self::assertArrayHasKey('id', $this->add($server->url));
            self::assertStringContainsString('localhost', Occ::json(0, 'exchange:status')['warning']);
            $checks = array_column(Occ::json(1, 'exchange:self-test')['checks'], 'ok', 'name');
            self::assertFalse($checks['Certificates']);
            Server::get(IAppConfig::class)->clearCache();
            self::assertSame('warning', Server::get(CertificateCheck::class)->run()->getSeverity());

            self::assertSame([], Occ::json(0, 'exchange:server', 'localhost', '--secure')['servers']);
            self::assertSame('certificate', $this->add($server->url)['error'] ?? null);
        } finally {
            $server->stop();
            unlink($authority);
        }
    }

    public function testNonsenseAboutAServerIsRefused(): void
    {
        foreach (
            [
                [2, ['--allow']],
                [2, ['mail.example.org', '--allow', '--disallow']],
                [2, ['--only-allowed=perhaps']],
                [1, ['://', '--allow']],
                [1, ['mail.example.org', '--pin', 'abc']],
                [1, ['mail.example.org', '--ca-file', '/nowhere/ca.pem']],
            ] as [$status, $arguments]
        ) {
            $result = Occ::run(['exchange:server', ...$arguments]);
            self::assertSame($status, $result['status'], implode(' ', $arguments) . $result['err']);
            self::assertMatchesRegularExpression('/^.{20,}[.”]$/s', trim($result['err']));
        }
        self::assertSame([], Occ::json(0, 'exchange:server')['servers']);
    }

    public function testWithoutAServerTheFourPlacesAreTriedAndTold(): void
    {
        $arguments = ['exchange:account:add', $this->user, '--address', 'anna@no-such-host.invalid', '--password-stdin', '--output=json'];
        $answer = json_decode(Occ::run($arguments, "x\n")['out'], true);
        self::assertSame('configuration', $answer['error']);
        $places = ['server no-such-host.invalid', 'autodiscover.no-such-host.invalid', '_autodiscover._tcp'];
        foreach ([...$places, 'Give its address (--server)'] as $said) {
            self::assertStringContainsString($said, $answer['message']);
        }
        try {
            Server::get(Accounts::class)->add($this->user, 'anna@no-such-host.invalid', null, SignIn::withPassword('anna', 'x'));
            self::fail('A server was found.');
        } catch (Failure $failure) {
            $onPage = Server::get(Phrasebook::class)->failure($failure)['message'];
            self::assertStringContainsString('Give its address, or ask', $onPage);
        }
    }

    public function testFoldersOfOthersAndPublicOnesAreListedAndLinked(): void
    {
        $options = ['--public-folders', '--mailbox', 'team@example.org:env:EXCHANGE_STANDIN_PASSWORD'];
        $server = StandIn::start($options, address: $this->address, password: self::PASSWORD);
        try {
            $account = (string)$this->add($server->url, $server)['id'];
            self::assertSame('denied', Occ::json(1, 'exchange:folders', $account, '--mailbox', 'team@example.org')['error']);
            $shares = [$this->address => ['folders' => ['calendar'], 'writable' => false]];
            $server->share('team@example.org', $shares);
            $folders = Occ::json(0, 'exchange:folders', $account, '--mailbox', 'team@example.org');
            self::assertSame([['event', false]], array_map(null, array_column($folders, 'kind'), array_column($folders, 'writable')));
            $arguments = ['Calendar', '--mailbox', 'team@example.org', '--create', '--collection', 'Team'];
            $link = Occ::json(0, 'exchange:link', $account, ...$arguments);
            self::assertSame('to_nextcloud', $link['direction'], json_encode($link));
            self::assertNotNull($link['direction_reason']);
            self::assertSame([], Occ::json(0, 'exchange:folders', $account, '--public'));
        } finally {
            $server->stop();
        }
    }

    public function testWhoIsRefusedIsNotifiedOnceAndNoLongerAfterwards(): void
    {
        $id = $this->addAccount();
        $link = $this->link($id, 'task')['link'];
        $app = new class () implements IApp {
            /** @var list<string> */
            public static array $told = [];

            public function notify(INotification $notification): void
            {
                self::$told[] = "{$notification->getUser()}: {$notification->getSubject()}";
            }

            public function getCount(INotification $notification): int
            {
                return 0;
            }

            public function markProcessed(INotification $notification): void
            {
                self::$told[] = "{$notification->getUser()}: done";
            }
        };
        $manager = Server::get(IManager::class);
        $manager->registerApp($app::class);
        $row = Server::get(LinkMapper::class)->find($link);
        $schedule = Server::get(Schedule::class);
        $refused = new Result($link, 'credentials', 'Exchange refuses it.');
        $schedule->ended($row, $refused, false);
        $schedule->ended($row, $refused, false);
        self::assertSame(["$this->user: done", "$this->user: refused"], $app::$told);
        self::assertSame('refused', Server::get(AccountMapper::class)->find($id)->getState());

        $notification = $manager->createNotification()->setApp('integration_exchange')->setUser($this->user)
            ->setObject('account', (string)$id)->setDateTime(new \DateTime())
            ->setSubject('refused', ['address' => $this->address, 'message' => 'Exchange refuses it.']);
        $notifier = Server::get(\OCA\IntegrationExchange\Notification\Notifier::class);
        self::assertInstanceOf(INotifier::class, $notifier);
        $prepared = $notifier->prepare($notification, 'en');
        self::assertStringContainsString($this->address, $prepared->getParsedSubject());
        self::assertSame('Exchange refuses it.', $prepared->getParsedMessage());

        $app::$told = [];
        self::assertSame($id, $this->addAccount());
        $schedule->ended($row, new Result($link), false);
        self::assertSame([], $app::$told, 'the new password took it back already, in its own process');
        self::assertSame('active', Server::get(AccountMapper::class)->find($id)->getState());
    }

    private static function fingerprint(string $url): string
    {
        $context = stream_context_create(['ssl' => ['capture_peer_cert' => true, 'verify_peer' => false, 'verify_peer_name' => false]]);
        $address = 'ssl://localhost:' . parse_url($url, PHP_URL_PORT);
        self::assertNotFalse(stream_socket_client($address, $code, $error, 5, STREAM_CLIENT_CONNECT, $context));
        return openssl_x509_fingerprint(stream_context_get_params($context)['options']['ssl']['peer_certificate'], 'sha256');
    }
}
