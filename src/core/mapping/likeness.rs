//! What two items have in common that are the same one, where no UID says so.

use super::mask;
use crate::model::{Key, Kind, Property, Record};

const EVENT: &[Property] = &["summary", "start", "end", "recurrence"];
const TASK: &[Property] = &["summary", "start", "due", "recurrence"];
const CONTACT: &[Property] = &[
    "full_name",
    "company",
    "email_1",
    "email_2",
    "email_3",
    "group",
];

const fn properties(kind: Kind) -> &'static [Property] {
    match kind {
        Kind::Event => EVENT,
        Kind::Task => TASK,
        Kind::Contact => CONTACT,
    }
}

/// Whether the property of this name is one that items are alike in.
pub fn tells_alike(kind: Kind, name: &str) -> bool {
    properties(kind).contains(&name)
}

/// Equal for items that a person would take for the same one; None where too little is known of it. A meeting is the same
/// one by its UID only, and nobody can tell two private items apart.
pub fn likeness(kind: Kind, record: &Record) -> Option<Record> {
    let properties = properties(kind);
    let has = |property: Property| record.own(property).is_some();
    if super::title(kind, record).is_empty()
        || has("organizer")
        || has("attendees")
        || mask::is_private(kind, record)
    {
        return None;
    }
    let own = properties.iter().map(|property| Key::of(property));
    Some(
        own.filter_map(|key| Some((key, record.get(key)?.clone())))
            .collect(),
    )
}
