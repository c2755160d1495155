use super::said::is_sayable;
use super::types::Types;
use crate::dav::{Component, Entry, Line};
use crate::mapping::scope::{Divided, Scope};

/// Ties a line to an entry of Exchange where its types alone would not, so that removing the first of two numbers
/// does not turn the second into the first.
pub const KEY: &str = "X-EXCHANGE-KEY";

/// The key of a line or component that shall not be tied to anything in Exchange.
pub const NO_KEY: &str = "NONE";

/// Lines of one meaning (`TEL`) that are entries of a dictionary in Exchange, one for each key.
pub struct Keyed {
    /// Their names. The first is the one of new lines.
    pub names: &'static [&'static str],
    pub keys: &'static [&'static str],
    /// The keys a line may take by its types, in order.
    pub natural: fn(&Line) -> &'static [&'static str],
    /// The types of a new line for a key.
    pub types: fn(&str) -> &'static [&'static str],
    /// What two lines must have in common to be one entry that is told twice (`IMPP` and `X-JABBER`).
    pub twin: Option<fn(&Line) -> String>,
}

impl Keyed {
    fn lines<'c, 't>(
        &'c self,
        component: &'c Component<'t>,
    ) -> impl Iterator<Item = (usize, &'c Line<'t>)> {
        let lines = component.entries().iter().enumerate();
        lines.filter_map(|(at, entry)| match entry {
            Entry::Line(line) if self.names.iter().any(|name| line.is(name)) => Some((at, line)),
            _ => None,
        })
    }

    /// The place and the key of each line, in order; no key for a line that found no place in Exchange.
    pub fn divide(&self, component: &Component) -> Divided {
        let lines: Vec<(usize, &Line)> = self.lines(component).collect();
        let mut found: Vec<Option<&'static str>> = Vec::with_capacity(lines.len());
        for (_, line) in &lines {
            // A key that two lines claim is the first one's.
            let key = self.own_key(line).filter(|key| !found.contains(&Some(key)));
            found.push(key);
        }
        // Those that the person prefers choose first.
        let waiting: Vec<Option<bool>> = lines
            .iter()
            .zip(&found)
            .map(|((_, line), key)| {
                let waits = key.is_none() && !is_empty(line) && !is_kept_out(line);
                waits.then(|| Types::of(line).has("PREF"))
            })
            .collect();
        for preferred in [true, false] {
            for (at, (_, line)) in lines.iter().enumerate() {
                let waits = waiting.get(at) == Some(&Some(preferred))
                    && !self.is_twin(at, line, &lines, &found);
                let free = || {
                    (self.natural)(line)
                        .iter()
                        .find(|key| !found.contains(&Some(*key)))
                };
                if let Some(key) = waits.then(free).flatten()
                    && let Some(slot) = found.get_mut(at)
                {
                    *slot = Some(*key);
                }
            }
        }
        let places = lines.into_iter().map(|(place, _)| place);
        places.zip(found).collect()
    }

    /// Whether another line that has a key says the same.
    fn is_twin(
        &self,
        at: usize,
        line: &Line,
        lines: &[(usize, &Line)],
        found: &[Option<&'static str>],
    ) -> bool {
        let Some(twin) = self.twin else { return false };
        let own = twin(line);
        let mut others = lines.iter().zip(found).enumerate();
        others.any(|(other, ((_, line), key))| other != at && key.is_some() && twin(line) == own)
    }

    fn own_key(&self, line: &Line) -> Option<&'static str> {
        let (_, own) = line
            .params()
            .find(|(name, _)| name.eq_ignore_ascii_case(KEY))?;
        let key = self.keys.iter().find(|key| **key == own).copied();
        key.filter(|_| !is_empty(line))
    }

    pub fn find<'c, 't>(
        &self,
        component: &'c Component<'t>,
        key: &str,
        scope: &mut Scope,
    ) -> Option<&'c Line<'t>> {
        let name = self.names.first()?;
        let divided = scope.divided(name, || self.divide(component));
        let (place, _) = divided.iter().find(|(_, found)| *found == Some(key))?;
        match component.entries().get(*place)? {
            Entry::Line(line) => Some(line),
            Entry::Component(_) => None,
        }
    }

    /// The place of the line of a key.
    pub fn place(&self, component: &Component, key: &str) -> Option<usize> {
        let divided = self.divide(component);
        let mut lines = divided.iter();
        lines
            .find(|(_, found)| *found == Some(key))
            .map(|(place, _)| *place)
    }

