//! An event's or a task's file: a VCALENDAR with one VEVENT or VTODO, and the changed occurrences of its series.

use super::local::{patch, read_component};
use super::scope::{Scope, refuse};
use super::stamp;
use super::{Context, LocalItem, rows, series, zones};
use crate::dav::{Component, Document, Line, escape, split, unescape};
use crate::error::Result;
use crate::model::{Key, Kind, Moment, Occurrence, Record, Value};
use chrono::{DateTime, NaiveDateTime, Utc};
use std::collections::BTreeMap;

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

fn is_exception(component: &Component) -> bool {
    component.line("RECURRENCE-ID").is_some()
}

/// How often the organizer has changed it; 0 where it does not say.
fn sequence(component: &Component) -> u32 {
    let line = component.line("SEQUENCE");
    line.and_then(|line| line.value().trim().parse().ok())
        .unwrap_or(0)
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
                "It holds a {}; a folder of {kind}s in Exchange has no place for that.",
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
    let orphans = calendar
        .components()
        .filter(|part| part.is(name(kind)))
        .count();
    match (master, first) {
        (Some(master), _) => Ok(master),
        (None, Some(single)) if orphans == 1 => Ok(single),
        (None, Some(_)) => Err(refuse(
            "It holds single occurrences of a series, but not the series itself.",
        )),
        (None, None) => Err(refuse(format!("The file holds no {}.", name(kind)))),
    }
}

pub fn read(kind: Kind, calendar: &Component, context: &Context) -> Result<LocalItem> {
    let master = master(kind, calendar)?;
    let mut scope = Scope::of(context, calendar);
    for line in ["RDATE", "EXRULE"] {
        if master.line(line).is_some() {
            return Err(refuse(format!(
                "It repeats on dates listed one by one or excluded by rule ({line}), which Exchange cannot hold."
            )));
        }
    }
    let mut record = read_component(kind, master, &mut scope)?;
    if kind == Kind::Event {
        read_occurrences(calendar, master, &mut record, &mut scope)?;
    }
    let time = |name| master.line(name).and_then(|line| stamp(line.value()));
    Ok(LocalItem {
        uid: uid(master),
        modified: time("LAST-MODIFIED").or_else(|| time("DTSTAMP")),
        record,
        losses: scope.losses,
    })
}

/// What RECURRENCE-ID and EXDATE count from: DTSTART as the file has it.
fn anchor(master: &Component, scope: &mut Scope) -> Option<Moment> {
    let line = master.line("DTSTART")?;
    stamp::read(line, scope).ok().map(|stamp| stamp.moment())
}

fn recurrence_id(
    part: &Component,
    start: &Moment,
    scope: &mut Scope,
) -> Result<Option<Occurrence>> {
    let Some(line) = part.line("RECURRENCE-ID") else {
        return Ok(None);
    };
    if line.param("RANGE").is_some() {
        return Err(refuse(
            "One change applies to an occurrence and all after it (RANGE), which Exchange cannot hold.",
        ));
    }
    let stamp = stamp::read(line, scope)?;
    Ok(Some(stamp::occurrence(&stamp, start, scope)))
}

/// The occurrences an EXDATE line leaves out, with the text of each.
fn excluded(line: &Line, start: &Moment, scope: &mut Scope) -> Result<Vec<(Occurrence, String)>> {
    split(line.value(), ',')
        .filter(|value| !value.trim().is_empty())
        .map(|value| {
            let stamp = stamp::read_value(line, value, scope)?;
            Ok((stamp::occurrence(&stamp, start, scope), value.to_owned()))
        })
        .collect()
}

