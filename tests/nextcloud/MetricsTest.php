<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Tests\Nextcloud;

use OCA\IntegrationExchange\Metric\Family;
use OCP\OpenMetrics\IMetricFamily;
use OCP\OpenMetrics\MetricType;
use OCP\Server;

/**
 * What is watched over time, read by the strict reader of Prometheus' own client.
 */
final class MetricsTest extends EndToEndTestCase
{
    public function testTheStatusCountsAccountsLinksItemsAndCalls(): void
    {
        $before = $this->read();
        $account = $this->addAccount();
        ['link' => $link] = $this->link($account, 'event');
        $broken = $this->link($account, 'task');
        $this->remote->createEvent('One');
        $this->remote->createEvent('Two');
        $this->sync($link);
        $this->calendars->deleteCalendar($broken['collection']);
        Occ::run(['exchange:sync', '--link', (string)$broken['link']]);

        $now = $this->read();
        $rise = static function (string $family, array $labels) use ($before, $now): float {
            return self::value($now, $family, $labels) - self::value($before, $family, $labels);
        };
        self::assertSame(1.0, $rise('accounts', ['state' => 'active']));
        self::assertSame(1.0, $rise('links', ['kind' => 'event', 'state' => 'active']));
        self::assertSame(1.0, $rise('links', ['kind' => 'task', 'state' => 'stopped']));
        self::assertSame(1.0, $rise('links_failing', ['error' => 'gone']));
        self::assertSame(2.0, $rise('items', ['kind' => 'event', 'state' => 'in_step']));
        self::assertGreaterThan(1.0, $rise('calls', []));
        self::assertSame('counter', $now['nextcloud_exchange_calls']['type']);
        $of = ['account' => (string)$account, 'kind' => 'event', 'link' => (string)$link];
        self::assertEqualsWithDelta(time(), self::value($now, 'link_last_success_timestamp_seconds', $of), 60);

        $late = self::value($now, 'links_late', []);
        $this->db->executeStatement('UPDATE *PREFIX*exchange_links SET last_success = 1000 WHERE id = ?', [$link]);
        self::assertSame($late + 1, self::value($this->read(), 'links_late', []));
    }

    public function testNamesOfPeopleAndServersCannotBreakTheText(): void
    {
        $text = (new Family('x', Family::GAUGE, 'What.', [[['of' => "a\"b\\c\nd"], 1], [[], 2]]))->text();
        self::assertSame('nextcloud_x{of="a\"b\\\\c\nd"} 1', explode("\n", $text)[2]);
        self::assertSame("a\"b\\c\nd", self::parse("$text# EOF\n")['nextcloud_x']['samples'][0][1]['of']);
    }

    public function testNextcloudsOwnEndpointGetsTheSame(): void
    {
        if (!interface_exists(IMetricFamily::class)) {
            foreach (['MetricType', 'Metric', 'IMetricFamily'] as $class) {
                require __DIR__ . "/OpenMetrics/$class.php";
            }
        }
        $this->link($this->addAccount(), 'event');
        $told = $this->read();
        $info = simplexml_load_string((string)file_get_contents(__DIR__ . '/../../appinfo/info.xml'));
        self::assertNotFalse($info);
        $names = [];
        foreach ($info->openmetrics->exporter as $class) {
            $exporter = Server::get((string)$class);
            self::assertInstanceOf(IMetricFamily::class, $exporter);
            self::assertSame('', $exporter->unit());
            self::assertNotSame('', $exporter->help());
            $names[] = $name = "nextcloud_{$exporter->name()}";
            self::assertSame(str_ends_with($name, '_total') ? MetricType::unknown : MetricType::gauge, $exporter->type());
            $samples = [];
            foreach ($exporter->metrics() as $metric) {
                $samples[] = [$name, $metric->labels, (float)$metric->value];
            }
            self::assertSame(array_map(
                static fn (array $sample): array => [$sample[0], $sample[1], (float)$sample[2]],
                $told[str_replace('_total', '', $name)]['samples']
            ), $samples, $name);
        }
        $families = array_map(static fn (string $name): string => str_replace('_total', '', $name), $names);
        unset($told['nextcloud_exchange_link_last_success_timestamp_seconds']);
        self::assertSame(array_keys($told), $families);
    }

    /**
     * @return array<string, array{type: string, help: string, samples: list<array{string, array<string, string>, float}>}>
     */
    private function read(): array
    {
        $result = Occ::run(['exchange:status', '--output=prometheus']);
        self::assertSame(0, $result['status'], $result['err']);
        return self::parse($result['out']);
    }

    /**
     * @return array<string, array<string, mixed>>
     */
    private static function parse(string $text): array
    {
        $python = trim((string)shell_exec(escapeshellarg(__DIR__ . '/python')));
        $command = [$python, '-B', __DIR__ . '/openmetrics.py'];
        $process = proc_open($command, [['pipe', 'r'], ['pipe', 'w'], ['pipe', 'w']], $pipes);
        self::assertIsResource($process);
        fwrite($pipes[0], $text);
        fclose($pipes[0]);
        $out = (string)stream_get_contents($pipes[1]);
        $errors = (string)stream_get_contents($pipes[2]);
        self::assertSame(0, proc_close($process), "$errors\n$text");
        return json_decode($out, true, 16, JSON_THROW_ON_ERROR);
    }

    /**
     * @param array<string, array<string, mixed>> $families
     * @param array<string, string> $labels
     */
    private static function value(array $families, string $family, array $labels): float
    {
        foreach ($families["nextcloud_exchange_$family"]['samples'] ?? [] as [, $of, $value]) {
            ksort($of);
            if ($of === $labels) {
                return (float)$value;
            }
        }
        return 0.0;
    }
}
