<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Command;

use OCA\IntegrationExchange\Failure;
use OCA\IntegrationExchange\Installation\Installer;
use OCA\IntegrationExchange\Installation\State;
use OCA\IntegrationExchange\Installation\Step;
use OCA\IntegrationExchange\Installation\Unit;
use OCA\IntegrationExchange\Worker\Service;
use Psr\Log\LoggerInterface;
use Symfony\Component\Console\Helper\QuestionHelper;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\OutputInterface;
use Symfony\Component\Console\Question\ConfirmationQuestion;

final class Setup extends Base
{
    private const MARKS = [
        'loaded' => '✓', 'installed' => '✓', 'left' => '✓', 'ready' => '·', 'manual' => '·', 'unfit' => '✗',
    ];

    public function __construct(LoggerInterface $logger, private readonly Installer $installer, private readonly Service $service)
    {
        parent::__construct($logger);
    }

    protected function configure(): void
    {
        parent::configure();
        $this->setName('exchange:setup')
            ->setDescription('Load the extension in the PHPs of this machine where it may, or say what to do; then test')
            ->addOption('dry-run', null, InputOption::VALUE_NONE, 'Say what would be done; change nothing')
            ->addOption('worker', null, InputOption::VALUE_NONE, 'Set up the service of active mode also in passive mode')
            ->addOption('yes', null, InputOption::VALUE_NONE, 'Do not ask');
    }

    protected function perform(InputInterface $input, OutputInterface $output): int
    {
        if (!function_exists('proc_open')) {
            throw new Failure('configuration', 'This PHP may start no other: disable_functions in its php.ini has proc_open. Take it out.');
        }
        $dry = (bool)$input->getOption('dry-run');
        $steps = [];
        foreach ($this->installer->plan() as $step) {
            $may = $step->state === State::Ready && !$dry && $this->confirmed($input, $output, $step);
            $steps[] = $step = $may ? $this->installer->do($step) : $step;
            if (!self::json($input)) {
                $this->show($output, $step);
            }
        }
        $worker = $this->worker($input, $output);
        $test = $dry ? null : self::selfTest();
        if (self::json($input)) {
            $places = array_map(static fn (Step $step): array => $step->toArray(), $steps);
            self::writeJson($output, ['places' => $places, 'worker' => $worker, 'self_test' => $test]);
        } else {
            $this->conclude($output, $steps, $worker, $test);
        }
        return match (true) {
            $test === null => self::OK,
            !$test['ok'] => self::FAILED,
            array_filter($steps, self::isOpen(...)) !== [] => self::PARTLY,
            default => self::OK,
        };
    }

    /**
     * @return array{message: string, lines: list<string>, unit: ?string}
     */
    private function worker(InputInterface $input, OutputInterface $output): array
    {
        $write = fn (): bool => !$input->getOption('dry-run') && $this->yes($input, $output, 'Write ' . Unit::file() . '?');
        return $this->service->setUp((bool)$input->getOption('worker'), $write);
    }

    private function confirmed(InputInterface $input, OutputInterface $output, Step $step): bool
    {
        return $this->yes($input, $output, "{$step->place->name()}: write {$step->place->file()}?");
    }

    private function yes(InputInterface $input, OutputInterface $output, string $question): bool
    {
        if ($input->getOption('yes') || !$input->isInteractive() || self::json($input)) {
            return (bool)$input->getOption('yes');
        }
        return (bool)(new QuestionHelper())->ask($input, self::stderr($output), new ConfirmationQuestion("$question [Y/n] ", true));
    }

    private static function isOpen(Step $step): bool
    {
        return $step->state === State::Ready || $step->state === State::Manual;
    }

    private function show(OutputInterface $output, Step $step): void
    {
        $line = self::MARKS[$step->state->value] . " {$step->place->name()}: $step->message";
        $output->writeln($line, OutputInterface::OUTPUT_RAW);
        if (self::isOpen($step)) {
            foreach ($step->lines as $line) {
                $output->writeln("    $line", OutputInterface::OUTPUT_RAW);
            }
        }
    }

    /**
     * @param list<Step> $steps
     * @param array{message: string, lines: list<string>} $worker
     * @param array{ok: bool, checks: list<array<string, mixed>>}|null $test
     */
    private function conclude(OutputInterface $output, array $steps, array $worker, ?array $test): void
    {
        if ($steps === []) {
            $output->writeln('No PHP with a folder of .ini files is found here.');
        }
        if (array_filter($steps, self::isOpen(...)) !== []) {
            $output->writeln('Where the extension is not loaded, PHP starts another one that loads it for each call: it works as it is.');
        }
        $output->writeln($worker['message'], OutputInterface::OUTPUT_RAW);
        foreach ($worker['lines'] as $line) {
            $output->writeln($line, OutputInterface::OUTPUT_RAW);
        }
        foreach ($test['checks'] ?? [] as $check) {
            $line = ($check['ok'] ? '✓ ' : '✗ ') . "{$check['name']}: {$check['message']}";
            $output->writeln($line, OutputInterface::OUTPUT_RAW);
        }
    }

    /**
     * In a PHP of its own: this one has started before.
     *
     * @return array{ok: bool, checks: list<array<string, mixed>>}
     */
    private static function selfTest(): array
    {
        $command = [PHP_BINARY, (string)realpath('occ'), '--no-warnings', '--no-interaction', 'exchange:self-test', '--output=json'];
        $process = proc_open($command, [['file', '/dev/null', 'r'], ['pipe', 'w'], ['file', '/dev/null', 'w']], $pipes);
        $told = $process === false ? null : json_decode((string)stream_get_contents($pipes[1]), true);
        if ($process !== false) {
            proc_close($process);
        }
        $message = 'occ exchange:self-test does not start in a new PHP. Run it by hand to see why.';
        return $told ?? ['ok' => false, 'checks' => [['name' => 'Self-test', 'ok' => false, 'message' => $message]]];
    }
}