fn read_occurrences(
    calendar: &Component,
    master: &Component,
    record: &mut Record,
    scope: &mut Scope,
) -> Result<()> {
    let exceptions: Vec<&Component> = calendar
        .components()
        .filter(|part| part.is("VEVENT") && is_exception(part) && !is_exception(master))
        .collect();
    let repeats = record.own("recurrence").is_some();
    if !repeats {
        return if exceptions.is_empty() {
            Ok(())
        } else {
            Err(refuse(
                "It changes an occurrence of an event that does not repeat.",
            ))
        };
    }
    let Some(start) = anchor(master, scope) else {
        return Ok(());
    };
    let mut states: BTreeMap<Occurrence, Option<&Component>> = BTreeMap::new();
    for line in master.all("EXDATE") {
        let days = excluded(line, &start, scope)?;
        states.extend(days.into_iter().map(|(occurrence, _)| (occurrence, None)));
    }
    for part in exceptions {
        if let Some(occurrence) = recurrence_id(part, &start, scope)? {
            // Some programs write EXDATE for an occurrence that they change; the change counts. Of several changes of
            // one occurrence the newest counts (RFC 5545 section 3.8.7.4).
            let state = states.entry(occurrence).or_default();
            if state.is_none_or(|other| sequence(other) <= sequence(part)) {
                *state = Some(part);
            }
        }
    }
    if states.is_empty() {
        return Ok(());
    }
    let occurrences: Vec<Occurrence> = states.keys().copied().collect();
    let places = series::indices(record, &occurrences, scope.context);
    let mut changed = record.clone();
    for ((occurrence, part), place) in states.into_iter().zip(places) {
        match (part, place) {
            // Leaving out what the rule does not have says nothing.
            (None, None) => {}
            (None, Some(_)) => changed.set(Key::at(occurrence, Key::STATE), Value::Bool(false)),
            (Some(_), None) => scope.lose(
                "recurrence",
                "It changes an occurrence that its rule does not have; Exchange does not show that one.",
            ),
            (Some(part), Some(_)) => {
                let item = read_component(Kind::Event, part, scope)?;
                series::add(&mut changed, occurrence, &item, rows(Kind::Event), scope.context);
            }
        }
    }
    *record = changed;
    Ok(())
}

/// A file that says nothing yet.
pub fn empty(kind: Kind, uid: &str) -> Component<'static> {
    let mut part = Component::new(name(kind));
    part.insert(Line::new("UID", &[], &escape(uid)));
    // No clock: the same item always makes the same text.
    part.insert(Line::new("DTSTAMP", &[], "19700101T000000Z"));
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
    let orphan = is_exception(master(kind, calendar)?);
    let mut scope = Scope::of(context, calendar);
    let start = anchor(master(kind, calendar)?, &mut scope);
    if let Some(start) = start.filter(|_| kind == Kind::Event && !orphan) {
        forget_occurrences(calendar, target, changed, &start, &mut scope)?;
    }
    let own = |property| changed.contains(&Key::of(property));
    for part in calendar.components_mut() {
        if part.is(name(kind)) && (orphan || !is_exception(part)) {
            patch(kind, part, target, |row| own(row.property), &mut scope)?;
        }
    }
    if kind == Kind::Event && !orphan {
        write_occurrences(calendar, target, changed, &mut scope)?;
    }
    for tz in std::mem::take(&mut scope.used) {
        define(calendar, tz)?;
    }
    Ok(())
}

/// Takes out EXDATE values and changed occurrences that the target has no more, or has in another state.
fn forget_occurrences(
    calendar: &mut Component<'_>,
    target: &Record,
    changed: &[Key],
    start: &Moment,
    scope: &mut Scope,
) -> Result<()> {
    let states: Vec<Key> = changed
        .iter()
        .copied()
        .filter(|key| key.property == Key::STATE)
        .collect();
    let state = |occurrence| {
        let key = Key::at(occurrence, Key::STATE);
        states.contains(&key).then(|| target.get(key).cloned())
    };
    if states.is_empty() {
        return Ok(());
    }
    let mut gone = Vec::new();
    for part in calendar.components().filter(|part| part.is("VEVENT")) {
        if let Some(occurrence) = recurrence_id(part, start, scope)?
            && state(occurrence).is_some_and(|state| state != Some(Value::Bool(true)))
        {
            gone.push(part.clone().into_owned());
        }
    }
    calendar.retain_components(|part| !gone.contains(part));
    for part in calendar.components_mut().filter(|part| part.is("VEVENT")) {
        for line in part.lines_mut().filter(|line| line.is("EXDATE")) {
            let values = excluded(line, start, scope)?;
            let kept: Vec<&str> = values
                .iter()
                .filter(|(occurrence, _)| {
                    state(*occurrence).is_none_or(|state| state == Some(Value::Bool(false)))
                })
                .map(|(_, text)| text.as_str())
                .collect();
            if kept.len() < values.len() {
                *line = line.with_value(&kept.join(","));
            }
        }
        part.retain_lines(|line| !line.is("EXDATE") || !line.value().is_empty());
    }
    Ok(())
}

