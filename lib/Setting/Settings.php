<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Setting;

use OCA\IntegrationExchange\AppInfo\Application;
use OCA\IntegrationExchange\Db\Link;
use OCA\IntegrationExchange\Db\LinkMapper;
use OCA\IntegrationExchange\Failure;
use OCP\IAppConfig;

/**
 * What holds for a link: what the organisation enforces, else what the link says, else what the organisation says, else the
 * setting's own default.
 */
final class Settings
{
    /** Takes back what was said. */
    public const UNSET = 'default';
    private const DEFAULTS = 'link_defaults';
    private const ENFORCED = 'link_enforced';

    public function __construct(private readonly IAppConfig $config, private readonly LinkMapper $links)
    {
    }

    /**
     * @return array<string, mixed> the value of every setting by name; those for items of another kind have their default
     */
    public function of(Link $link): array
    {
        $organisation = $this->said();
        $enforced = $this->enforced();
        $own = $link->ownSettings();
        $values = [];
        foreach (Catalogue::all() as $name => $setting) {
            $from = in_array($name, $enforced, true) ? $organisation : $own + $organisation;
            $applies = $setting->kind === null || $setting->kind === $link->getKind();
            $values[$name] = $applies && array_key_exists($name, $from) ? $from[$name] : $setting->default;
        }
        if ($link->getOnlyDirection() !== null) {
            $values['direction'] = $link->getOnlyDirection();
        }
        return $values;
    }

    /**
     * @param array<string, string> $wanted texts by name; `default` takes back what the link says
     */
    public function set(Link $link, array $wanted): void
    {
        $own = $link->ownSettings();
        foreach ($wanted as $name => $text) {
            $setting = Catalogue::all()[$name];
            if ($setting->kind !== null && $setting->kind !== $link->getKind()) {
                $message = "--{$setting->option()} is for {$setting->kind}s; link {$link->getId()} holds {$link->getKind()}s.";
                throw new Failure('configuration', $message);
            }
            if ($text !== self::UNSET && in_array($name, $this->enforced(), true)) {
                throw new Failure(
                    'configuration',
                    "The organisation has set --{$setting->option()} for all links; exchange:defaults shows and changes that.",
                    setting: $name,
                    onPage: 'Your organisation has set this for everybody.',
                );
            }
            $own = self::with($own, $setting, $text);
        }
        $this->links->set($link->getId(), ['settings' => $own === [] ? null : json_encode($own, JSON_THROW_ON_ERROR)]);
    }

    /**
     * What holds for a link and who says so, setting by setting: those that are for its kind of items.
     *
     * @return list<array{name: string, value: string, words: list<string>, own: bool, enforced: bool}> the value as set() takes
     *     it, the words where it is one of some
     */
    public function shown(Link $link): array
    {
        $values = $this->of($link);
        $own = $link->ownSettings();
        $apply = static fn (Setting $setting): bool => in_array($setting->kind, [null, $link->getKind()], true);
        return array_values(array_map(fn (Setting $setting): array => [
            'name' => $setting->name,
            'value' => $setting->show($values[$setting->name]),
            'words' => $setting instanceof Choice ? $setting->words : [],
            'own' => array_key_exists($setting->name, $own),
            'enforced' => in_array($setting->name, $this->enforced(), true)
                || ($setting->name === 'direction' && $link->getOnlyDirection() !== null),
        ], array_filter(Catalogue::all(), $apply)));
    }

    /**
     * @return list<array{setting: string, value: string, enforced: bool, meaning: string}>
     */
    public function organisation(): array
    {
        $said = $this->said();
        return array_map(fn (Setting $setting): array => [
            'setting' => $setting->name,
            'value' => $setting->show(array_key_exists($setting->name, $said) ? $said[$setting->name] : $setting->default),
            'enforced' => in_array($setting->name, $this->enforced(), true),
            'meaning' => $setting->meaning,
        ], array_values(Catalogue::all()));
    }

    /**
     * @param array<string, string> $wanted texts by name; `default` takes back what the organisation said
     * @param list<string> $enforce names of settings that links may not change
     * @param list<string> $release names of settings that they may change again
     */
    public function setOrganisation(array $wanted, array $enforce, array $release): void
    {
        $known = Catalogue::all();
        foreach ([...$enforce, ...$release] as $name) {
            if (!isset($known[$name])) {
                throw new Failure('configuration', "There is no setting “{$name}”; there are " . implode(', ', array_keys($known)) . '.');
            }
        }
        $said = $this->said();
        foreach ($wanted as $name => $text) {
            $said = self::with($said, $known[$name], $text);
        }
        $enforced = array_values(array_unique(array_diff([...$this->enforced(), ...$enforce], $release)));
        $this->config->setValueArray(Application::APP_ID, self::DEFAULTS, $said);
        $this->config->setValueArray(Application::APP_ID, self::ENFORCED, $enforced);
    }

    /**
     * @return array<string, mixed>
     */
    private static function with(array $values, Setting $setting, string $text): array
    {
        unset($values[$setting->name]);
        return $text === self::UNSET ? $values : $values + [$setting->name => $setting->parse($text)];
    }

    /**
     * @return array<string, mixed> what the organisation said
     */
    private function said(): array
    {
        return array_intersect_key($this->config->getValueArray(Application::APP_ID, self::DEFAULTS), Catalogue::all());
    }

    /**
     * @return list<string>
     */
    private function enforced(): array
    {
        return $this->config->getValueArray(Application::APP_ID, self::ENFORCED);
    }
}
