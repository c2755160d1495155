use super::fingerprint::{elements, meaning};
use super::weave::weave;
use super::{Direction, Prints, Side, Terms, print};
use crate::error::{Error, ErrorKind};
use crate::model::{Key, Kind, Occurrence, Property, Record, Value};
use chrono::{DateTime, Utc};
use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;

/// Which side's value stands where both changed the same property.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Policy {
    Exchange,
    Nextcloud,
    /// The side modified last; Exchange where that is not known.
    Newest,
}

impl FromStr for Policy {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        match name {
            "exchange" => Ok(Self::Exchange),
            "nextcloud" => Ok(Self::Nextcloud),
            "newest" => Ok(Self::Newest),
            _ => Err(Error::new(
                ErrorKind::Configuration,
                format!("“{name}” is not a conflict policy; use exchange, nextcloud or newest."),
            )),
        }
    }
}

/// What merging needs to know about the properties and the link.
#[derive(Clone, Copy)]
pub struct Rules {
    pub terms: Terms,
    pub kind: Kind,
    /// Whether a local change of the property may go to the remote side, of which the last argument tells what its item
    /// has.
    pub writable: fn(Kind, Property, &dyn Fn(Property) -> bool) -> bool,
    /// The property of that name, where it still exists.
    pub property: fn(Kind, &str) -> Option<Property>,
    /// Whether the property is a set, of which each element can come and go by itself.
    pub set: fn(Kind, Property) -> bool,
    /// A side whose own details a change of the other side must not touch, and which properties are such details.
    pub shield: Option<Side>,
    pub detail: fn(Property) -> bool,
    /// Makes properties agree that say the same thing twice, after each came from another side.
    pub agree: fn(Kind, &mut Record),
}

impl Rules {
    /// Whether a change of a property on that side goes to the other one: by the remote side as it is, or as the base has it.
    fn crosses(
        &self,
        property: Property,
        from: Side,
        base: &Prints,
        remote: Option<Version>,
    ) -> bool {
        if self.shield.is_some_and(|shield| shield != from) && (self.detail)(property) {
            return false;
        }
        match from {
            Side::Remote => self.terms.direction != Direction::ToExchange,
            Side::Local => {
                let has = |other: Property| {
                    remote.map_or_else(
                        || base.contains_key(other),
                        |remote| remote.record.own(other).is_some(),
                    )
                };
                self.terms.direction != Direction::ToNextcloud
                    && (self.writable)(self.kind, property, &has)
            }
        }
    }

    fn key(&self, name: &str) -> Option<Key> {
        let (name, occurrence) = match name.split_once('@') {
            None => (name, None),
            Some((name, occurrence)) => (name, Some(occurrence.parse().ok()?)),
        };
        let property = if name == Key::STATE {
            Key::STATE
        } else {
            (self.property)(self.kind, name)?
        };
        Some(Key {
            occurrence,
            property,
        })
    }
}

/// One side of an item.
#[derive(Clone, Copy)]
pub struct Version<'a> {
    pub record: &'a Record,
    pub modified: Option<DateTime<Utc>>,
}

/// The one version that two became.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Merge {
    pub target: Record,
    /// What is to be written to each side: where `target` has no value, the property goes.
    pub to_local: Vec<Key>,
    pub to_remote: Vec<Key>,
    /// What only the local side has, because the remote one does not take it.
    pub stays: Vec<Key>,
    /// What only the remote side has, because the local one shall not get it.
    pub stays_remote: Vec<Key>,
    /// What both sides agree on once that is done.
    pub base: Prints,
    /// Whether a side was shielded from the other one's changes of details.
    pub shielded: bool,
    /// Whether a value of that side lost a conflict.
    pub local_lost: bool,
    pub remote_lost: bool,
}

/// Whether a side has other properties than the base, of those whose changes go to the other side.
pub fn differs(base: &Prints, record: &Record, rules: &Rules, from: Side) -> bool {
    let counts = |key: &Key| rules.crosses(key.property, from, base, None);
    let news = record
        .iter()
        .any(|(key, value)| counts(&key) && base.get(&key.to_string()) != Some(&print(value)));
    let missing = |name: &String| {
        rules
            .key(name)
            .is_some_and(|key| counts(&key) && record.get(key).is_none())
    };
    news || base.keys().any(missing)
}

/// Merges both sides, given what they last agreed on. Without `remote`, that side is as `base` says.
pub fn merge(base: &Prints, local: Version, remote: Option<Version>, rules: &Rules) -> Merge {
    let keys = keys(base, local, remote, rules);
    let mut merge = match remote {
        None => Merge {
            target: local.record.clone(),
            ..Merge::default()
        },
        Some(remote) => choose(&keys, base, local, remote, rules),
    };
    merge.shielded = rules.shield.is_some();
    for key in keys {
        let name = key.to_string();
        let known = base.get(&name);
        let wanted = merge.target.get(key);
        let has = remote.map_or_else(
            || known.cloned(),
            |remote| remote.record.get(key).map(print),
        );
        let here = local.record.get(key);
        let crosses = |from| rules.crosses(key.property, from, base, remote);
        let agreed = if wanted != here && !crosses(Side::Remote) {
            merge.stays_remote.push(key);
            here.map(print)
        } else {
            if wanted != here {
                merge.to_local.push(key);
            }
            let wanted = wanted.map(print);
            if wanted == has {
                has
            } else if crosses(Side::Local) {
                merge.to_remote.push(key);
                wanted
            } else {
                merge.stays.push(key);
                has
            }
        };
        if let Some(print) = agreed {
            merge.base.insert(name, print);
        }
    }
    merge
}