/// Brings deleted and changed occurrences to what the target says. An occurrence also follows its series where it has
/// nothing of its own.
fn write_occurrences(
    calendar: &mut Component<'_>,
    target: &Record,
    changed: &[Key],
    scope: &mut Scope,
) -> Result<()> {
    if target.occurrences().next().is_none() {
        return Ok(());
    }
    let Some(Value::Moment(start)) = target.own("start") else {
        return Ok(());
    };
    let is_master = |part: &Component| part.is("VEVENT") && !is_exception(part);
    let Some(master) = calendar.components().find(|part| is_master(part)) else {
        return Ok(());
    };
    let mut model = master.clone().into_owned();
    let dtstart = model.line("DTSTART").cloned();
    let mut excluded_now = Vec::new();
    for line in model.all("EXDATE") {
        excluded_now.extend(
            excluded(line, start, scope)?
                .into_iter()
                .map(|(occurrence, _)| occurrence),
        );
    }
    model.retain_lines(|line| {
        !["RRULE", "EXDATE", "RDATE", "EXRULE"]
            .iter()
            .any(|name| line.is(name))
    });
    let line_for = |name: &str, occurrence: Occurrence, scope: &mut Scope| {
        let day = series::day_of_occurrence(start, occurrence, scope.context);
        let from = series::day_of(start, scope.context);
        let moment = series::moved(start, from, day, scope.context);
        let line = stamp::write("DTSTART", &moment, dtstart.as_ref(), scope);
        renamed(name, &line)
    };
    for occurrence in target.occurrences() {
        if target.get(Key::at(occurrence, Key::STATE)) == Some(&Value::Bool(false)) {
            if !excluded_now.contains(&occurrence) {
                let line = line_for("EXDATE", occurrence, scope);
                if let Some(master) = calendar.components_mut().find(|part| is_master(part)) {
                    master.insert(line);
                }
            }
            continue;
        }
        let mut newest = None;
        for (at, part) in calendar.components().enumerate() {
            if part.is("VEVENT") && recurrence_id(part, start, scope)? == Some(occurrence) {
                newest = newest.max(Some((sequence(part), at)));
            }
        }
        let place = newest.map_or_else(|| calendar.components().count(), |(_, at)| at);
        if calendar.components().nth(place).is_none() {
            let mut part = model.clone();
            part.insert(line_for("RECURRENCE-ID", occurrence, scope));
            calendar.push(part);
        }
        let item = series::effective(target, occurrence, rows(Kind::Event), scope.context);
        let touched = |property: &'static str| {
            changed.contains(&Key::of(property))
                || changed.contains(&Key::at(occurrence, property))
                || changed.contains(&Key::at(occurrence, Key::STATE))
        };
        if let Some(part) = calendar.components_mut().nth(place) {
            patch_occurrence(part, &item, touched, scope)?;
        }
    }
    Ok(())
}

/// Patches an occurrence. It is compared on the clock of its series, as [`series::add`] reads it.
fn patch_occurrence(
    part: &mut Component<'_>,
    item: &Record,
    touched: impl Fn(&'static str) -> bool,
    scope: &mut Scope,
) -> Result<()> {
    let touched = |row: &super::row::Row| !row.series_only && touched(row.property);
    patch(Kind::Event, part, item, touched, scope)
}

/// The same date or time under another name.
fn renamed(name: &str, line: &Line) -> Line<'static> {
    let tzid = line.param("TZID");
    let value = line.param("VALUE");
    let params: Vec<(&str, &str)> = [("TZID", tzid.as_deref()), ("VALUE", value.as_deref())]
        .into_iter()
        .filter_map(|(name, value)| Some((name, value?)))
        .collect();
    Line::new(name, &params, line.value())
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
        let text = zones::vtimezone(tz);
        calendar.push_first(Document::parse(&text)?.root.into_owned());
    }
    Ok(())
}
