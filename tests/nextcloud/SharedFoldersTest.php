<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use Exchange\Tests\StandIn;

/**
 * Folders of other mailboxes and public folders, as a person's page finds them.
 */
final class SharedFoldersTest extends EndToEndTestCase
{
    private const TEAM = 'team@example.org';
    private WebServer $web;
    private Api $api;
    private int $account;

    protected function setUp(): void
    {
        parent::setUp();
        $this->standIn->stop();
        $options = ['--public-folders', '--mailbox', self::TEAM . ':env:EXCHANGE_STANDIN_PASSWORD'];
        $this->standIn = StandIn::start($options, address: $this->address, password: self::PASSWORD);
        $this->web = WebServer::start();
        $this->api = new Api($this->web->url, $this->user);
        $this->account = $this->api->ok('POST', 'accounts', [
            'address' => $this->address, 'password' => self::PASSWORD, 'server' => $this->standIn->url,
        ])['id'];
    }

    protected function tearDown(): void
    {
        $this->web->stop();
        parent::tearDown();
    }

    public function testACalendarThatAnotherMailboxSharesForReadingIsLinkedOneWay(): void
    {
        $this->api->refused(400, 'GET', "accounts/$this->account/folders", ['of' => self::TEAM]);
        $this->standIn->share(self::TEAM, [$this->address => ['folders' => ['calendar'], 'writable' => false]]);
        $found = $this->api->ok('GET', "accounts/$this->account/folders", ['of' => self::TEAM]);
        self::assertSame([['event', false, null]], array_map(
            static fn (array $folder): array => [$folder['kind'], $folder['writable'], $folder['link']],
            $found
        ));
        $wanted = ['folder' => $found[0]['id'], 'of' => self::TEAM, 'name' => 'Of the team'];
        $link = $this->api->ok('POST', "accounts/$this->account/links", $wanted);
        self::assertSame(['to_nextcloud', $found[0]['id']], [$link['direction'], $link['folder_id']]);
        self::assertNotNull($link['direction_reason']);
        $direction = array_column($link['options'], null, 'name')['direction'];
        self::assertSame(['to_nextcloud', true], [$direction['value'], $direction['enforced']]);
        $this->api->refused(400, 'PUT', "links/{$link['id']}/options", ['options' => ['direction' => 'both']]);
        $again = $this->api->ok('GET', "accounts/$this->account/folders", ['of' => self::TEAM]);
        self::assertSame($link['id'], $again[0]['link']);
        // Without saying whose it is, it is not there.
        $this->api->refused(400, 'POST', "accounts/$this->account/links", ['name' => 'Once more', 'of' => ''] + $wanted);
    }

    public function testPublicFoldersAreAskedForAndNonsenseIsRefused(): void
    {
        // There are none that could be linked; tests/rust/folders.rs finds those that there are.
        self::assertSame([], $this->api->ok('GET', "accounts/$this->account/folders", ['of' => 'public']));
        $this->api->refused(400, 'GET', "accounts/$this->account/folders", ['of' => 'nonsense']);
        $this->api->refused(400, 'GET', "accounts/$this->account/folders", ['of' => 'nobody@example.org']);
    }
}
