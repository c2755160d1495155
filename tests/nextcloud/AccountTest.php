<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use Exchange\Tests\StandIn;

final class AccountTest extends EndToEndTestCase
{
    /**
     * @return array{status: int, out: string, err: string}
     */
    private function add(string $password, string ...$options): array
    {
        return Occ::run(['exchange:account:add', $this->user, '--password-stdin', ...array_values($options)], "$password\n");
    }

    /**
     * @return list<array<string, mixed>> this test's accounts
     */
    private function accounts(): array
    {
        return array_values(array_filter(
            Occ::json(0, 'exchange:account:list'),
            fn (array $account): bool => $account['user'] === $this->user
        ));
    }

    public function testAWrongPasswordIsRefusedAndNothingIsStored(): void
    {
        $result = $this->add('wrong', '--address', $this->address, '--server', $this->standIn->url);
        self::assertSame(1, $result['status']);
        self::assertSame('', $result['out']);
        self::assertMatchesRegularExpression('/^[A-Z].*(password|sign).*\.$/i', trim($result['err']));
        self::assertStringNotContainsString('wrong', $result['err']);
        self::assertSame([], $this->accounts());
    }

    public function testWithoutAnybodyToAskForThePasswordItSaysHowToGiveIt(): void
    {
        $command = [PHP_BINARY, '-d', 'extension=' . getenv('EXCHANGE_EXTENSION'), 'occ', '--no-warnings', 'exchange:account:add'];
        $process = proc_open(
            [...$command, $this->user, '--address', $this->address, '--server', $this->standIn->url],
            [['file', '/dev/null', 'r'], ['pipe', 'w'], ['pipe', 'w']],
            $pipes,
            (string)getenv('NEXTCLOUD_ROOT'),
        );
        self::assertIsResource($process);
        self::assertStringContainsString('hand it over with --password-stdin', (string)stream_get_contents($pipes[2]));
        self::assertSame(2, proc_close($process));
    }

    public function testAnAddressMayHaveUmlauts(): void
    {
        $this->standIn->stop();
        $this->address = 'jürgen@example.org';
        $this->standIn = StandIn::start(address: $this->address, password: self::PASSWORD);
        $result = $this->add(self::PASSWORD, '--address', $this->address, '--server', $this->standIn->url);
        self::assertSame(0, $result['status'], $result['err']);
        self::assertSame($this->address, $this->accounts()[0]['address']);
        // Servers know a domain in ASCII.
        $result = $this->add('x', '--address', 'anna@no-süch-host.invalid');
        self::assertSame(1, $result['status']);
        self::assertStringContainsString('anna@xn--', $result['err']);
    }

    public function testAServerThatDoesNotAnswerIsNamedInOneSentence(): void
    {
        $result = $this->add('x', '--address', $this->address, '--server', 'https://127.0.0.1:9/EWS/Exchange.asmx');
        self::assertSame(1, $result['status']);
        self::assertMatchesRegularExpression('/^[A-Z].*\.$/', trim($result['err']));
        self::assertSame([], $this->accounts());
    }

    public function testWithoutAServerTheDomainOfTheAddressIsAsked(): void
    {
        $result = $this->add('x', '--address', 'anna@no-such-host.invalid');
        self::assertSame(1, $result['status'], $result['err']);
        self::assertStringContainsString('no-such-host.invalid', $result['err']);
        self::assertSame([], $this->accounts());
    }

    public function testALoginPageInPlaceOfExchangeIsToldApart(): void
    {
        $this->standIn->fault(['kind' => 'login-page']);
        $result = $this->add(self::PASSWORD, '--address', $this->address, '--server', $this->standIn->url, '--output=json');
        $this->standIn->clearFaults();
        self::assertSame(1, $result['status']);
        self::assertSame('protocol', json_decode($result['out'], true)['error'], $result['out']);
        self::assertSame([], $this->accounts());
    }

