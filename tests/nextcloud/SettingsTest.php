<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use OCA\IntegrationExchange\Cycle\Options;
use OCA\IntegrationExchange\Cycle\Parts;
use OCA\IntegrationExchange\Db\Link;
use OCA\IntegrationExchange\Failure;
use OCA\IntegrationExchange\Service\Links;
use OCA\IntegrationExchange\Setting\Settings;
use OCP\IAppConfig;
use OCP\Server;

/**
 * What a link says, what the organisation says, and what the engine is told.
 */
final class SettingsTest extends LinkTestCase
{
    private const USUAL = [
        'policy' => 'newest', 'deletes' => 'edit', 'direction' => 'both', 'window' => null, 'privacy' => 'full', 'placeholder' => 'Busy',
        'max_deletes' => null, 'invitations' => 'nobody', 'direction_reason' => null,
    ];

    protected function tearDown(): void
    {
        Occ::run(['config:app:delete', 'integration_exchange', 'link_defaults']);
        Occ::run(['config:app:delete', 'integration_exchange', 'link_enforced']);
        parent::tearDown();
    }

    /**
     * @return array<string, mixed>
     */
    private function set(Link $link, string ...$options): array
    {
        return Occ::json(0, 'exchange:link:set', (string)$link->getId(), ...$options);
    }

    /**
     * @return array<string, mixed> what the engine gets
     */
    private function described(Link $link): array
    {
        return Server::get(Parts::class)->describe($this->reload($link), $this->account, false, new Options());
    }

    public function testALinkSaysWhatHoldsForIt(): void
    {
        $link = $this->newLink('event');
        self::assertSame(['id' => $link->getId()] + self::USUAL, $this->set($link));
        $usual = array_diff_key(self::USUAL, ['direction_reason' => 0]);
        self::assertEquals($usual, array_intersect_key($this->described($link), $usual));
        $changed = $this->set(
            $link,
            '--policy=nextcloud',
            '--deletes=policy',
            '--direction=to_nextcloud',
            '--window=31:183',
            '--privacy=masked',
            '--placeholder=Not here',
            '--max-deletes=7',
            '--invitations=exchange'
        );
        $wanted = [
            'policy' => 'nextcloud', 'deletes' => 'policy', 'direction' => 'to_nextcloud', 'window' => ['past' => 31, 'future' => 183],
            'privacy' => 'masked', 'placeholder' => 'Not here', 'max_deletes' => 7, 'invitations' => 'exchange',
        ];
        self::assertSame(['id' => $link->getId()] + $wanted + self::USUAL, $changed);
        self::assertEquals($wanted, array_intersect_key($this->described($link), $wanted));
        $shown = array_column(Occ::json(0, 'exchange:links'), null, 'id')[$link->getId()];
        self::assertEquals($wanted, array_intersect_key($shown, $wanted));
        $back = array_map(static fn (string $name): string => '--' . str_replace('_', '-', $name) . '=default', array_keys($wanted));
        self::assertSame(['id' => $link->getId()] + self::USUAL, $this->set($link, ...$back));
    }

    public function testWhatMakesNoSenseIsRefusedAndNothingChanges(): void
    {
        $link = $this->newLink('event');
        $settings = Server::get(Settings::class);
        $wrong = [
            'invitations' => ['everybody', ''], 'policy' => ['loudest'], 'direction' => ['up'], 'deletes' => ['never'],
            'privacy' => ['none'],
            'window' => ['31', '-1:5', '1:40000', '1:2:3'], 'placeholder' => [' ', "a\nb", str_repeat('x', 61)],
            'max_deletes' => ['few', '-1', '99999999'],
        ];
        foreach ($wrong as $name => $texts) {
            foreach ($texts as $text) {
                try {
                    $settings->set($link, ['policy' => 'exchange', $name => $text]);
                    self::fail("$name took “{$text}”");
                } catch (Failure $failure) {
                    self::assertMatchesRegularExpression('/^“.*” does not do for --[a-z-]+\. It is .*\.$/s', $failure->getMessage());
                }
            }
        }
        self::assertSame([], $this->reload($link)->ownSettings());
        $answer = Occ::json(1, 'exchange:link:set', (string)$link->getId(), '--policy=exchange', '--window=31');
        self::assertSame('configuration', $answer['error']);
    }

    public function testTasksHaveNoWindowAndNoInvitations(): void
    {
        $link = $this->newLink('task');
        foreach (['--invitations=exchange', '--window=1:1'] as $option) {
            $answer = Occ::json(1, 'exchange:link:set', (string)$link->getId(), $option);
            self::assertStringContainsString('for events', $answer['message']);
        }
        Occ::json(0, 'exchange:defaults', '--window=1:1');
        self::assertNull($this->set($link)['window']);
    }

    public function testTheOrganisationSaysWhatHoldsWhereALinkDoesNotAndMayEnforceIt(): void
    {
        $silent = $this->newLink('event');
        $spoken = $this->newLink('contact');
        $this->set($spoken, '--policy=nextcloud');
        $defaults = array_column(Occ::json(0, 'exchange:defaults', '--policy=exchange', '--window=10:20'), null, 'setting');
        self::assertSame(['exchange', false, '10:20'], [
            $defaults['policy']['value'], $defaults['policy']['enforced'], $defaults['window']['value'],
        ]);
        self::assertSame(['exchange', 'nextcloud'], [$this->set($silent)['policy'], $this->set($spoken)['policy']]);
        Server::get(IAppConfig::class)->clearCache();
        self::assertSame(['past' => 10, 'future' => 20], $this->described($silent)['window']);

        Occ::json(0, 'exchange:defaults', '--enforce=policy', '--enforce=max-deletes');
        self::assertSame(['exchange', 'exchange'], [$this->set($silent)['policy'], $this->set($spoken)['policy']]);
        $refused = Occ::json(1, 'exchange:link:set', (string)$spoken->getId(), '--policy=newest');
        self::assertStringContainsString('The organisation has set --policy', $refused['message']);

        Occ::json(0, 'exchange:defaults', '--release=policy', '--policy=default');
        self::assertSame(['newest', 'nextcloud'], [$this->set($silent)['policy'], $this->set($spoken)['policy']]);
        self::assertSame('configuration', Occ::json(1, 'exchange:defaults', '--enforce=colour')['error']);
        self::assertSame('configuration', Occ::json(1, 'exchange:defaults', '--policy=loudest')['error']);
    }

    public function testAFolderThatCannotBeWrittenGoesToNextcloudOnly(): void
    {
        $folder = ['id' => 'F', 'kind' => 'event', 'name' => 'Boss', 'path' => ['Boss'], 'writable' => false];
        $link = Server::get(Links::class)->link($this->account, $folder, null, true);
        $shown = $this->set($link);
        self::assertSame('to_nextcloud', $shown['direction']);
        self::assertStringContainsString('not written', $shown['direction_reason']);
        self::assertSame('to_nextcloud', $this->described($link)['direction']);
        $refused = Occ::json(1, 'exchange:link:set', (string)$link->getId(), '--direction=both');
        self::assertStringContainsString('not written', $refused['message']);
        Occ::json(0, 'exchange:defaults', '--direction=to_exchange');
        self::assertSame('to_nextcloud', $this->set($link)['direction']);
    }
}