    /// Changes, adds or removes the line of a key; every other line keeps the key it has.
    pub fn put(
        &self,
        component: &mut Component<'_>,
        key: &'static str,
        change: impl FnOnce(Option<&Line>) -> Option<Line<'static>>,
    ) {
        self.remove_twins(component, key);
        let divided = self.divide(component);
        let mut keys: Vec<Option<&'static str>> = divided.iter().map(|(_, key)| *key).collect();
        let at = keys.iter().position(|found| *found == Some(key));
        let place = at.and_then(|at| Some(divided.get(at)?.0));
        let old = place.and_then(|place| component.line_at_mut(place));
        match (change(old.as_deref()), old) {
            (Some(line), Some(old)) => *old = line.with_eol_of(old),
            (Some(line), None) => {
                component.insert(line);
                keys.push(Some(key));
            }
            (None, Some(_)) => {
                if let (Some(at), Some(place)) = (at, place) {
                    remove_at(component, place);
                    keys.remove(at);
                }
            }
            (None, None) => {}
        }
        self.pin(component, &keys);
    }

    /// Removes the lines that say again what the line of a key says.
    fn remove_twins(&self, component: &mut Component<'_>, key: &str) {
        while let Some(place) = self.twin_of(component, key) {
            remove_at(component, place);
        }
    }

    fn twin_of(&self, component: &Component, key: &str) -> Option<usize> {
        let twin = self.twin?;
        let divided = self.divide(component);
        let mut lines = self.lines(component).zip(divided.iter());
        let ((_, own), _) = lines.find(|(_, (_, found))| *found == Some(key))?;
        let own = twin(own);
        let mut lines = self.lines(component).zip(divided.iter());
        lines
            .find(|((_, line), (_, key))| key.is_none() && twin(line) == own)
            .map(|((place, _), _)| place)
    }

    /// A new line for a key.
    pub fn line(&self, key: &str, value: &str) -> Line<'static> {
        let types: Vec<(&str, &str)> = (self.types)(key)
            .iter()
            .map(|kind| ("TYPE", *kind))
            .collect();
        Line::new(
            self.names.first().copied().unwrap_or_default(),
            &types,
            value,
        )
    }

    /// Writes keys into lines until each has its key again, and none those that had none.
    fn pin(&self, component: &mut Component<'_>, keys: &[Option<&'static str>]) {
        for _ in 0..=keys.len() {
            let now = self.divide(component);
            let mut both = now.iter().zip(keys);
            let Some(((place, _), key)) = both.find(|((_, now), key)| now != *key) else {
                return;
            };
            if let Some(line) = component.line_at_mut(*place) {
                *line = line.with_param(KEY, Some(key.unwrap_or(NO_KEY)));
            }
        }
    }

    /// The places of lines that found none in Exchange. One that only repeats another is not among them.
    pub fn spare(&self, component: &Component) -> Vec<usize> {
        let divided = self.divide(component);
        let lines: Vec<(usize, &Line)> = self.lines(component).collect();
        let keys: Vec<Option<&'static str>> = divided.iter().map(|(_, key)| *key).collect();
        let spare = lines.iter().enumerate().filter(|(at, (_, line))| {
            keys.get(*at) == Some(&None)
                && !is_empty(line)
                && !self.is_twin(*at, line, &lines, &keys)
        });
        spare.map(|(_, (place, _))| *place).collect()
    }
}

/// Whether the line is marked as one that no slot shall take for its own.
pub fn is_kept_out(line: &Line) -> bool {
    line.params()
        .any(|(name, key)| name.eq_ignore_ascii_case(KEY) && key == NO_KEY)
}

/// Whether there is nothing in the value but separators and what no text keeps.
fn is_empty(line: &Line) -> bool {
    let says = |c: char| c != ';' && !c.is_whitespace() && is_sayable(c);
    !line.value().contains(says)
}

/// Removes a line, and the labels that Apple's programs tie to it by its group.
pub fn remove_at(component: &mut Component<'_>, place: usize) {
    let group = component
        .line_at_mut(place)
        .and_then(|line| line.group().map(str::to_owned));
    component.remove_places(|at| at == place);
    if let Some(group) = group {
        component.retain_lines(|line| {
            line.group() != Some(&group) || !line.name().to_ascii_uppercase().starts_with("X-AB")
        });
    }
}
