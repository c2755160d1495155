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
    pub natural: fn(Types) -> &'static [&'static str],
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

    /// The name of new lines, by which a scope knows how they are divided.
    fn name(&self) -> &'static str {
        self.names.first().copied().unwrap_or_default()
    }

    /// The key of each line, in order; none for a line that found no place in Exchange.
    fn divide(&self, component: &Component) -> Divided {
        let lines: Vec<&Line> = self.lines(component).map(|(_, line)| line).collect();
        let mut found: Vec<Option<&'static str>> = Vec::with_capacity(lines.len());
        for line in &lines {
            // A key that two lines claim is the first one's.
            let key = self.own_key(line).filter(|key| !found.contains(&Some(key)));
            found.push(key);
        }
        let waiting: Vec<Option<Types>> = lines
            .iter()
            .zip(&found)
            .map(|(line, key)| {
                let waits = key.is_none() && !is_empty(line) && !is_kept_out(line);
                waits.then(|| Types::of(line))
            })
            .collect();
        // Those that the person prefers choose first.
        for preferred in [true, false] {
            for (at, (line, types)) in lines.iter().zip(&waiting).enumerate() {
                let waits = types.filter(|types| types.has(Types::PREF) == preferred);
                let Some(types) = waits.filter(|_| !self.is_twin(at, line, &lines, &found)) else {
                    continue;
                };
                let mut natural = (self.natural)(types).iter();
                let free = natural.find(|key| !found.contains(&Some(*key)));
                if let Some(slot) = found.get_mut(at) {
                    *slot = free.copied();
                }
            }
        }
        found.into()
    }

    fn divided(&self, component: &Component, scope: &mut Scope) -> Divided {
        scope.divided(self.name(), || self.divide(component))
    }

    /// Whether another line that has a key says the same.
    fn is_twin(
        &self,
        at: usize,
        line: &Line,
        lines: &[&Line],
        found: &[Option<&'static str>],
    ) -> bool {
        let Some(twin) = self.twin else { return false };
        let own = twin(line);
        let mut others = lines.iter().zip(found).enumerate();
        others.any(|(other, (line, key))| other != at && key.is_some() && twin(line) == own)
    }

    fn own_key(&self, line: &Line) -> Option<&'static str> {
        let (_, own) = line
            .params()
            .find(|(name, _)| name.eq_ignore_ascii_case(KEY))?;
        let key = self.keys.iter().find(|key| **key == own).copied();
        key.filter(|_| !is_empty(line))
    }

    /// The line of a key, and its place.
    fn own<'c, 't>(
        &'c self,
        component: &'c Component<'t>,
        key: &str,
        scope: &mut Scope,
    ) -> Option<(usize, &'c Line<'t>)> {
        let divided = self.divided(component, scope);
        let at = divided.iter().position(|found| *found == Some(key))?;
        self.lines(component).nth(at)
    }

    pub fn find<'c, 't>(
        &'c self,
        component: &'c Component<'t>,
        key: &str,
        scope: &mut Scope,
    ) -> Option<&'c Line<'t>> {
        self.own(component, key, scope).map(|(_, line)| line)
    }

    /// The place of the line of a key.
    pub fn place(&self, component: &Component, key: &str, scope: &mut Scope) -> Option<usize> {
        self.own(component, key, scope).map(|(place, _)| place)
    }

    /// Changes, adds or removes the line of a key; every other line keeps the key it has.
    pub fn put(
        &self,
        component: &mut Component<'_>,
        key: &'static str,
        scope: &mut Scope,
        change: impl FnOnce(Option<&Line>) -> Option<Line<'static>>,
    ) {
        self.remove_twins(component, key, scope);
        let mut keys = self.divided(component, scope).to_vec();
        let place = self.place(component, key, scope);
        let old = place.and_then(|place| component.line_at_mut(place));
        match (change(old.as_deref()), old) {
            (Some(line), Some(old)) => {
                // Another value of the same types takes no other key.
                let alike = line.head() == old.head() && self.twin.is_none() && !is_empty(&line);
                *old = line.with_eol_of(old);
                if alike {
                    return;
                }
            }
            (Some(line), None) => {
                let takes = self.takes_last(&line, &keys) == Some(key);
                let place = component.insert(line);
                let before = self.lines(component).take_while(|(at, _)| *at < place);
                let at = before.count();
                keys.insert(at, Some(key));
                if takes && at + 1 == keys.len() {
                    scope.divide(self.name(), keys.into());
                    return;
                }
            }
            (None, Some(_)) => {
                if let Some(place) = place {
                    remove_at(component, place);
                    keys.retain(|found| *found != Some(key));
                }
            }
            (None, None) => return,
        }
        let now = self.pin(component, &keys);
        scope.divide(self.name(), now);
    }

    /// The key that a line takes behind all others; none where the others might choose otherwise because of it.
    fn takes_last(&self, line: &Line, keys: &[Option<&'static str>]) -> Option<&'static str> {
        let types = Types::of(line);
        let stirs = self.twin.is_some() || line.has_param(KEY) || types.has(Types::PREF);
        if stirs || is_empty(line) {
            return None;
        }
        let mut natural = (self.natural)(types).iter();
        natural.find(|key| !keys.contains(&Some(*key))).copied()
    }

    /// Removes the lines that say again what the line of a key says.
    fn remove_twins(&self, component: &mut Component<'_>, key: &str, scope: &mut Scope) {
        while let Some(place) = self.twin_of(component, key, scope) {
            remove_at(component, place);
            scope.begin();
        }
    }

    fn twin_of(&self, component: &Component, key: &str, scope: &mut Scope) -> Option<usize> {
        let twin = self.twin?;
        let own = twin(self.find(component, key, scope)?);
        let divided = self.divided(component, scope);
        let mut lines = self.lines(component).zip(divided.iter());
        lines
            .find(|((_, line), key)| key.is_none() && twin(line) == own)
            .map(|((place, _), _)| place)
    }

    /// A new line for a key.
    pub fn line(&self, key: &str, value: &str) -> Line<'static> {
        let types: Vec<(&str, &str)> = (self.types)(key)
            .iter()
            .map(|kind| ("TYPE", *kind))
            .collect();
        Line::new(self.name(), &types, value)
    }

    /// Writes keys into lines until each has its key again, and none those that had none. Answers how they are divided.
    fn pin(&self, component: &mut Component<'_>, keys: &[Option<&'static str>]) -> Divided {
        let mut now = self.divide(component);
        for _ in 0..=keys.len() {
            let mut both = now.iter().zip(keys);
            let Some(at) = both.position(|(now, key)| now != key) else {
                break;
            };
            let key = keys.get(at).copied().flatten().unwrap_or(NO_KEY);
            let place = self.lines(component).nth(at).map(|(place, _)| place);
            if let Some(line) = place.and_then(|place| component.line_at_mut(place)) {
                *line = line.with_param(KEY, Some(key));
            }
            now = self.divide(component);
        }
        now
    }

    /// The places of lines that found none in Exchange. One that only repeats another is not among them.
    pub fn spare(&self, component: &Component, scope: &mut Scope) -> Vec<usize> {
        let keys = self.divided(component, scope);
        if keys.iter().all(Option::is_some) {
            return Vec::new();
        }
        let lines: Vec<&Line> = self.lines(component).map(|(_, line)| line).collect();
        let spare = |at: usize, line: &Line| {
            keys.get(at) == Some(&None) && !is_empty(line) && !self.is_twin(at, line, &lines, &keys)
        };
        let all = self.lines(component).enumerate();
        all.filter(|(at, (_, line))| spare(*at, line))
            .map(|(_, (place, _))| place)
            .collect()
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
