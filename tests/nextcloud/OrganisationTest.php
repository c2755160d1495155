<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use OCA\IntegrationExchange\Cycle\Synchronisation;
use OCA\IntegrationExchange\Db\Link;
use OCA\IntegrationExchange\Failure;
use OCA\IntegrationExchange\Local\Collections;
use OCA\IntegrationExchange\Native\Log;
use OCA\IntegrationExchange\OAuth\Registration;
use OCA\IntegrationExchange\Service\Admission;
use OCA\IntegrationExchange\Service\Links;
use OCA\IntegrationExchange\Service\Providers;
use OCA\IntegrationExchange\Setting\Organisation;
use OCP\IAppConfig;
use OCP\IGroupManager;
use OCP\IUserManager;
use OCP\Server;
use Psr\Log\LoggerInterface;

/**
 * What the administrator says for everybody: who may use the app and for what, and how it works.
 */
final class OrganisationTest extends LinkTestCase
{
    private const USUAL = [
        'kinds' => 'event,task,contact', 'groups' => '', 'providers' => 'discover,oauth', 'server' => '', 'mode' => 'passive',
        'interval' => '900', 'active_interval' => '7200', 'poll_interval' => '60', 'worker_memory' => '1024',
        'job_budget' => '240', 'cycles' => '128', 'history_days' => '90', 'history_megabytes' => '100', 'log_level' => 'debug',
    ];

    private string $group = '';

    protected function setUp(): void
    {
        parent::setUp();
        $this->group = 'group' . bin2hex(random_bytes(4));
        self::assertNotNull(Server::get(IGroupManager::class)->createGroup($this->group));
    }

    protected function tearDown(): void
    {
        self::say(...array_fill_keys(array_keys(self::USUAL), 'default'));
        Server::get(IGroupManager::class)->get($this->group)?->delete();
        parent::tearDown();
    }

    private static function unset(string $name): string
    {
        return '--' . str_replace('_', '-', $name) . '=default';
    }

    /**
     * @return array<string, string> value by setting
     */
    private function config(string ...$options): array
    {
        $rows = Occ::json(0, 'exchange:config', ...array_values($options));
        Server::get(IAppConfig::class)->clearCache();
        return array_column($rows, 'value', 'setting');
    }

    private static function say(string ...$settings): void
    {
        Server::get(Organisation::class)->set($settings);
    }

    private function join(bool $in): void
    {
        $user = Server::get(IUserManager::class)->get($this->user);
        $group = Server::get(IGroupManager::class)->get($this->group);
        $in ? $group->addUser($user) : $group->removeUser($user);
    }

    private function synchronise(Link $link): Link
    {
        Server::get(Synchronisation::class)->run([$link->getId()]);
        return $this->reload($link);
    }

    public function testEverySettingIsShownChangedAndTakenBack(): void
    {
        self::assertSame(self::USUAL, $this->config());
        $wanted = [
            'kinds' => 'event,contact', 'groups' => $this->group, 'providers' => 'server', 'server' => 'mail.example.org',
            'mode' => 'active', 'interval' => '600', 'active_interval' => '3600', 'poll_interval' => '30', 'worker_memory' => '256',
            'job_budget' => '120', 'cycles' => '16', 'history_days' => '30', 'history_megabytes' => '10',
            'log_level' => 'warning',
        ];
        $options = array_map(
            static fn (string $name, string $value): string => '--' . str_replace('_', '-', $name) . "=$value",
            array_keys($wanted),
            $wanted
        );
        self::assertSame($wanted, $this->config(...$options));
        self::assertSame(600, Server::get(Organisation::class)->get('interval'));
        self::assertSame(self::USUAL, $this->config(...array_map(self::unset(...), array_keys(self::USUAL))));
    }

    public function testNonsenseIsRefusedInASentenceAndNothingChanges(): void
    {
        $wrong = [
            ['kinds', '', '--kinds'], ['kinds', 'event,letter', '--kinds'], ['groups', 'no-such-group', 'no-such-group'],
            ['providers', '', '--providers'], ['providers', 'pigeon', '--providers'], ['providers', 'server', '--server'],
            ['server', 'a b', '--server'], ['interval', '59', '--interval'], ['interval', 'soon', '--interval'],
            ['mode', 'eager', '--mode'], ['active_interval', '5', '--active-interval'], ['poll_interval', '5', '--poll-interval'],
            ['worker_memory', '8', '--worker-memory'], ['job_budget', '1', '--job-budget'], ['cycles', '0', '--cycles'],
            ['history_days', '0', '--history-days'],
            ['log_level', 'loud', '--log-level'], ['colour', 'red', 'colour'],
        ];
        foreach ($wrong as [$name, $text, $named]) {
            try {
                self::say(...['history_megabytes' => '7', $name => $text]);
                self::fail("$name took “{$text}”");
            } catch (Failure $failure) {
                self::assertSame('configuration', $failure->kind);
                self::assertStringContainsString($named, $failure->getMessage());
                self::assertStringEndsWith('.', $failure->getMessage());
            }
        }
        self::assertSame('configuration', Occ::json(1, 'exchange:config', '--interval=59')['error']);
        self::assertSame(self::USUAL, $this->config());
    }

