use super::{Occurrence, Property, Value};
use std::collections::BTreeMap;
use std::fmt;

/// Names one value of an item: a property of the item itself, or of one changed occurrence of a series.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    pub occurrence: Option<Occurrence>,
    pub property: Property,
}

impl Key {
    /// The state of an occurrence: `Bool(true)` where it is changed, `Bool(false)` where it is deleted.
    /// Every occurrence that differs from its series has this key.
    pub const STATE: Property = "occurrence";

    pub const fn of(property: Property) -> Self {
        Self {
            occurrence: None,
            property,
        }
    }

    pub const fn at(occurrence: Occurrence, property: Property) -> Self {
        Self {
            occurrence: Some(occurrence),
            property,
        }
    }
}

impl fmt::Display for Key {
    /// `summary`, or `summary@20260105T090000Z` for an occurrence. The journal's fingerprints use this form.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.property)?;
        self.occurrence
            .map_or(Ok(()), |occurrence| write!(f, "@{occurrence}"))
    }
}

/// An item as plain data: what both sides can hold, in canonical form. A series and its changed occurrences
/// are one flat record; a changed occurrence holds [`Key::STATE`] and only what differs from the series, so that
/// comparing and merging need not know about series at all. An absent key means the property is not set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Record(BTreeMap<Key, Value>);

impl Record {
    pub fn get(&self, key: Key) -> Option<&Value> {
        self.0.get(&key)
    }

    /// A property of the item itself.
    pub fn own(&self, property: Property) -> Option<&Value> {
        self.get(Key::of(property))
    }

    pub fn set(&mut self, key: Key, value: Value) {
        self.0.insert(key, value);
    }

    pub fn remove(&mut self, key: Key) -> Option<Value> {
        self.0.remove(&key)
    }

    pub fn iter(&self) -> impl Iterator<Item = (Key, &Value)> {
        self.0.iter().map(|(key, value)| (*key, value))
    }

    /// The occurrences that differ from the series, in order.
    pub fn occurrences(&self) -> impl Iterator<Item = Occurrence> {
        self.0
            .keys()
            .filter(|key| key.property == Key::STATE)
            .filter_map(|key| key.occurrence)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl FromIterator<(Key, Value)> for Record {
    fn from_iter<I: IntoIterator<Item = (Key, Value)>>(values: I) -> Self {
        Self(values.into_iter().collect())
    }
}
