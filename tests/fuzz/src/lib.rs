//! What must hold for whatever a file or a server says: see the targets.

use chrono::NaiveDate;
use chrono_tz::Tz;
use exchange_core::error::{ErrorKind, Result};
use exchange_core::ews::Element;
use exchange_core::mapping::{self, Context, Direction, Field, Part, Remote};
use exchange_core::model::{Key, Kind, Record};

pub fn context() -> Context {
    let today = NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
    Context {
        addresses: vec!["anna@example.org".to_owned()],
        ..Context::new(Tz::Europe__Vienna, today)
    }
}

/// A local object that can be read is not rewritten when it is told what it says, a new object says the same, and what
/// Exchange is sent for it reads as what was sent.
pub fn check_local(kind: Kind, text: &str) {
    let context = context();
    let Ok(local) = mapping::read_local(kind, text, &context) else {
        return;
    };
    let keys: Vec<Key> = local.record.iter().map(|(key, _)| key).collect();
    let same = mapping::write_local(kind, Some(text), "u", &local.record, &keys, &context).unwrap();
    assert_eq!(same, text, "a file was rewritten though nothing changed");
    let fresh = new_file(kind, &local.record, &context).unwrap_or_else(|error| {
        panic!("{error}\n{:?}", local.record);
    });
    check_file(kind, &fresh, &local.record, &context);
    let _ = mapping::occurrence_changes(kind, &local.record, &keys, &context);
    if let Some(remote) = sent(kind, &local.record, &context) {
        assert_eq!(
            crossing(kind, &remote),
            crossing(kind, &local.record),
            "Exchange holds something else than was sent"
        );
    }
}

/// An item that can be read makes a file that says the same, and is sent as what it was read as.
pub fn check_remote(kind: Kind, item: &Element) {
    let context = context();
    let Ok(remote) = mapping::read_remote(kind, item, &context) else {
        return;
    };
    // What no server should say, such as an end before its start, is set aside with a sentence.
    match new_file(kind, &remote.record, &context) {
        Ok(fresh) => check_file(kind, &fresh, &remote.record, &context),
        Err(error) => {
            assert_eq!(error.kind(), ErrorKind::Item, "{error}");
            return;
        }
    }
    if let Some(again) = sent(kind, &remote.record, &context) {
        assert_eq!(
            crossing(kind, &again),
            crossing(kind, &remote.record),
            "an item reads otherwise when it was written"
        );
    }
}

fn new_file(kind: Kind, record: &Record, context: &Context) -> Result<String> {
    mapping::write_local(kind, None, "u", record, &[], context)
}

fn check_file(kind: Kind, text: &str, record: &Record, context: &Context) {
    let again = mapping::read_local(kind, text, context).unwrap();
    assert_eq!(
        &again.record, record,
        "a new file says something else:\n{text}"
    );
}

/// A record as it is read from the item, or the items, that a server would answer after it was created. None where it cannot be.
fn sent(kind: Kind, record: &Record, context: &Context) -> Option<Record> {
    let read = |item: &Element| mapping::read_remote(kind, item, context).unwrap();
    let split = match kind {
        Kind::Event => mapping::split(record, context),
        _ => None,
    };
    let Some(split) = split else {
        let fields = mapping::create_fields(kind, "key", "u", record, context).ok()?;
        // A group is told by the name of its element.
        let name = match record.own("group") {
            Some(_) => "DistributionList",
            None => "Item",
        };
        return Some(read(&answer(name, fields)).record);
    };
    // Several occurrences a day are a series each.
    let parts = split.series.iter().zip(0..).map(|(series, rank)| {
        let part = Part {
            unfinished: false,
            ..Part::new("key", &series.time, rank, &split.rule)
        };
        let fields = mapping::part_fields(&part, "u", &series.record, context).ok()?;
        Some(read(&answer("Item", fields)))
    });
    let parts: Vec<Remote> = parts.collect::<Option<_>>()?;
    if parts.is_empty() {
        return None;
    }
    // Days that are left out are deleted one by one, which takes further calls.
    Some(mapping::join(parts, context).ok()?.record)
}

fn answer(name: &str, fields: Vec<Field>) -> Element {
    Element {
        name: name.to_owned(),
        children: fields.into_iter().map(|field| field.content).collect(),
        ..Element::default()
    }
}

/// What goes to Exchange with the item itself: changed occurrences, pictures and files take further calls, and so does the
/// answer to a meeting, of which Exchange learns who organizes it from a message.
fn crossing(kind: Kind, record: &Record) -> Record {
    let crosses = |key: &Key| {
        key.occurrence.is_none()
            && ![mapping::PHOTO, mapping::FILES, mapping::RESPONSE].contains(&key.property)
            && mapping::rows(kind)
                .iter()
                .any(|row| row.property == key.property && row.direction == Direction::Both)
    };
    record
        .iter()
        .filter(|(key, _)| crosses(key))
        .map(|(key, value)| (key, value.clone()))
        .collect()
}