/// Every property that either side or the base has.
fn keys(base: &Prints, local: Version, remote: Option<Version>, rules: &Rules) -> BTreeSet<Key> {
    let named = base.keys().filter_map(|name| rules.key(name));
    let sides = [Some(local), remote].into_iter().flatten();
    sides
        .flat_map(|side| side.record.iter().map(|(key, _)| key))
        .chain(named)
        .collect()
}

fn choose(
    keys: &BTreeSet<Key>,
    base: &Prints,
    local: Version,
    remote: Version,
    rules: &Rules,
) -> Merge {
    let local_wins = match rules.terms.policy {
        Policy::Exchange => false,
        Policy::Nextcloud => true,
        Policy::Newest => local.modified.is_some() && local.modified > remote.modified,
    };
    let mut merge = Merge::default();
    let back = brought_back(keys, base, local.record, remote.record, rules);
    for key in keys {
        let (ours, theirs) = (local.record.get(*key), remote.record.get(*key));
        if let Some(source) = key.occurrence.and_then(|it| back.get(&it)) {
            let value = match source {
                Side::Local => ours,
                Side::Remote => theirs,
            };
            if let Some(value) = value {
                merge.target.set(*key, value.clone());
            }
            continue;
        }
        let crosses = |from| rules.crosses(key.property, from, base, Some(remote));
        if (rules.set)(rules.kind, key.property)
            && ours != theirs
            && (key.occurrence.is_none() || (ours.is_some() && theirs.is_some()))
            && changed(base, *key, ours)
            && changed(base, *key, theirs)
            && crosses(Side::Local)
            && crosses(Side::Remote)
            && let Some(woven) = weave(before(base, *key), ours, theirs)
        {
            if !elements(&woven).is_empty() {
                merge.target.set(*key, woven);
            }
            continue;
        }
        let take_ours = if ours == theirs {
            true
        } else {
            match (changed(base, *key, ours), changed(base, *key, theirs)) {
                (true, true) => {
                    let ours = crosses(Side::Local) && (local_wins || !crosses(Side::Remote));
                    merge.remote_lost |= ours;
                    merge.local_lost |= !ours && crosses(Side::Remote);
                    ours
                }
                // A change that cannot cross is left alone, see above: both sides keep what they have.
                (false, false) => !crosses(Side::Remote),
                (ours_changed, _) => ours_changed,
            }
        };
        if let Some(value) = if take_ours { ours } else { theirs } {
            merge.target.set(*key, value.clone());
        }
    }
    tidy(&mut merge, keys, base, local.record, remote.record);
    (rules.agree)(rules.kind, &mut merge.target);
    merge
}

/// Occurrences that the side which nothing crosses from deleted, or made as their series is, and the other one changed: they
/// come back as they are there.
fn brought_back(
    keys: &BTreeSet<Key>,
    base: &Prints,
    local: &Record,
    remote: &Record,
    rules: &Rules,
) -> BTreeMap<Occurrence, Side> {
    let (source, from, to) = match rules.terms.direction {
        Direction::Both => return BTreeMap::new(),
        Direction::ToNextcloud => (Side::Remote, remote, local),
        Direction::ToExchange => (Side::Local, local, remote),
    };
    let is_gone = |occurrence| {
        let state = Key::at(occurrence, Key::STATE);
        to.get(state) != Some(&Value::Bool(true)) && from.get(state) != to.get(state)
    };
    let edited = keys
        .iter()
        .filter(|key| key.property != Key::STATE && changed(base, **key, from.get(**key)));
    edited
        .filter_map(|key| key.occurrence)
        .filter(|occurrence| is_gone(*occurrence))
        .map(|occurrence| (occurrence, source))
        .collect()
}

/// What both sides had of a set. An occurrence that has none of its own had that of its series.
fn before(base: &Prints, key: Key) -> Option<&str> {
    let own = base.get(&key.to_string());
    own.or_else(|| base.get(key.property)).map(String::as_str)
}

fn changed(base: &Prints, key: Key, value: Option<&Value>) -> bool {
    let now = value.map(print);
    let before = base.get(&key.to_string());
    now.as_deref().map(meaning) != before.map(String::as_str).map(meaning)
}

/// An occurrence that came out deleted, or as the series has it, holds nothing of its own.
fn tidy(merge: &mut Merge, keys: &BTreeSet<Key>, base: &Prints, local: &Record, remote: &Record) {
    for key in keys.iter().filter(|key| key.property != Key::STATE) {
        let Some(occurrence) = key.occurrence else {
            continue;
        };
        let at = Key::at(occurrence, Key::STATE);
        let state = merge.target.get(at).cloned();
        if state == Some(Value::Bool(true)) {
            continue;
        }
        merge.target.remove(*key);
        let lost =
            |side: &Record| state.as_ref() != side.get(at) && changed(base, *key, side.get(*key));
        merge.local_lost |= lost(local);
        merge.remote_lost |= lost(remote);
    }
    clear_nothing(&mut merge.target);
}

/// An occurrence does not say that it lacks what its series lacks too.
fn clear_nothing(target: &mut Record) {
    let cleared = target.iter().filter(|(key, value)| {
        key.occurrence.is_some() && **value == Value::Cleared && target.own(key.property).is_none()
    });
    let cleared: Vec<Key> = cleared.map(|(key, _)| key).collect();
    for key in cleared {
        target.remove(key);
        let of_it = |other: Key| other.occurrence == key.occurrence && other.property != Key::STATE;
        if let Some(occurrence) = key.occurrence
            && !target.iter().any(|(other, _)| of_it(other))
        {
            target.remove(Key::at(occurrence, Key::STATE));
        }
    }
}
