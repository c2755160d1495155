<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Command;

use OCA\IntegrationExchange\Service\Health;
use Psr\Log\LoggerInterface;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Output\OutputInterface;

final class SelfTest extends Base
{
    public function __construct(LoggerInterface $logger, private readonly Health $health, private readonly Debug $debug)
    {
        parent::__construct($logger);
    }

    protected function configure(): void
    {
        parent::configure();
        $this->setName('exchange:self-test')
            ->setDescription('Check that the extension, the database and every account’s server are there');
        Debug::option($this);
    }

    protected function perform(InputInterface $input, OutputInterface $output): int
    {
        $this->debug->begin($input, self::stderr($output));
        $checks = [];
        foreach ($this->health->checks() as $check) {
            $checks[] = $check;
            if (!self::json($input)) {
                $line = ($check['ok'] ? '✓ ' : '✗ ') . $check['name'] . ': ' . $check['message'];
                $output->writeln($line, OutputInterface::OUTPUT_RAW);
            }
        }
        $ok = !in_array(false, array_column($checks, 'ok'), true);
        if (self::json($input)) {
            self::writeJson($output, ['ok' => $ok, 'checks' => $checks]);
        }
        return $ok ? self::OK : self::FAILED;
    }
}
