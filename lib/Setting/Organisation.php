<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Setting;

use OCA\IntegrationExchange\AppInfo\Application;
use OCA\IntegrationExchange\Failure;
use OCP\IAppConfig;
use OCP\IGroupManager;

/**
 * What the administrator says for everybody: who may use the app, and how it works. (What holds for links is in Settings.)
 */
final class Organisation
{
    public const KINDS = ['event', 'task', 'contact'];
    /** Background jobs synchronise, or workers do (occ exchange:worker). */
    public const MODES = [self::PASSIVE, self::ACTIVE];
    public const PASSIVE = 'passive';
    public const ACTIVE = 'active';
    /** How people may connect: their server is found, it is the organisation's, or they sign in with the organisation. */
    public const PROVIDERS = ['discover', 'server', 'oauth'];
    /** What goes to the log: this and whatever is worse. */
    public const LEVELS = ['debug', 'info', 'warning', 'error'];

    public function __construct(private readonly IAppConfig $config, private readonly IGroupManager $groups)
    {
    }

    /**
     * @return array<string, Setting> by name
     */
    public static function catalogue(): array
    {
        $all = [
            new Words('kinds', self::KINDS, self::KINDS, 'What may be synchronised'),
            new Words('groups', [], [], 'Groups whose members may use the app, with commas between them; none: everybody'),
            new Words('providers', ['discover', 'oauth'], self::PROVIDERS, 'What people may choose from when they connect'),
            new Host('server', 'The server of the organisation, for the choice “server”'),
            new Choice('mode', self::MODES, 'Background jobs synchronise (passive), or workers do at once (active)'),
            new Number('interval', 900, 60, 86_400, 'Seconds between two cycles of a link where nothing changed here'),
            new Number('active_interval', 7_200, 60, 86_400, 'The same, for a link whose changes a worker is told of'),
            new Number('poll_interval', 60, 10, 86_400, 'The same, for a link that a worker has and whose server tells nothing'),
            new Number('worker_memory', 1_024, 64, 65_536, 'Megabytes that a worker may take before it starts anew'),
            // cron.php gives all jobs together 14 minutes.
            new Number('job_budget', 240, 5, 780, 'Seconds that one background job may take'),
            new Number('cycles', 128, 1, 1_024, 'Links that one process works on at a time'),
            new Number('history_days', 90, 1, 3_650, 'Days for which overwritten and deleted versions are kept'),
            new Number('history_megabytes', 100, 1, 100_000, 'Megabytes of them that a link may have'),
            new Choice('log_level', self::LEVELS, 'What of the engine goes to the log, where Nextcloud’s own level lets it through'),
        ];
        return array_combine(array_column($all, 'name'), $all);
    }

    public function get(string $name): mixed
    {
        $default = self::catalogue()[$name]->default;
        return match (true) {
            is_int($default) => $this->number($name, $default),
            is_array($default) => $this->config->getValueArray(Application::APP_ID, $name, $default),
            default => $this->config->getValueString(Application::APP_ID, $name, $default),
        };
    }

    /**
     * @return list<array{setting: string, value: string, default: string, meaning: string}>
     */
    public function shown(): array
    {
        return array_map(fn (Setting $setting): array => [
            'setting' => $setting->name,
            'value' => $setting->show($this->get($setting->name)),
            'default' => $setting->show($setting->default),
            'meaning' => $setting->meaning,
        ], array_values(self::catalogue()));
    }

    /**
     * @param array<string, string> $wanted texts by name; `default` takes back what was said
     * @throws Failure where one of them makes no sense; nothing is changed then
     */
    public function set(array $wanted): void
    {
        $values = [];
        foreach ($wanted as $name => $text) {
            $setting = self::catalogue()[$name] ?? throw new Failure('configuration', "There is no setting “{$name}”.");
            $values[$name] = $text === Settings::UNSET ? $setting->default : $setting->parse($text);
        }
        $this->check($values);
        foreach ($values as $name => $value) {
            match (true) {
                $value === self::catalogue()[$name]->default => $this->config->deleteKey(Application::APP_ID, $name),
                is_int($value) => $this->config->setValueInt(Application::APP_ID, $name, $value),
                is_array($value) => $this->config->setValueArray(Application::APP_ID, $name, $value),
                default => $this->config->setValueString(Application::APP_ID, $name, $value),
            };
        }
    }

    /**
     * A number that was set by hand may be out of bounds: the nearest one holds.
     */
    private function number(string $name, int $default): int
    {
        $setting = self::catalogue()[$name];
        $value = $this->config->getValueInt(Application::APP_ID, $name, $default);
        return $setting instanceof Number ? $setting->within($value) : $value;
    }

    /**
     * @param array<string, mixed> $values
     */
    private function check(array $values): void
    {
        foreach ($values['groups'] ?? [] as $group) {
            if (!$this->groups->groupExists($group)) {
                throw new Failure(
                    'configuration',
                    "There is no group “{$group}”; “occ group:list” shows them all.",
                    setting: 'groups',
                    onPage: "There is no group “{$group}” (any more).",
                );
            }
        }
        $providers = $values['providers'] ?? $this->get('providers');
        if (in_array('server', $providers, true) && ($values['server'] ?? $this->get('server')) === '') {
            throw new Failure(
                'configuration',
                'The choice “server” needs one: give the organisation’s server with --server.',
                setting: 'server',
                onPage: 'Give the server that people connect to.',
            );
        }
    }
}
