//! Private items that the other side shall see the time of, and nothing else.

use crate::model::{Key, Kind, Occurrence, Property, Record, Value};

/// What says when an item is, and that it is private.
const SHOWN: &[Property] = &[
    Key::STATE,
    "start",
    "end",
    "floating",
    "recurrence",
    "busy",
    "status",
    "cancelled",
    "class",
    "due",
    "start_time",
    "due_time",
    "percent",
    "completed",
    "completed_time",
];

/// Whether a property is not shown of a private item.
pub fn is_hidden(property: Property) -> bool {
    !SHOWN.contains(&property)
}

/// Whether the whole item is private. Contacts never are: nobody could tell who they are.
pub fn is_private(kind: Kind, record: &Record) -> bool {
    kind != Kind::Contact && marked(record, None)
}

fn marked(record: &Record, occurrence: Option<Occurrence>) -> bool {
    let key = Key {
        occurrence,
        property: "class",
    };
    matches!(record.get(key), Some(Value::Text(class)) if class == "private" || class == "confidential")
}

/// A record as it may be seen: of a private item, or of its private occurrences, only the time, under the title given.
pub fn mask(kind: Kind, record: Record, title: &str) -> Record {
    if kind == Kind::Contact {
        return record;
    }
    let whole = marked(&record, None);
    let private: Vec<Occurrence> = record
        .occurrences()
        .filter(|occurrence| marked(&record, Some(*occurrence)))
        .collect();
    if !whole && private.is_empty() {
        return record;
    }
    let covers = |key: &Key| whole || key.occurrence.is_some_and(|it| private.contains(&it));
    let mut masked: Record = record
        .iter()
        .filter(|(key, _)| !covers(key) || !is_hidden(key.property))
        .map(|(key, value)| (key, value.clone()))
        .collect();
    if whole {
        masked.set(Key::of("summary"), Value::text(title));
    } else {
        for occurrence in private {
            masked.set(Key::at(occurrence, "summary"), Value::text(title));
        }
    }
    masked
}
