<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Command;

use OCA\IntegrationExchange\AppInfo\Application;
use OCA\IntegrationExchange\Failure;
use OCP\Server;
use Psr\Log\LoggerInterface;
use Stecman\Component\Symfony\Console\BashCompletion\Completion\CompletionAwareInterface;
use Stecman\Component\Symfony\Console\BashCompletion\CompletionContext;
use Symfony\Component\Console\Command\Command;
use Symfony\Component\Console\Completion\CompletionInput;
use Symfony\Component\Console\Completion\CompletionSuggestions;
use Symfony\Component\Console\Exception\MissingInputException;
use Symfony\Component\Console\Helper\Table;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\ConsoleOutputInterface;
use Symfony\Component\Console\Output\OutputInterface;
use Throwable;

/**
 * What all commands have in common: two output formats, exit codes that scripts can use (docs/operator.md), and errors as one
 * sentence on stderr.
 */
abstract class Base extends Command implements CompletionAwareInterface
{
    public const OK = 0;
    public const FAILED = 1;
    public const USAGE = 2;
    public const PARTLY = 3;
    /** Not now, but later: what starts it again does right. */
    public const LATER = 75;
    protected const FORMATS = ['plain', 'json'];

    public function __construct(private readonly LoggerInterface $logger)
    {
        parent::__construct();
    }

    protected function configure(): void
    {
        $this->addOption('output', null, InputOption::VALUE_REQUIRED, 'Output format: ' . implode(' or ', static::FORMATS), 'plain');
    }

    /**
     * Does the work and returns the exit code.
     *
     * @throws Failure
     */
    abstract protected function perform(InputInterface $input, OutputInterface $output): int;

    /**
     * For `occ completion`.
     */
    final public function complete(CompletionInput $input, CompletionSuggestions $suggestions): void
    {
        $suggestions->suggestValues($this->values((string)$input->getCompletionName(), $input->getCompletionValue()));
    }

    /**
     * For `occ _completion`.
     *
     * @param string $optionName
     */
    final public function completeOptionValues($optionName, CompletionContext $context): array
    {
        return $this->values($optionName, $context->getCurrentWord());
    }

    /**
     * @param string $argumentName
     */
    final public function completeArgumentValues($argumentName, CompletionContext $context): array
    {
        return $this->values($argumentName, $context->getCurrentWord());
    }

    /**
     * @return list<string>
     */
    private function values(string $name, string $typed): array
    {
        return $name === 'output' ? static::FORMATS : Server::get(Completion::class)->values($name, $typed);
    }

    final protected function execute(InputInterface $input, OutputInterface $output): int
    {
        try {
            if (!in_array($input->getOption('output'), static::FORMATS, true)) {
                throw new Usage('--output takes ' . implode(' or ', static::FORMATS) . '.');
            }
            return $this->perform($input, $output);
        } catch (Usage $usage) {
            return $this->complain($input, $output, 'usage', $usage->getMessage(), self::USAGE);
        } catch (MissingInputException) {
            $message = 'There is nobody to answer the question; --help says how to do without.';
            return $this->complain($input, $output, 'usage', $message, self::USAGE);
        } catch (Failure $failure) {
            return $this->complain($input, $output, $failure->kind, $failure->getMessage(), self::FAILED);
        } catch (Throwable $error) {
            $this->logger->error($error->getMessage(), ['app' => Application::APP_ID, 'exception' => $error]);
            $message = 'Something unexpected happened; the Nextcloud log has the details.';
            return $this->complain($input, $output, 'bug', $message, self::FAILED);
        }
    }

    protected static function json(InputInterface $input): bool
    {
        return $input->getOption('output') === 'json';
    }

    /**
     * Whose folders are meant: null for the account's own mailbox.
     */
    protected static function place(InputInterface $input): ?string
    {
        $mailbox = $input->getOption('mailbox');
        if ($input->getOption('public') && $mailbox !== null) {
            throw new Usage('--mailbox and --public exclude each other.');
        }
        return $input->getOption('public') ? 'public' : $mailbox;
    }

    /**
     * A number argument or option, or null where an option is not given.
     */
    protected static function number(?string $text, string $what): ?int
    {
        if ($text === null) {
            return null;
        }
        return ctype_digit($text) ? (int)$text : throw new Usage("$what takes a number, not “{$text}”.");
    }

    protected static function stderr(OutputInterface $output): OutputInterface
    {
        return $output instanceof ConsoleOutputInterface ? $output->getErrorOutput() : $output;
    }

    /**
     * One thing: as JSON, or the sentence.
     *
     * @param array<string, mixed> $data
     */
    protected static function tell(InputInterface $input, OutputInterface $output, array $data, string $sentence): void
    {
        self::json($input) ? self::writeJson($output, $data) : $output->writeln($sentence, OutputInterface::OUTPUT_RAW);
    }

    /**
     * Rows with the same keys: as JSON, or as a table of the given columns (title => key).
     *
     * @param list<array<string, mixed>> $rows
     * @param array<string, string> $columns
     */
    protected static function rows(
        InputInterface $input,
        OutputInterface $output,
        array $rows,
        array $columns,
        string $none,
    ): void {
        if (self::json($input)) {
            self::writeJson($output, $rows);
        } elseif ($rows === []) {
            $output->writeln($none);
        } else {
            self::table($output, $rows, $columns);
        }
    }

    /**
     * @param list<array<string, mixed>> $rows
     * @param array<string, string> $columns
     */
    protected static function table(OutputInterface $output, array $rows, array $columns): void
    {
        $table = new Table($output);
        $table->setHeaders(array_keys($columns));
        foreach ($rows as $row) {
            $table->addRow(array_map(static fn (string $key): string => self::cell($row[$key] ?? null), $columns));
        }
        $table->render();
    }

    protected static function writeJson(OutputInterface $output, array $data): void
    {
        $json = json_encode($data, JSON_THROW_ON_ERROR | JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE);
        $output->writeln($json, OutputInterface::OUTPUT_RAW);
    }

    private static function cell(mixed $value): string
    {
        return match (true) {
            $value === null => '–',
            is_bool($value) => $value ? 'yes' : 'no',
            // Names come from people and servers: no markup, no control characters.
            default => str_replace('<', '\<', (string)preg_replace('/[\x00-\x1f\x7f]/', ' ', (string)$value)),
        };
    }

    private function complain(InputInterface $input, OutputInterface $output, string $kind, string $message, int $code): int
    {
        if (self::json($input)) {
            self::writeJson($output, ['error' => $kind, 'message' => $message]);
        } else {
            self::stderr($output)->writeln($message, OutputInterface::OUTPUT_RAW);
        }
        return $code;
    }
}
