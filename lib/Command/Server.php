<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Command;

use OCA\IntegrationExchange\Service\Servers;
use Psr\Log\LoggerInterface;
use Symfony\Component\Console\Input\InputArgument;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\OutputInterface;

final class Server extends Base
{
    private const COLUMNS = [
        'Host' => 'host',
        'Allowed' => 'allowed',
        'Authorities' => 'ca_file',
        'Pinned' => 'pin',
        'Verified' => 'verified',
        'Old TLS' => 'old_tls',
        'At once' => 'requests',
        'A mailbox' => 'mailbox_requests',
    ];

    public function __construct(LoggerInterface $logger, private readonly Servers $servers)
    {
        parent::__construct($logger);
    }

    protected function configure(): void
    {
        parent::configure();
        $this->setName('exchange:server')
            ->setDescription('Say which mail servers may be connected to and which certificate is believed; without HOST: show it')
            ->addArgument('host', InputArgument::OPTIONAL, 'Host, such as mail.example.org, *.example.org or an IP address')
            ->addOption('allow', null, InputOption::VALUE_NONE, 'It may be connected to, also in the local network')
            ->addOption('disallow', null, InputOption::VALUE_NONE, 'Takes --allow back')
            ->addOption('ca-file', null, InputOption::VALUE_REQUIRED, 'PEM file of further certificate authorities; “none” for none')
            ->addOption('pin', null, InputOption::VALUE_REQUIRED, 'SHA-256 of the one certificate that is believed; “none” for none')
            ->addOption('insecure', null, InputOption::VALUE_NONE, 'Believe any certificate, even an attacker’s')
            ->addOption('secure', null, InputOption::VALUE_NONE, 'Takes --insecure back')
            ->addOption('old-tls', null, InputOption::VALUE_REQUIRED, 'Speak TLS 1.0 and 1.1 too (yes, no); needs a build for it')
            ->addOption('requests', null, InputOption::VALUE_REQUIRED, 'Requests at a time, of all its mailboxes; “default” for 32')
            ->addOption('mailbox-requests', null, InputOption::VALUE_REQUIRED, 'Requests at a time of each mailbox; “default” for 3')
            ->addOption('only-allowed', null, InputOption::VALUE_REQUIRED, 'Whether all other hosts are forbidden (yes, no)');
    }

    protected function perform(InputInterface $input, OutputInterface $output): int
    {
        $only = self::yes($input->getOption('only-allowed'), '--only-allowed');
        if ($only !== null) {
            $this->servers->setOnlyAllowed($only);
        }
        $host = $input->getArgument('host');
        $changes = self::changes($input);
        if ($host !== null && $changes !== []) {
            $this->servers->set($host, $changes);
        } elseif ($changes !== []) {
            throw new Usage('Name the host that this is about.');
        }
        $this->show($input, $output);
        return self::OK;
    }

    /**
     * @return array<string, bool|string|int|null>
     */
    private static function changes(InputInterface $input): array
    {
        $changes = [];
        foreach (['allowed' => ['allow', 'disallow'], 'insecure' => ['insecure', 'secure']] as $key => [$on, $off]) {
            if ($input->getOption($on) && $input->getOption($off)) {
                throw new Usage("--$on and --$off exclude each other.");
            }
            if ($input->getOption($on) || $input->getOption($off)) {
                $changes[$key] = (bool)$input->getOption($on);
            }
        }
        foreach (['ca_file' => 'ca-file', 'pin' => 'pin'] as $key => $option) {
            $value = $input->getOption($option);
            if ($value !== null) {
                $changes[$key] = $value === 'none' ? null : $value;
            }
        }
        foreach (['requests' => 'requests', 'mailbox_requests' => 'mailbox-requests'] as $key => $option) {
            $value = $input->getOption($option);
            if ($value !== null) {
                $changes[$key] = $value === 'default' ? null : self::atLeastOne($value, "--$option");
            }
        }
        $old = self::yes($input->getOption('old-tls'), '--old-tls');
        return $old === null ? $changes : $changes + ['old_tls' => $old];
    }

    private static function atLeastOne(string $text, string $option): int
    {
        $number = self::number($text, $option);
        return $number > 0 ? $number : throw new Usage("$option takes a number from 1 on, or “default”.");
    }

    private static function yes(?string $text, string $option): ?bool
    {
        return match ($text) {
            null => null,
            'yes' => true,
            'no' => false,
            default => throw new Usage("$option takes yes or no."),
        };
    }

    private function show(InputInterface $input, OutputInterface $output): void
    {
        $shown = $this->servers->shown();
        if (self::json($input)) {
            self::writeJson($output, $shown);
            return;
        }
        self::rows($input, $output, $shown['servers'], self::COLUMNS, 'Nothing is said about any server.');
        $output->writeln($shown['only_allowed']
            ? 'Only allowed hosts may be connected to.'
            : 'Other hosts may be connected to by the rule of allow_local_remote_servers in config.php.');
        if ($shown['warning'] !== null) {
            $output->writeln("Warning: {$shown['warning']}", OutputInterface::OUTPUT_RAW);
        }
    }
}