    public function testWhoIsInNoneOfTheGroupsMayNotUseTheApp(): void
    {
        $admission = Server::get(Admission::class);
        self::assertTrue($admission->admits($this->user));
        self::say(groups: $this->group);
        self::assertFalse($admission->admits($this->user));
        $arguments = ['exchange:account:add', $this->user, '--address=a@example.org', '--server=https://127.0.0.1:1'];
        $refused = Occ::run([...$arguments, '--password-stdin', '--output=json'], "x\n");
        self::assertSame('not_allowed', json_decode($refused['out'], true)['error'], $refused['out']);
        $this->join(true);
        self::assertTrue($admission->admits($this->user));
    }

    public function testLinksOfWhoMayNotUseItStopWithAReasonAndGoOnAgain(): void
    {
        $link = $this->newLink('event');
        self::say(groups: $this->group);
        $stopped = $this->synchronise($link);
        self::assertSame(['not_allowed', Link::ACTIVE, 0], [$stopped->getError(), $stopped->getState(), $stopped->getFailures()]);
        self::assertStringContainsString('administrator', (string)$stopped->getMessage());
        self::assertGreaterThan(time() + 800, $stopped->getNextRun(), 'looked at again after the usual interval, not in a loop');
        $this->join(true);
        self::assertSame('unreachable', $this->synchronise($link)->getError(), 'now its server is asked again');
    }

    public function testAKindThatIsNotAllowedIsNeitherLinkedNorSynchronised(): void
    {
        $task = $this->newLink('task');
        $event = $this->newLink('event');
        self::say(kinds: 'event,contact');
        $stopped = $this->synchronise($task);
        self::assertSame('not_allowed', $stopped->getError());
        self::assertStringContainsString('tasks', (string)$stopped->getMessage());
        self::assertSame('unreachable', $this->synchronise($event)->getError());
        $collection = Server::get(Collections::class)->create($this->user, 'task', 'Another');
        try {
            $folder = ['id' => 'T', 'kind' => 'task', 'name' => 'Tasks', 'path' => ['Tasks']];
            Server::get(Links::class)->tie($this->account, $folder, $collection);
            self::fail('tasks were linked');
        } catch (Failure $failure) {
            self::assertSame('not_allowed', $failure->kind);
        }
    }

    public function testPeopleChooseOnlyAmongWhatTheAdministratorOffers(): void
    {
        $providers = Server::get(Providers::class);
        self::assertSame([['id' => 'discover', 'server' => null]], $providers->offered(), 'nothing is registered for OAuth');
        $registration = Server::get(Registration::class);
        $registration->change(['tenant' => 't', 'client_id' => 'c', 'secret' => 'Fixture-Secret-7']);
        self::say(providers: 'server,oauth', server: 'mail.example.org');
        try {
            $offered = [['id' => 'server', 'server' => 'mail.example.org'], ['id' => 'oauth', 'server' => null]];
            self::assertSame($offered, $providers->offered());
            $providers->need('oauth');
            $this->expectException(Failure::class);
            $this->expectExceptionMessage('does not offer');
            $providers->need('discover');
        } finally {
            $registration->remove();
        }
    }

    public function testLessGoesToTheLogThanTheEngineHasToSay(): void
    {
        $said = fn (): int => $this->logged();
        self::say(log_level: 'debug');
        self::assertGreaterThan(0, $said(), 'the engine says something of a server that does not answer');
        self::say(log_level: 'error');
        self::assertSame(0, $said());
    }

    /**
     * @return int how much of the engine comes to the log when a server does not answer
     */
    private function logged(): int
    {
        $logger = $this->createMock(LoggerInterface::class);
        $count = 0;
        $logger->method('log')->willReturnCallback(static function () use (&$count): void {
            $count++;
        });
        $log = new Log($logger, Server::get(Organisation::class));
        try {
            (new \Exchange\Mailbox(['url' => 'https://127.0.0.1:1/', 'address' => 'a@example.org', 'username' => 'a', 'password' => 'b',
                'allowed_hosts' => ['127.0.0.1']]))->check();
        } catch (\Exchange\Exception) {
            $log->drain();
        }
        return $count;
    }
}
