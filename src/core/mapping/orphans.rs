//! Several single occurrences of a series that the file itself does not hold: somebody was invited to these only.
//!
//! They are one item, as their file is: a series of their original days, of which each is a changed occurrence.

use super::anchor::{Anchor, recurrence_id};
use super::crossing::{is_kept_where_it_is, keep_order};
use super::exceptions::{patch_occurrence, sequence};
use super::local::read_component;
use super::ranges::is_range;
use super::scope::{Scope, refuse};
use super::stamp::{self, Stamp};
use super::{rows, rules, series, zones};
use crate::dav::Component;
use crate::error::Result;
use crate::model::{Key, Kind, Moment, Occurrence, Record, Value};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

const TWICE: &str = "The file holds the same entry twice.";

pub fn read(calendar: &Component, scope: &mut Scope) -> Result<Record> {
    let parts: Vec<&Component> = calendar
        .components()
        .filter(|part| part.is("VEVENT"))
        .collect();
    if parts.iter().any(|part| is_range(part)) {
        return Err(refuse(
            "One change applies to an occurrence and all after it (RANGE), but the file does not hold their series.",
        ));
    }
    let mut originals = Vec::new();
    for part in &parts {
        originals.push((original(part, scope)?, *part));
    }
    originals.sort_by_key(|(stamp, _)| stamp.instant(scope));
    let instants = originals.iter().map(|(stamp, _)| stamp.instant(scope));
    if instants.collect::<BTreeSet<_>>().len() == 1 {
        return Err(refuse(TWICE));
    }
    let Some((start, first)) = originals.first() else {
        return Err(refuse("The file holds no event."));
    };
    let mut record = read_component(Kind::Event, first, scope)?;
    let is_day = |stamp: &Stamp| matches!(stamp, Stamp::Day(_));
    let begins_so = matches!(record.own("start"), Some(Value::Moment(Moment::Day(_))));
    let mut days = originals.iter().map(|(stamp, _)| is_day(stamp));
    if days.any(|day| day != begins_so) {
        return Err(refuse(
            "Some of its occurrences are whole days and others are not, and the file does not hold their series; keep them in files of their own.",
        ));
    }
    move_to(&mut record, &start.moment());
    let stamps = originals.iter().map(|(stamp, _)| stamp);
    let rule = rules::listed(start, stamps, scope)?;
    if !rule.parts.is_empty() {
        return Err(refuse(
            "Two of its occurrences are on one day, and the file does not hold their series; keep them in files of their own.",
        ));
    }
    let rule = Value::Expanded(Arc::new(rule));
    record.set(Key::of("recurrence"), rule);
    let mut changed = record.clone();
    for (occurrence, place) in newest(calendar, &record, scope)? {
        if let Some(part) = calendar.components().nth(place) {
            let item = read_component(Kind::Event, part, scope)?;
            let rows = rows(Kind::Event);
            series::add(&mut changed, occurrence, &item, rows, scope.context);
        }
    }
    keep_order(&mut changed, scope);
    Ok(changed)
}

/// The components that count, by the occurrences that the series has: of several for one the newest.
fn newest(
    calendar: &Component,
    series: &Record,
    scope: &mut Scope,
) -> Result<BTreeMap<Occurrence, usize>> {
    let Some(Value::Moment(start)) = series.own("start") else {
        return Ok(BTreeMap::new());
    };
    let anchor = Anchor::new(start.clone(), series.own("recurrence"));
    let mut newest: BTreeMap<Occurrence, (u32, usize)> = BTreeMap::new();
    for (place, part) in calendar.components().enumerate() {
        if part.is("VEVENT")
            && let Some(occurrence) = recurrence_id(part, &anchor, scope)?
        {
            let known = newest.entry(occurrence).or_default();
            *known = (*known).max((sequence(part), place));
        }
    }
    let all: Vec<Occurrence> = newest.keys().copied().collect();
    let places = series::indices(series, &all, scope.context);
    let shown = newest.into_iter().zip(places);
    let shown = shown.filter_map(|((occurrence, (_, at)), place)| place.map(|_| (occurrence, at)));
    Ok(shown.collect())
}

/// RECURRENCE-ID on the clock of DTSTART.
fn original(part: &Component, scope: &mut Scope) -> Result<Stamp> {
    let missing = || refuse(TWICE);
    let original = stamp::read(part.line("RECURRENCE-ID").ok_or_else(missing)?, scope)?;
    let start = part.line("DTSTART").map(|line| stamp::read(line, scope));
    Ok(match (start.transpose()?, original) {
        (Some(Stamp::Time { zone, tz, .. }), original @ Stamp::Time { .. }) => Stamp::Time {
            local: zones::to_local(original.instant(scope), tz),
            zone,
            tz,
        },
        (_, original) => original,
    })
}

/// Puts an item to another start, as long as it is.
fn move_to(record: &mut Record, to: &Moment) {
    let (Some(Value::Moment(start)), Some(Value::Moment(end))) =
        (record.own("start"), record.own("end"))
    else {
        return;
    };
    let end = match (start, end, to) {
        (Moment::Day(start), Moment::Day(end), Moment::Day(to)) => {
            Moment::Day(to.checked_add_signed(*end - *start).unwrap_or(*to))
        }
        (
            Moment::At { instant: start, .. },
            Moment::At { instant: end, .. },
            Moment::At { instant, zone },
        ) => Moment::At {
            instant: instant
                .checked_add_signed(*end - *start)
                .unwrap_or(*instant),
            zone: zone.clone(),
        },
        _ => return,
    };
    record.set(Key::of("start"), Value::Moment(to.clone()));
    record.set(Key::of("end"), Value::Moment(end));
}

/// Brings each occurrence to what the target says, and takes out those that it has deleted.
pub fn write(
    calendar: &mut Component<'_>,
    target: &Record,
    changed: &[Key],
    scope: &mut Scope,
) -> Result<()> {
    let own = read(calendar, scope)?;
    if own.own("recurrence") != target.own("recurrence") {
        return Err(refuse(
            "Its days were changed in Exchange, but the file holds single occurrences of a series only; delete it here to take over the series.",
        ));
    }
    let shown: BTreeMap<usize, Occurrence> = newest(calendar, &own, scope)?
        .into_iter()
        .map(|(occurrence, place)| (place, occurrence))
        .collect();
    let mut gone = Vec::new();
    for (place, part) in calendar.components_mut().enumerate() {
        let Some(&occurrence) = shown.get(&place) else {
            continue;
        };
        if target.get(Key::at(occurrence, Key::STATE)) == Some(&Value::Bool(false)) {
            gone.push(part.clone().into_owned());
            continue;
        }
        let item = series::effective(target, occurrence, rows(Kind::Event), scope.context);
        let stays = is_kept_where_it_is(part, target, occurrence, scope);
        let touched = |property: &'static str| {
            if stays && matches!(property, "start" | "end") {
                return false;
            }
            changed.contains(&Key::of(property))
                || changed.contains(&Key::at(occurrence, property))
                || changed.contains(&Key::at(occurrence, Key::STATE))
        };
        patch_occurrence(part, &item, touched, scope)?;
    }
    let left = calendar
        .components()
        .filter(|part| part.is("VEVENT"))
        .count();
    if gone.len() < left {
        calendar.retain_components(|part| !gone.contains(part));
    }
    Ok(())
}
