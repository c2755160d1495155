//! The changed and deleted occurrences of a series in a file: RECURRENCE-ID and EXDATE.

use super::anchor::{Anchor, recurrence_id};
use super::calendar::is_exception;
use super::crossing::{is_kept_where_it_is, keep_order};
use super::local::{patch, read_component};
use super::ranges::{self, Ranges};
use super::scope::{Scope, refuse};
use super::{rows, series, stamp};
use crate::dav::{Component, Line, split};
use crate::error::Result;
use crate::model::{Key, Kind, Occurrence, Record, Value};
use std::collections::{BTreeMap, BTreeSet};

/// How often the organizer has changed it; 0 where it does not say.
pub fn sequence(component: &Component) -> u32 {
    let line = component.line("SEQUENCE");
    line.and_then(|line| line.value().trim().parse().ok())
        .unwrap_or(0)
}

/// The occurrences an EXDATE line leaves out, with the text of each.
fn excluded(line: &Line, anchor: &Anchor, scope: &mut Scope) -> Result<Vec<(Occurrence, String)>> {
    split(line.value(), b',')
        .filter(|value| !value.trim().is_empty())
        .map(|value| Ok((anchor.occurrence(line, value, scope)?, value.to_owned())))
        .collect()
}

pub fn read(
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
    let Some(anchor) = Anchor::of(master, scope) else {
        return Ok(());
    };
    let mut states: BTreeMap<Occurrence, Option<&Component>> = BTreeMap::new();
    for line in master.all("EXDATE") {
        let days = excluded(line, &anchor, scope)?;
        states.extend(days.into_iter().map(|(occurrence, _)| (occurrence, None)));
    }
    for part in exceptions {
        if let Some(occurrence) = recurrence_id(part, &anchor, scope)? {
            // Some programs write EXDATE for an occurrence that they change; the change counts. Of several changes of
            // one occurrence the newest counts (RFC 5545 section 3.8.7.4).
            let state = states.entry(occurrence).or_default();
            if state.is_none_or(|other| sequence(other) <= sequence(part)) {
                *state = Some(part);
            }
        }
    }
    let ranges = Ranges::read(calendar, &anchor, record, scope)?;
    let mut following = ranges.occurrences(record, scope);
    following.retain(|occurrence| !states.contains_key(occurrence));
    if states.is_empty() && following.is_empty() {
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
    for occurrence in following {
        if let Some((item, _)) = ranges.item(&anchor.start, occurrence, scope.context) {
            let rows = rows(Kind::Event);
            series::add(&mut changed, occurrence, &item, rows, scope.context);
        }
    }
    keep_order(&mut changed, scope);
    *record = changed;
    Ok(())
}

fn is_reset_by(changed: &[Key]) -> bool {
    ["start", "recurrence"]
        .iter()
        .any(|property| changed.contains(&Key::of(property)))
}

/// Takes out EXDATE values and changed occurrences that the target has no more, or has in another state.
pub fn forget(
    calendar: &mut Component<'_>,
    target: &Record,
    changed: &[Key],
    anchor: &Anchor,
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
    let moves = is_reset_by(changed);
    if states.is_empty() && !moves {
        return Ok(());
    }
    let mut gone = Vec::new();
    let mut regular = Vec::new();
    for part in calendar.components().filter(|part| part.is("VEVENT")) {
        let Some(occurrence) = recurrence_id(part, anchor, scope)? else {
            continue;
        };
        match state(occurrence) {
            Some(state) if state != Some(Value::Bool(true)) => gone.push(part.clone().into_owned()),
            None if moves
                && target.get(Key::at(occurrence, Key::STATE)).is_none()
                && !is_kept_where_it_is(part, target, occurrence, scope) =>
            {
                regular.push((occurrence, part.clone().into_owned()));
            }
            _ => {}
        }
    }
    if !regular.is_empty() {
        // One that differed in nothing goes with the rule it was an occurrence of.
        let all: Vec<Occurrence> = regular.iter().map(|(occurrence, _)| *occurrence).collect();
        let master = calendar
            .components()
            .find(|part| part.is("VEVENT") && !is_exception(part));
        let old = master.map(|master| read_component(Kind::Event, master, scope));
        let old = old.transpose()?.unwrap_or_default();
        let stays = |property| old.own(property) == target.own(property);
        if !(stays("start") && stays("recurrence")) {
            let places = series::indices(&old, &all, scope.context);
            let known = regular.into_iter().zip(places);
            gone.extend(known.filter_map(|((_, part), place)| place.and(Some(part))));
        }
    }
    calendar.retain_components(|part| !gone.contains(part));
    let is_master = |part: &&mut Component| part.is("VEVENT") && !is_exception(part);
    for part in calendar.components_mut().filter(is_master) {
        let mut emptied = Vec::new();
        let places: Vec<usize> = part.places("EXDATE").collect();
        let lines = part.lines_mut().filter(|line| line.is("EXDATE"));
        for (line, place) in lines.zip(places) {
            // One that says no date stays: the reader of an event that does not repeat passes it over too.
            let values = excluded(line, anchor, scope).unwrap_or_default();
            let kept: Vec<&str> = values
                .iter()
                .filter(|(occurrence, _)| {
                    state(*occurrence).is_none_or(|state| state == Some(Value::Bool(false)))
                })
                .map(|(_, text)| text.as_str())
                .collect();
            if kept.is_empty() && !values.is_empty() {
                emptied.push(place);
            } else if kept.len() < values.len() {
                *line = line.with_value(&kept.join(","));
            }
        }
        part.remove_places(|at| emptied.contains(&at));
    }
    Ok(())
}

/// Brings deleted and changed occurrences to what the target says. An occurrence also follows its series where it has
/// nothing of its own.
pub fn write(
    calendar: &mut Component<'_>,
    target: &Record,
    changed: &[Key],
    ranges: &Ranges,
    scope: &mut Scope,
) -> Result<()> {
    let has_any = calendar
        .components()
        .filter(|part| part.is("VEVENT"))
        .count()
        > 1;
    if target.occurrences().next().is_none() && !has_any {
        return Ok(());
    }
    let Some(Value::Moment(start)) = target.own("start") else {
        return Ok(());
    };
    let anchor = &Anchor::new(start.clone(), target.own("recurrence"));
    let ranges = ranges.follow(calendar, target, changed, anchor, scope)?;
    let is_master = |part: &Component| part.is("VEVENT") && !is_exception(part);
    let Some(master) = calendar.components().find(|part| is_master(part)) else {
        return Ok(());
    };
    let mut model = master.clone().into_owned();
    let dtstart = model.line("DTSTART").cloned();
    let mut excluded_now = Vec::new();
    for line in model.all("EXDATE") {
        excluded_now.extend(
            excluded(line, anchor, scope)
                .unwrap_or_default()
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
        let moment = anchor.moment(occurrence, scope.context);
        let line = stamp::write("DTSTART", &moment, dtstart.as_ref(), scope);
        renamed(name, &line)
    };
    let mut occurrences: BTreeSet<Occurrence> = target.occurrences().collect();
    // One that differs in nothing follows its series.
    let mut named = Vec::new();
    for part in calendar.components().filter(|part| part.is("VEVENT")) {
        named.extend(recurrence_id(part, anchor, scope)?);
    }
    let places = series::indices(target, &named, scope.context);
    let known = named.into_iter().zip(places);
    occurrences.extend(known.filter_map(|(occurrence, place)| place.and(Some(occurrence))));
    occurrences.extend(ranges.occurrences(target, scope));
    for occurrence in occurrences {
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
            if part.is("VEVENT") && recurrence_id(part, anchor, scope)? == Some(occurrence) {
                newest = newest.max(Some((sequence(part), at)));
            }
        }
        let place = newest.map_or_else(|| calendar.components().count(), |(_, at)| at);
        let fresh = newest.is_none();
        if fresh {
            let told = ranges.item(start, occurrence, scope.context);
            if let Some((told, _)) = &told
                && ranges::is_told(told, target, occurrence, scope.context)
            {
                continue;
            }
            let mut part = told.map_or_else(|| model.clone(), |(_, part)| part.clone());
            part.retain_lines(|line| !line.is("RECURRENCE-ID"));
            part.insert(line_for("RECURRENCE-ID", occurrence, scope));
            calendar.push(part);
        }
        let item = series::effective(target, occurrence, rows(Kind::Event), scope.context);
        let known = newest.and_then(|_| calendar.components().nth(place));
        let stays = known.is_some_and(|part| is_kept_where_it_is(part, target, occurrence, scope));
        let touched = |property: &'static str| {
            if stays && matches!(property, "start" | "end") {
                return false;
            }
            fresh
                || changed.contains(&Key::of(property))
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
pub fn patch_occurrence(
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