    public function testACertificateMustVerifyAndAnImportedAuthorityMakesItSo(): void
    {
        $authority = tempnam(sys_get_temp_dir(), 'authority') . '.pem';
        $server = StandIn::start(authority: $authority, address: $this->address, password: self::PASSWORD);
        $arguments = ['--address', $this->address, '--server', $server->url];
        try {
            $refused = $this->add(self::PASSWORD, ...$arguments, ...['--output=json']);
            self::assertSame(1, $refused['status']);
            self::assertSame('certificate', json_decode($refused['out'], true)['error'], $refused['out']);
            self::assertSame(0, Occ::run(['security:certificates:import', $authority])['status']);
            $added = $this->add(self::PASSWORD, ...$arguments);
            self::assertSame(0, $added['status'], $added['err']);
        } finally {
            Occ::run(['security:certificates:remove', basename($authority)]);
            $server->stop();
            unlink($authority);
        }
    }

    public function testUsageIsExplained(): void
    {
        foreach (
            [
                [2, []],
                [1, ['--address', 'nobody', '--server', $this->standIn->url]],
                [1, ['--address', $this->address, '--server', 'http://exchange.example.org/EWS/Exchange.asmx']],
                [2, ['--address', $this->address, '--server', $this->standIn->url, '--output', 'xml']],
            ] as [$status, $options]
        ) {
            $result = $this->add(self::PASSWORD, ...$options);
            self::assertSame($status, $result['status'], implode(' ', $options));
            self::assertMatchesRegularExpression('/\.$/', trim($result['err']));
        }
        $result = $this->add('', '--address', $this->address, '--server', $this->standIn->url);
        self::assertSame([2, 'The password is empty.'], [$result['status'], trim($result['err'])]);
    }

    public function testAnAccountIsAddedListedUpdatedAndRemoved(): void
    {
        $id = $this->addAccount();
        self::assertSame($id, $this->addAccount(), 'adding it again updates it');
        $accounts = $this->accounts();
        self::assertCount(1, $accounts);
        self::assertSame([$id, $this->address, 'active'], [
            $accounts[0]['id'], $accounts[0]['address'], $accounts[0]['state'],
        ]);
        self::assertStringNotContainsString(self::PASSWORD, json_encode($accounts));
        self::assertSame(['id' => $id], Occ::json(0, 'exchange:account:remove', (string)$id));
        self::assertSame([], $this->accounts());
        self::assertSame('configuration', Occ::json(1, 'exchange:account:remove', (string)$id)['error']);
    }

    public function testFoldersOfAllThreeKindsAreListedWithTheirCounts(): void
    {
        $this->remote->createEvent('Meeting');
        $folders = Occ::json(0, 'exchange:folders', (string)$this->addAccount());
        $defaults = array_column(array_filter($folders, static fn (array $folder): bool => $folder['default']), 'count', 'kind');
        ksort($defaults);
        self::assertSame(['contact', 'event', 'task'], array_keys($defaults));
        self::assertSame(1, $defaults['event']);
    }

    public function testSelfTestTicksWhatIsThereAndCrossesWhatIsNot(): void
    {
        $id = $this->addAccount();
        $good = Occ::json(0, 'exchange:self-test');
        self::assertTrue($good['ok']);
        $checks = array_column($good['checks'], 'ok', 'name');
        self::assertTrue($checks['Extension loaded'] && $checks['Version matches'] && $checks['Database']);
        self::assertTrue($checks["Server of account $id ($this->address)"]);

        $without = Occ::run(['exchange:self-test'], extension: false);
        self::assertSame(1, $without['status']);
        self::assertMatchesRegularExpression('/^✗ Extension: .*extension=.*\.so.*$/m', $without['out']);
        self::assertMatchesRegularExpression('/^✓ Database: /m', $without['out']);

        $this->standIn->fault(['kind' => 'unavailable']);
        $down = Occ::json(1, 'exchange:self-test');
        $this->standIn->clearFaults();
        self::assertFalse(array_column($down['checks'], 'ok', 'name')["Server of account $id ($this->address)"]);
    }
}
