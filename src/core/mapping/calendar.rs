//! An event's or a task's file: a VCALENDAR with one VEVENT or VTODO, and the changed occurrences of its series.

use super::anchor::Anchor;
use super::exceptions;
use super::local::{own_properties, patch, read_component};
use super::ranges::{Ranges, is_range};
use super::scope::{Scope, refuse};
use super::{Context, LocalItem, orphans, zones};
use crate::dav::{Component, Line, escape, unescape};
use crate::error::Result;
use crate::model::{Key, Kind, Record};
use chrono::{DateTime, NaiveDateTime, Utc};

const fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Task => "VTODO",
        Kind::Event | Kind::Contact => "VEVENT",
    }
}

/// `20260105T090000Z`
pub fn stamp(text: &str) -> Option<DateTime<Utc>> {
    NaiveDateTime::parse_from_str(text.trim(), "%Y%m%dT%H%M%SZ")
        .ok()
        .map(|time| time.and_utc())
}

fn uid(component: &Component) -> Option<String> {
    let uid = unescape(component.line("UID")?.value()).trim().to_owned();
    (!uid.is_empty()).then_some(uid)
}

pub fn is_exception(component: &Component) -> bool {
    component.line("RECURRENCE-ID").is_some()
}

/// The component that stands for the item, after a look at everything else in the file.
fn master<'c, 't>(kind: Kind, calendar: &'c Component<'t>) -> Result<&'c Component<'t>> {
    if !calendar.is("VCALENDAR") {
        return Err(refuse(format!(
            "This is a {}, not a calendar file (VCALENDAR).",
            calendar.name()
        )));
    }
    if let Some(method) = calendar.line("METHOD")
        && !method.value().trim().eq_ignore_ascii_case("PUBLISH")
    {
        return Err(refuse(format!(
            "This is an invitation message (METHOD:{}), not an entry of a calendar.",
            method.value()
        )));
    }
    let mut first: Option<&Component> = None;
    let mut master: Option<&Component> = None;
    for part in calendar.components() {
        if part.is("VTIMEZONE") || part.name().to_ascii_uppercase().starts_with("X-") {
            continue;
        }
        if !part.is(name(kind)) {
            return Err(refuse(format!(
                "It holds a {}; a folder of this kind in Exchange has no place for that.",
                part.name()
            )));
        }
        if first.is_some_and(|first| uid(first) != uid(part)) {
            return Err(refuse(
                "The file holds several entries; each needs a file of its own.",
            ));
        }
        first = first.or(Some(part));
        if is_exception(part) {
            continue;
        }
        if master.is_some() {
            return Err(refuse("The file holds the same entry twice."));
        }
        master = Some(part);
    }
    match (master, first) {
        (Some(master), _) => Ok(master),
        (None, Some(single)) => Ok(single),
        (None, None) => Err(refuse(format!("The file holds no {}.", name(kind)))),
    }
}

/// Whether the file holds several occurrences of a series, but not the series itself.
fn are_orphans(kind: Kind, calendar: &Component, master: &Component) -> bool {
    let parts = calendar.components().filter(|part| part.is("VEVENT"));
    kind == Kind::Event && is_exception(master) && parts.count() > 1
}

pub fn read(kind: Kind, calendar: &Component, context: &Context) -> Result<LocalItem> {
    let master = master(kind, calendar)?;
    let mut scope = Scope::of(context, calendar);
    let orphans = are_orphans(kind, calendar, master);
    let mut record = if orphans {
        orphans::read(calendar, &mut scope)?
    } else {
        read_component(kind, master, &mut scope)?
    };
    if kind == Kind::Event && !orphans {
        exceptions::read(calendar, master, &mut record, &mut scope)?;
    }
    let time = |name| master.line(name).and_then(|line| stamp(line.value()));
    Ok(LocalItem {
        uid: uid(master),
        // Without a METHOD both say the same (RFC 5545 section 3.8.7.2), and some programs keep only one of them.
        modified: time("LAST-MODIFIED").max(time("DTSTAMP")),
        record,
        losses: scope.losses,
    })
}

/// Says when it was changed in Exchange.
pub fn date(kind: Kind, calendar: &mut Component<'_>, modified: DateTime<Utc>) {
    let parts = calendar.components_mut();
    let mut own: Vec<&mut Component> = parts.filter(|part| part.is(name(kind))).collect();
    let master = own.iter().position(|part| !is_exception(part));
    if let Some(part) = own.get_mut(master.unwrap_or_default()) {
        part.set(Line::new("LAST-MODIFIED", &[], &stamp_text(modified)));
    }
}

/// `20260105T090000Z`
pub fn stamp_text(time: DateTime<Utc>) -> String {
    time.format("%Y%m%dT%H%M%SZ").to_string()
}

/// The DTSTAMP of a new object of which nothing tells when it was made.
pub const EPOCH: &str = "19700101T000000Z";

/// A file that says nothing yet.
pub fn empty(kind: Kind, uid: &str) -> Component<'static> {
    let mut part = Component::new(name(kind));
    part.insert(Line::new("UID", &[], &escape(uid)));
    // No clock: the same item always makes the same text.
    part.insert(Line::new("DTSTAMP", &[], EPOCH));
    let mut calendar = Component::new("VCALENDAR");
    calendar.insert(Line::new("VERSION", &[], "2.0"));
    calendar.insert(Line::new("PRODID", &[], super::PRODUCT));
    calendar.push(part);
    calendar
}

pub fn write(
    kind: Kind,
    calendar: &mut Component<'_>,
    target: &Record,
    changed: &[Key],
    context: &Context,
) -> Result<()> {
    let mut scope = Scope::of(context, calendar);
    if are_orphans(kind, calendar, master(kind, calendar)?) {
        orphans::write(calendar, target, changed, &mut scope)?;
        return define_used(calendar, &mut scope);
    }
    let orphan = is_exception(master(kind, calendar)?);
    let anchor = Anchor::of(master(kind, calendar)?, &mut scope);
    let mut ranges = Ranges::default();
    if let Some(anchor) = anchor.filter(|_| kind == Kind::Event && !orphan) {
        if calendar.components().any(is_range) {
            let series = read_component(kind, master(kind, calendar)?, &mut scope)?;
            ranges = Ranges::read(calendar, &anchor, &series, &mut scope)?;
        }
        exceptions::forget(calendar, target, changed, &anchor, &mut scope)?;
    }
    let own = own_properties(changed);
    for part in calendar.components_mut() {
        if part.is(name(kind)) && (orphan || !is_exception(part)) {
            patch(
                kind,
                part,
                target,
                |row| own.contains(row.property),
                &mut scope,
            )?;
        }
    }
    if kind == Kind::Event && !orphan {
        exceptions::write(calendar, target, changed, &ranges, &mut scope)?;
    }
    define_used(calendar, &mut scope)
}

fn define_used(calendar: &mut Component<'_>, scope: &mut Scope) -> Result<()> {
    for tz in std::mem::take(&mut scope.used) {
        define(calendar, tz)?;
    }
    Ok(())
}

/// Adds the VTIMEZONE that a time refers to, where the file lacks it.
fn define(calendar: &mut Component<'_>, tz: chrono_tz::Tz) -> Result<()> {
    let known = calendar.components().any(|part| {
        part.is("VTIMEZONE")
            && part
                .line("TZID")
                .and_then(|line| zones::lookup(line.value()))
                .is_some_and(|(_, known)| known == tz)
    });
    if !known {
        calendar.push_first(zones::vtimezone(tz)?);
    }
    Ok(())
}
