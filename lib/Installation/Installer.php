<?php

declare(strict_types=1);

namespace OCA\IntegrationExchange\Installation;

use Closure;
use OCA\IntegrationExchange\Native\Extension;

/**
 * Loads the extension in the places where it is not loaded, or says what to do there. A PHP that works is never left broken:
 * what it would load is tried before anything is written, and taken back where the PHP does not start with it afterwards.
 */
final class Installer
{
    private const TITLE = '; The Exchange Connector for Nextcloud (occ exchange:setup).';

    public function __construct(
        private readonly Machine $machine,
        private readonly Library $library,
        private readonly Extension $extension,
    ) {
    }

    /**
     * @return list<Step> nothing is changed
     */
    public function plan(): array
    {
        return array_map($this->step(...), $this->machine->places());
    }

    /**
     * Does a step that this user may do.
     */
    public function do(Step $step): Step
    {
        $place = $step->place;
        $copies = $step->target !== $step->library;
        $undo = array_map(self::keep(...), $copies ? [$place->file(), (string)$step->target] : [$place->file()]);
        $done = (!$copies || self::put((string)$step->target, static fn (string $new): bool => copy((string)$step->library, $new)))
            && self::put($place->file(), static fn (string $new): bool => (bool)file_put_contents($new, self::text($step)));
        $after = $done ? $place->ask() : null;
        if ($after?->exchange === $this->extension->appVersion()) {
            $restart = $place->restart();
            $message = "{$place->file()} loads the extension now" . ($restart === null ? '.' : "; still to be done: $restart.");
            return new Step($place, State::Installed, $message, $step->library, $step->target);
        }
        foreach ($undo as $back) {
            $back();
        }
        if (!$done) {
            return $this->manual($step, "{$place->file()} or {$step->target} cannot be written.");
        }
        $why = $after === null ? 'PHP did not start' : ($after->complaint ?: 'PHP did not load it');
        return new Step($place, State::Unfit, "{$place->file()} was taken back: $why.", $step->library);
    }

    /**
     * What there is to do in one place.
     */
    public function step(Place $place): Step
    {
        $php = $place->ask() ?? $place->php;
        $wanted = $this->extension->appVersion();
        if ($php->exchange === $wanted) {
            return $this->asleep($place) ?? new Step($place, State::Loaded, "The extension is loaded, version $wanted.");
        }
        $library = $this->library->for($php);
        if ($library === null) {
            $name = Library::name($php);
            return new Step($place, State::Unfit, "The app brings no $name. The administrator’s manual says where to get one.");
        }
        // What is loaded already would be in the way of a newer one; the extension needs no other.
        $tried = $place->ask($library, bare: $php->exchange !== null);
        if ($tried?->exchange !== $wanted) {
            $why = $tried === null ? 'PHP does not start with it' : ($tried->complaint ?: "it is version {$tried->exchange}");
            return new Step($place, State::Unfit, "$library does not do: $why.", $library);
        }
        return $this->possible($place, $php, $library);
    }

    /**
     * The web server that runs this has not been restarted since its .ini files, or the library, were changed.
     */
    private function asleep(Place $place): ?Step
    {
        if ($place->restart() === null || !$place->isHere() || $this->extension->version() === $this->extension->appVersion()) {
            return null;
        }
        $step = new Step($place, State::Manual, '', lines: [$place->restart()]);
        return $this->manual($step, 'Its .ini files load the extension, but it was started before they did.');
    }

    private function possible(Place $place, Php $php, string $library): Step
    {
        $target = Library::target($library, $place->folder, $php->extensionDir);
        if ($target !== $library && $place->sapis === ['cli'] && $php->exchange === null) {
            $message = 'Nothing to do: it loads the build of the app’s folder when it is started for its work, also after an update.';
            return new Step($place, State::Left, $message, $library);
        }
        $lines = self::lines($place, $library, $target);
        $step = new Step($place, State::Ready, "{$place->file()} is to load $target.", $library, $target, $lines);
        $other = $place->elsewhere();
        if ($other !== null) {
            return $this->manual($step, "$other names the extension already, and another one.");
        }
        $writable = is_writable($place->folder) && ($target === $library || is_writable($php->extensionDir));
        return $writable ? $step : $this->manual($step, ...self::forbidden($step));
    }

    private function manual(Step $step, string ...$why): Step
    {
        $why = implode(' ', $why);
        return new Step($step->place, State::Manual, "$why Run these lines as root.", $step->library, $step->target, $step->lines);
    }

    /**
     * @return list<string> sentences
     */
    private static function forbidden(Step $step): array
    {
        // A copy stays as it is when the app is updated.
        $again = $step->target === $step->library ? [] : ['A copy has to be made again after each update of the app.'];
        return ['This user may not write there.', ...$again];
    }

    /**
     * @return list<string>
     */
    private static function lines(Place $place, string $library, string $target): array
    {
        $copy = $target === $library ? [] : ['install -m 644 ' . escapeshellarg($library) . ' ' . escapeshellarg($target)];
        $other = $place->elsewhere();
        $write = $other === null
            ? 'echo ' . escapeshellarg("extension=$target") . ' > ' . escapeshellarg($place->file())
            : 'sed -i ' . escapeshellarg("s|^ *extension *=.*exchange.*|extension=$target|") . ' ' . escapeshellarg($other);
        return [...$copy, $write, ...array_filter([$place->restart()])];
    }

    private static function text(Step $step): string
    {
        return self::TITLE . "\nextension={$step->target}\n";
    }

    /**
     * @return Closure(): void puts the file back as it is now
     */
    private static function keep(string $file): Closure
    {
        $text = is_file($file) ? (string)file_get_contents($file) : null;
        return static function () use ($file, $text): void {
            if ($text !== null) {
                self::put($file, static fn (string $new): bool => file_put_contents($new, $text) === strlen($text));
            } elseif (is_file($file)) {
                unlink($file);
            }
        };
    }

    /**
     * Writes a file in one go, so that no PHP that starts meanwhile sees half of it.
     *
     * @param Closure(string): bool $fill
     */
    private static function put(string $file, Closure $fill): bool
    {
        $new = "$file.new";
        return @$fill($new) && @chmod($new, 0o644) && @rename($new, $file);
    }
}
