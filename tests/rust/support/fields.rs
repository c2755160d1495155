//! What an item says, on either side, by the tests' own few lines of code.

use super::{card, event};
use exchange_core::model::{Key, Kind, Moment, Record, Value};
use std::collections::BTreeMap;

/// A property of the item, or of one occurrence of a series: the day in January 2026 that it was on first.
pub type Slot = (Option<u8>, &'static str);

pub type Fields = BTreeMap<Slot, String>;

/// Of an occurrence: [`CHANGED`] or [`DELETED`].
pub const STATE: &str = Key::STATE;
pub const CHANGED: &str = "changed";
pub const DELETED: &str = "deleted";
/// What an occurrence says of a property that it does not have, and its series does.
pub const NONE: &str = "none";
/// A list; its words are joined by a comma.
pub const LIST: &str = "categories";
/// When an event is, where it is not the series of January: a month's series, or a single event of a month (see `event`).
pub const WHEN: &str = "when";
/// The property that marks an item for good.
pub const fn name(kind: Kind) -> Slot {
    match kind {
        Kind::Contact => (None, "full_name"),
        _ => (None, "summary"),
    }
}

/// What may change, beside the name. An occurrence has the first two only.
pub const fn slots(kind: Kind) -> [&'static str; 4] {
    match kind {
        Kind::Contact => ["title", "nickname", LIST, "unmapped"],
        _ => ["location", "url", LIST, "unmapped"],
    }
}

pub const DAYS: [u8; 3] = [6, 7, 9];

/// The values of one slot, each as it was written by someone.
pub fn words(slot: Slot, value: &str) -> impl Iterator<Item = &str> {
    let list = slot.1 == LIST;
    let tracked = slot.1 != STATE && slot.1 != WHEN && value != NONE;
    value
        .split(move |c| list && c == ',')
        .filter(move |word| tracked && !word.is_empty())
}

pub fn all_words(fields: &Fields) -> impl Iterator<Item = String> + '_ {
    fields
        .iter()
        .flat_map(|(slot, value)| words(*slot, value).map(str::to_owned))
}

/// Takes out what says nothing: an occurrence that lacks what its series lacks too, all of a deleted one, and one that is as
/// its series has it.
pub fn normalise(fields: &mut Fields) {
    let now = fields.clone();
    fields.retain(|slot, value| {
        let Some(day) = slot.0.filter(|_| slot.1 != STATE) else {
            return true;
        };
        let series = now.get(&(None, slot.1));
        let state = now.get(&(Some(day), STATE)).map(String::as_str);
        state == Some(CHANGED) && (value != NONE || series.is_some()) && series != Some(value)
    });
    let now = fields.clone();
    let own = |day| {
        now.keys()
            .any(|slot| slot.0 == Some(day) && slot.1 != STATE)
    };
    fields.retain(
        |slot, state| match slot.0.filter(|_| slot.1 == STATE && state == CHANGED) {
            Some(day) => own(day),
            None => true,
        },
    );
}

/// The text of an object that says this, as a program of the person's writes it.
pub fn text(kind: Kind, uid: &str, fields: &Fields, private: &str, modified: i64) -> String {
    let stamp = chrono::DateTime::from_timestamp(modified, 0).unwrap();
    let stamp = stamp.format("%Y%m%dT%H%M%SZ").to_string();
    match kind {
        Kind::Contact => card::text(uid, fields, private, &stamp),
        _ => event::text(uid, fields, private, &stamp),
    }
}

/// A text that is no object.
pub fn garbage(uid: &str) -> String {
    format!("UID:{uid}\r\nthis is nothing\r\n")
}

pub fn is_object(text: &str) -> bool {
    text.starts_with("BEGIN:V")
}

/// The value of the first line of this name.
pub fn line<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    text.lines().find_map(|line| {
        let rest = line.strip_prefix(name)?;
        rest.strip_prefix(':')
    })
}

pub fn uid(text: &str) -> Option<&str> {
    line(text, "UID")
}

/// A line that only the person's programs write, and that stays where it is.
pub fn private(text: &str) -> Option<&str> {
    line(text, "PRODID")
}

pub fn read(kind: Kind, text: &str) -> Fields {
    match kind {
        Kind::Contact => card::fields(text),
        _ => event::fields(text),
    }
}

/// As the mailbox gives it.
pub fn record(kind: Kind, fields: &Fields) -> Record {
    let mut record = match kind {
        Kind::Contact => Record::default(),
        _ => event::frame(fields),
    };
    for (slot, text) in fields.iter().filter(|(slot, _)| slot.1 != WHEN) {
        let key = match slot.0 {
            None => Key::of(slot.1),
            Some(day) => Key::at(event::occurrence(fields, day), slot.1),
        };
        let value = match (slot.1, text.as_str()) {
            (STATE, state) => Value::Bool(state == CHANGED),
            (_, NONE) if slot.0.is_some() => Value::Cleared,
            (LIST, words) => Value::list(words.split(',').map(str::to_owned)),
            (_, text) => Value::text(text),
        };
        record.set(key, value);
    }
    record
}

/// What the mailbox is told about one slot. None: the start of the event says it.
pub fn told(key: Key, value: Option<&Value>) -> Option<(Slot, Option<String>)> {
    let day = key.occurrence.map(event::day);
    if let (None, "start", Some(Value::Moment(Moment::Day(first)))) = (day, key.property, value) {
        return Some(((None, WHEN), event::when(*first)));
    }
    let slot = (day, key.property);
    let value = match value {
        None => None,
        Some(Value::Text(text)) => Some(text.clone()),
        Some(Value::Bool(exists)) if key.property == STATE => {
            Some(if *exists { CHANGED } else { DELETED }.to_owned())
        }
        Some(Value::Cleared) => Some(NONE.to_owned()),
        Some(Value::List(words)) => Some(words.join(",")),
        Some(Value::Moment(_) | Value::Recurrence(_)) => return None,
        Some(value) => panic!("{key}: {value:?}"),
    };
    Some((slot, value))
}
