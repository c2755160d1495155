use crate::dav::{Component, Line};

/// Ties a line to an entry of Exchange where its types alone would not, so that removing the first of two numbers
/// does not turn the second into the first.
pub const KEY: &str = "X-EXCHANGE-KEY";

/// The key of a line or component that shall not be tied to anything in Exchange.
pub const NO_KEY: &str = "NONE";

/// Lines of one name (`TEL`) that are entries of a dictionary in Exchange, one for each key.
pub struct Keyed {
    pub name: &'static str,
    pub keys: &'static [&'static str],
    /// The keys a line may take by its types, in order.
    pub natural: fn(&Line) -> &'static [&'static str],
    /// The types of a new line for a key.
    pub types: fn(&str) -> &'static [&'static str],
}

impl Keyed {
    /// The key of each line of the name, in order; none for a line that found no place.
    pub fn allocate(&self, component: &Component) -> Vec<Option<&'static str>> {
        let lines: Vec<&Line> = component.all(self.name).collect();
        let mut found: Vec<Option<&'static str>> = vec![None; lines.len()];
        for (slot, line) in found.iter_mut().zip(&lines) {
            *slot = self.own_key(line);
        }
        for at in 0..found.len() {
            // A key that two lines claim is the first one's.
            if let (before, [slot, ..]) = found.split_at_mut(at)
                && slot.is_some()
                && before.contains(slot)
            {
                *slot = None;
            }
        }
        for (at, line) in lines.iter().enumerate() {
            if found.get(at) != Some(&None) || is_empty(line) || is_kept_out(line) {
                continue;
            }
            let free = (self.natural)(line)
                .iter()
                .find(|key| !found.contains(&Some(*key)));
            if let Some(slot) = found.get_mut(at) {
                *slot = free.copied();
            }
        }
        found
    }

    fn own_key(&self, line: &Line) -> Option<&'static str> {
        let (_, own) = line
            .params()
            .find(|(name, _)| name.eq_ignore_ascii_case(KEY))?;
        let key = self.keys.iter().find(|key| **key == own).copied();
        key.filter(|_| !is_empty(line))
    }

    pub fn find<'c, 't>(&self, component: &'c Component<'t>, key: &str) -> Option<&'c Line<'t>> {
        component.line(self.name)?;
        let keys = self.allocate(component);
        component
            .all(self.name)
            .zip(keys)
            .find(|(_, found)| *found == Some(key))
            .map(|(line, _)| line)
    }

    /// Changes, adds or removes the line of a key; every other line keeps the key it has.
    pub fn put(
        &self,
        component: &mut Component<'_>,
        key: &'static str,
        change: impl FnOnce(Option<&Line>) -> Option<String>,
    ) {
        let mut keys = self.allocate(component);
        let place = keys.iter().position(|found| *found == Some(key));
        let value = change(place.and_then(|at| component.all(self.name).nth(at)));
        match (place, value) {
            (Some(at), Some(value)) => {
                let name = self.name;
                let mut lines = component.lines_mut().filter(|line| line.is(name));
                if let Some(line) = lines.nth(at) {
                    *line = line.with_value(&value);
                }
            }
            (None, Some(value)) => {
                let types: Vec<(&str, &str)> = (self.types)(key)
                    .iter()
                    .map(|kind| ("TYPE", *kind))
                    .collect();
                component.insert(Line::new(self.name, &types, &value));
                keys.push(Some(key));
            }
            (Some(at), None) => {
                remove_nth(component, self.name, at);
                keys.remove(at);
            }
            (None, None) => {}
        }
        self.pin(component, &keys);
    }

    /// Writes keys into lines until allocation gives each its key again, and none to those that have none.
    fn pin(&self, component: &mut Component<'_>, keys: &[Option<&'static str>]) {
        for _ in 0..=keys.len() {
            let now = self.allocate(component);
            let Some(at) = now.iter().zip(keys).position(|(now, key)| now != key) else {
                return;
            };
            let name = self.name;
            let mut lines = component.lines_mut().filter(|line| line.is(name));
            if let (Some(line), Some(key)) = (lines.nth(at), keys.get(at)) {
                *line = line.with_param(KEY, Some(key.unwrap_or(NO_KEY)));
            }
        }
    }

    /// The places of lines that found none in Exchange.
    pub fn spare(&self, component: &Component) -> Vec<usize> {
        if component.line(self.name).is_none() {
            return Vec::new();
        }
        let keys = self.allocate(component);
        let lines = component.all(self.name).zip(keys);
        lines
            .zip(component.places(self.name))
            .filter(|((line, key), _)| key.is_none() && !is_empty(line))
            .map(|(_, at)| at)
            .collect()
    }

    /// How many lines found no place.
    pub fn unplaced(&self, component: &Component) -> usize {
        if component.line(self.name).is_none() {
            return 0;
        }
        let keys = self.allocate(component);
        component
            .all(self.name)
            .zip(keys)
            .filter(|(line, key)| key.is_none() && !is_empty(line))
            .count()
    }
}

/// Whether the line is marked as one that no slot shall take for its own.
pub fn is_kept_out(line: &Line) -> bool {
    line.params()
        .any(|(name, key)| name.eq_ignore_ascii_case(KEY) && key == NO_KEY)
}

/// Whether there is nothing in the value but separators.
fn is_empty(line: &Line) -> bool {
    line.value().trim_matches([';', ' ']).is_empty()
}

/// Removes a line, and the labels that Apple's programs tie to it by its group.
fn remove_nth(component: &mut Component<'_>, name: &str, nth: usize) {
    let group = component
        .all(name)
        .nth(nth)
        .and_then(|line| line.group().map(str::to_owned));
    let mut at = 0;
    component.retain_lines(|line| {
        if !line.is(name) {
            return true;
        }
        at += 1;
        at - 1 != nth
    });
    if let Some(group) = group {
        component.retain_lines(|line| {
            line.group() != Some(&group) || !line.name().to_ascii_uppercase().starts_with("X-AB")
        });
    }
}

/// The types that tell numbers and addresses apart.
const TYPES: [&str; 11] = [
    "WORK",
    "HOME",
    "FAX",
    "PAGER",
    "CELL",
    "IPHONE",
    "CAR",
    "ISDN",
    "TEXTPHONE",
    "PREF",
    "VOICE",
];

/// The types of a line, read once: it is asked for many.
#[derive(Clone, Copy)]
pub struct Types(u16);

impl Types {
    /// Reads the types in any of the ways vCards have said them.
    pub fn of(line: &Line) -> Self {
        let words = line
            .params()
            .filter(|(name, _)| name.eq_ignore_ascii_case("TYPE"))
            .flat_map(|(_, value)| value.split(','));
        Self(words.fold(0, |found, word| found | bit(word.trim_matches('"'))))
    }

    pub fn has(self, word: &str) -> bool {
        self.0 & bit(word) != 0
    }
}

fn bit(word: &str) -> u16 {
    TYPES
        .iter()
        .position(|known| known.eq_ignore_ascii_case(word))
        .map_or(0, |at| 1 << at)
}
