//! The local side: text to and from records, by reading and patching lines.

use super::row::Row;
use super::scope::{Scope, refuse};
use super::series::in_zone_of;
use super::{Context, LocalItem, calendar, card, is_group, old_card, rows_of, slots};
use crate::dav::{Component, Document};
use crate::error::Result;
use crate::model::{Key, Kind, Property, Record, Value};
use chrono::{DateTime, Utc};
use std::collections::BTreeSet;

/// Reads a local object. `ErrorKind::Item`, with a sentence for the person, where it cannot cross.
pub fn read_local(kind: Kind, text: &str, context: &Context) -> Result<LocalItem> {
    let document = Document::parse(text)?;
    let old = kind == Kind::Contact && old_card::is_old(&document.root);
    if !old && document.root.is_quoted_printable() {
        return Err(refuse(
            "It is written in an old format (QUOTED-PRINTABLE, as in vCalendar 1.0); save it as iCalendar 2.0 to synchronise it.",
        ));
    }
    match kind {
        Kind::Contact if old => card::read(&old_card::modern(&document.root), context),
        Kind::Contact => card::read(&document.root, context),
        Kind::Event | Kind::Task => calendar::read(kind, &document.root, context),
    }
}

/// The text of a local object with the `changed` keys as in `target` (absent there: removed), and every other line
/// as it was. Without `text`, a new object that holds all of `target`.
pub fn write_local(
    kind: Kind,
    text: Option<&str>,
    uid: &str,
    target: &Record,
    changed: &[Key],
    context: &Context,
) -> Result<String> {
    let all: Vec<Key>;
    let (mut document, changed) = if let Some(text) = text {
        let document = Document::parse(text)?;
        if kind == Kind::Contact && old_card::is_old(&document.root) {
            return write_old_card(text, &document.root, target, changed, context);
        }
        (document, changed)
    } else {
        all = target.iter().map(|(key, _)| key).collect();
        let root = match kind {
            Kind::Contact => card::empty(uid),
            Kind::Event | Kind::Task => calendar::empty(kind, uid),
        };
        (Document::new(root), all.as_slice())
    };
    match kind {
        Kind::Contact => card::write(&mut document.root, target, changed, context)?,
        Kind::Event | Kind::Task => {
            calendar::write(kind, &mut document.root, target, changed, context)?;
        }
    }
    Ok(document.to_string())
}

/// The text of a local object into which a change from Exchange was written, and that says so: of two changes the newer is
/// known by it. SEQUENCE and DTSTAMP are the organizer's and the programs', and stay.
pub fn date_local(kind: Kind, text: &str, modified: DateTime<Utc>) -> Result<String> {
    let mut document = Document::parse(text)?;
    match kind {
        Kind::Contact => card::date(&mut document.root, modified),
        Kind::Event | Kind::Task => calendar::date(kind, &mut document.root, modified),
    }
    Ok(document.to_string())
}

/// A card of vCard 2.1 stays as it is while nothing in it changes, and is one of 3.0 from then on.
fn write_old_card(
    text: &str,
    card: &Component,
    target: &Record,
    changed: &[Key],
    context: &Context,
) -> Result<String> {
    let before = Document::new(old_card::modern(card));
    let mut after = before.clone();
    card::write(&mut after.root, target, changed, context)?;
    Ok(if before == after {
        text.to_owned()
    } else {
        after.to_string()
    })
}

/// Whether a component says what is wanted. An occurrence is at the same time in whatever zone it was written, as
/// [`series::add`](super::series::add) reads it.
fn is_said(says: Option<&Value>, wanted: Option<&Value>, component: &Component) -> bool {
    let at_once = || says.map(|value| in_zone_of(value, wanted)).as_ref() == wanted;
    says == wanted || (component.line("RECURRENCE-ID").is_some() && at_once())
}

/// Every property of one component. An occurrence has no rule, whatever it repeats of its series.
pub fn read_component(kind: Kind, component: &Component, scope: &mut Scope) -> Result<Record> {
    scope.begin();
    let mut record = Record::default();
    let occurrence = component.line("RECURRENCE-ID").is_some();
    let group = kind == Kind::Contact && slots::Group::is(component);
    for row in rows_of(kind, group).filter(|row| !(occurrence && row.series_only)) {
        if let Some(value) = row.slot.read(component, scope)? {
            record.set(Key::of(row.property), value);
        }
    }
    super::settle(kind, &mut record, scope);
    Ok(record)
}

/// Brings the rows that `touched` names, and those of their groups, to what `item` says. Only lines that say something else are
/// written: a second look catches what the first one moved, of these rows (an end follows its DTSTART by a DURATION) and of
/// all others (an alarm at a fixed time does not follow DTSTART).
pub fn patch(
    kind: Kind,
    component: &mut Component<'_>,
    item: &Record,
    touched: impl Fn(&Row) -> bool,
    scope: &mut Scope,
) -> Result<()> {
    let all: Vec<&Row> = rows_of(kind, is_group(item)).collect();
    let mut all: Vec<(&Row, bool)> = all.into_iter().map(|row| (row, touched(row))).collect();
    let touched: Vec<&Row> = all
        .iter()
        .filter(|(_, touched)| *touched)
        .map(|(row, _)| *row)
        .collect();
    if touched.is_empty() {
        return Ok(());
    }
    // Most rows follow none but themselves, and most of them are touched where an object is new.
    for (row, affected) in &mut all {
        let alone = row.group.is_none() && row.with.is_empty();
        *affected |= !alone && touched.iter().any(|other| row.follows(other));
    }
    let mut first: Option<Record> = None;
    for _ in 0..4 {
        // A start that is not there yet is no error here: it is about to be written.
        let now = read_component(kind, component, scope).ok();
        let mut same = true;
        for (row, affected) in &all {
            let wanted = match &first {
                _ if *affected => item.own(row.property),
                Some(first) => first.own(row.property),
                None => continue,
            };
            let says = now.as_ref().and_then(|now| now.own(row.property));
            if !is_said(says, wanted, component) {
                row.slot.write(component, wanted, scope)?;
                same = false;
            }
        }
        if same {
            return Ok(());
        }
        first = first.or(now);
    }
    let now = read_component(kind, component, scope)?;
    let stuck = all
        .iter()
        .filter(|(row, affected)| *affected && !row.loose)
        .find(|(row, _)| !is_said(now.own(row.property), item.own(row.property), component));
    stuck.map_or(Ok(()), |(row, _)| {
        Err(refuse(format!(
            "Its {} cannot be written to the file as Exchange has it.",
            row.property.replace('_', " ")
        )))
    })
}

/// Those of the changed properties that are the item's own.
pub fn own_properties(changed: &[Key]) -> BTreeSet<Property> {
    let own = changed.iter().filter(|key| key.occurrence.is_none());
    own.map(|key| key.property).collect()
}
