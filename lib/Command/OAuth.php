<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Command;

use OCA\IntegrationExchange\OAuth\Registration;
use OCA\IntegrationExchange\OAuth\Trial;
use Psr\Log\LoggerInterface;
use SensitiveParameter;
use Symfony\Component\Console\Input\InputInterface;
use Symfony\Component\Console\Input\InputOption;
use Symfony\Component\Console\Output\OutputInterface;

final class OAuth extends Base
{
    private const SETTINGS = ['cloud', 'tenant', 'client-id', 'authorization-url', 'token-url', 'resource'];

    public function __construct(LoggerInterface $logger, private readonly Registration $registration, private readonly Trial $trial)
    {
        parent::__construct($logger);
    }

    protected function configure(): void
    {
        parent::configure();
        $this->setName('exchange:oauth')
            ->setDescription('Show or set the application by which people and accounts sign in with OAuth')
            ->addOption('cloud', null, InputOption::VALUE_REQUIRED, 'global, us-government, us-defense, china, or custom')
            ->addOption('tenant', null, InputOption::VALUE_REQUIRED, 'Id or domain of the organisation')
            ->addOption('client-id', null, InputOption::VALUE_REQUIRED, 'Id of the application')
            ->addOption('secret-stdin', null, InputOption::VALUE_NONE, 'Read the application’s secret from standard input')
            ->addOption('certificate', null, InputOption::VALUE_REQUIRED, 'In place of a secret: file with the certificate (PEM)')
            ->addOption('key', null, InputOption::VALUE_REQUIRED, 'File with the certificate’s key (PEM)')
            ->addOption('authorization-url', null, InputOption::VALUE_REQUIRED, 'Of a custom provider')
            ->addOption('token-url', null, InputOption::VALUE_REQUIRED, 'Of a custom provider')
            ->addOption('resource', null, InputOption::VALUE_REQUIRED, 'Of a custom provider: what tokens are for, https://mail.example')
            ->addOption('test', null, InputOption::VALUE_NONE, 'Try it out: ask the provider for a token')
            ->addOption('remove', null, InputOption::VALUE_NONE, 'Forget the application, its secret and its certificate');
    }

    protected function perform(InputInterface $input, OutputInterface $output): int
    {
        if ($input->getOption('remove')) {
            $this->registration->remove();
        } elseif (($settings = $this->settings($input)) !== []) {
            $this->registration->change($settings);
        }
        $shown = $this->registration->shown();
        $sentence = isset($shown['client_id'])
            ? "Application {$shown['client_id']} in the cloud “{$shown['cloud']}”, proved by " . ($shown['proof'] ?? 'nothing') . '.'
            : 'No application is set up.';
        if ($input->getOption('test')) {
            $host = $this->trial->run()['host'];
            $shown['tested'] = $host;
            $sentence .= " $host accepts it.";
        }
        self::tell($input, $output, $shown, $sentence);
        return self::OK;
    }

    /**
     * @return array<string, string>
     */
    private function settings(InputInterface $input): array
    {
        $settings = [];
        foreach (self::SETTINGS as $name) {
            $settings[str_replace('-', '_', $name)] = $input->getOption($name);
        }
        $settings['certificate'] = self::file($input->getOption('certificate'));
        $settings['key'] = self::file($input->getOption('key'));
        if ($input->getOption('secret-stdin')) {
            $settings['secret'] = rtrim((string)fgets(STDIN), "\r\n") ?: throw new Usage('The secret is empty.');
        }
        return array_filter($settings, is_string(...));
    }

    private static function file(#[SensitiveParameter] ?string $path): ?string
    {
        if ($path === null) {
            return null;
        }
        $text = is_readable($path) ? file_get_contents($path) : false;
        return $text !== false ? $text : throw new Usage("The file {$path} cannot be read. Check its path and rights.");
    }
}
