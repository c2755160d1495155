<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Command;

use OCA\IntegrationExchange\Failure;
use OCA\IntegrationExchange\Service\Accounts;
use OCA\IntegrationExchange\Service\SignIn;
use Psr\Log\LoggerInterface;
use Symfony\Component\Console\Exception\MissingInputException;
use Symfony\Component\Console\Helper\QuestionHelper;
use Symfony\Component\Console\Input\InputArgument;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\OutputInterface;
use Symfony\Component\Console\Question\Question;

final class AccountAdd extends Base
{
    private const NOBODY = 'There is nobody to ask for the password; hand it over with --password-stdin.';

    public function __construct(LoggerInterface $logger, private readonly Accounts $accounts, private readonly Debug $debug)
    {
        parent::__construct($logger);
    }

    protected function configure(): void
    {
        parent::configure();
        $this->setName('exchange:account:add')
            ->setDescription('Connect a user to their mailbox; again for the same address, to store a new password')
            ->addArgument('uid', InputArgument::REQUIRED, 'Id of the Nextcloud user')
            ->addOption('address', null, InputOption::VALUE_REQUIRED, 'E-mail address of the mailbox')
            ->addOption('server', null, InputOption::VALUE_REQUIRED, 'Server: host, host:port or address; discovered if not given')
            ->addOption('username', null, InputOption::VALUE_REQUIRED, 'Name to sign in with; the e-mail address if not given')
            ->addOption('auth', null, InputOption::VALUE_REQUIRED, 'basic, ntlm, kerberos, or oauth (see exchange:oauth)', 'basic')
            ->addOption('keytab', null, InputOption::VALUE_REQUIRED, 'Kerberos: file with the key of the service account')
            ->addOption('ticket-cache', null, InputOption::VALUE_REQUIRED, 'Kerberos: credential cache with its tickets')
            ->addOption('impersonate', null, InputOption::VALUE_REQUIRED, 'Act for smtp:ADDRESS, principal:NAME@DOMAIN or sid:S-1-5-…')
            ->addOption('password-stdin', null, InputOption::VALUE_NONE, 'Read the password from standard input');
        Debug::option($this);
    }

    protected function perform(InputInterface $input, OutputInterface $output): int
    {
        $address = $input->getOption('address') ?? throw new Usage('Give the mailbox with --address.');
        $server = $input->getOption('server');
        $this->debug->begin($input, self::stderr($output));
        $signIn = $this->signIn($input, $output, $address);
        try {
            $account = $this->accounts->add($input->getArgument('uid'), $address, $server, $signIn);
        } catch (Failure $failure) {
            throw self::inWordsOfOcc($failure);
        }
        $data = [
            'id' => $account->getId(),
            'user' => $account->getUserId(),
            'address' => $account->getAddress(),
            'server' => $account->getServer(),
        ];
        $sentence = "Account {$data['id']}: {$data['user']} is connected to {$data['address']} at {$data['server']}.";
        self::tell($input, $output, $data, $sentence);
        return self::OK;
    }

    /**
     * Where no server is found, the engine asks for its address: pages have a field for that, occ an option.
     */
    private static function inWordsOfOcc(Failure $failure): Failure
    {
        $asks = "/[Gg]ive (?:its address|the server's address itself|it as the server)/";
        return new Failure($failure->kind, (string)preg_replace($asks, '$0 (--server)', $failure->getMessage()), $failure->retryAfter);
    }

    private function signIn(InputInterface $input, OutputInterface $output, string $address): SignIn
    {
        $impersonate = $input->getOption('impersonate');
        $username = $input->getOption('username');
        $auth = $input->getOption('auth');
        return match ($auth) {
            'basic', 'ntlm' => SignIn::withPassword($username ?? $address, $this->password($input, $output), $auth, $impersonate),
            'kerberos' => SignIn::withTickets(
                $username ?? '',
                $input->getOption('keytab'),
                $input->getOption('ticket-cache'),
                $impersonate,
            ),
            'oauth' => SignIn::asApplication($address, $impersonate),
            default => throw new Usage('--auth takes basic, ntlm, kerberos or oauth.'),
        };
    }

    private function password(InputInterface $input, OutputInterface $output): string
    {
        if ($input->getOption('password-stdin')) {
            $password = rtrim((string)fgets(STDIN), "\r\n");
        } elseif ($input->isInteractive()) {
            $question = (new Question('Password: '))->setHidden(true)->setHiddenFallback(false)->setTrimmable(false);
            try {
                $password = rtrim((string)(new QuestionHelper())->ask($input, self::stderr($output), $question), "\r\n");
            } catch (MissingInputException) {
                throw new Usage(self::NOBODY);
            }
        } else {
            throw new Usage(self::NOBODY);
        }
        return $password !== '' ? $password : throw new Usage('The password is empty.');
    }
}
