//! A series and its changed occurrences: between one flat record and whole items.

use super::row::Row;
use super::{Context, expand, zones};
use crate::model::{Key, Moment, Occurrence, Record, Recurrence, Value};
use chrono::NaiveDate;

/// Where a series starts, and by which rule it goes on.
pub fn of(record: &Record) -> Option<(&Moment, &Recurrence)> {
    match (record.own("start"), record.own("recurrence")) {
        (Some(Value::Moment(start)), Some(Value::Recurrence(rule))) => Some((start, rule)),
        _ => None,
    }
}

/// The day a moment falls on, on its own clock.
pub fn day_of(moment: &Moment, context: &Context) -> NaiveDate {
    match moment {
        Moment::Day(day) => *day,
        Moment::At { instant, zone } => {
            zones::to_local(*instant, zones::tz_of(zone, context)).date()
        }
    }
}

/// A moment moved by whole days on the wall.
pub fn moved(moment: &Moment, from: NaiveDate, to: NaiveDate, context: &Context) -> Moment {
    let days = to - from;
    match moment {
        Moment::Day(day) => Moment::Day(day.checked_add_signed(days).unwrap_or(*day)),
        Moment::At { instant, zone } => {
            let tz = zones::tz_of(zone, context);
            let local = zones::to_local(*instant, tz);
            Moment::At {
                instant: zones::to_utc(local.checked_add_signed(days).unwrap_or(local), tz),
                zone: zone.clone(),
            }
        }
    }
}

/// The occurrence of a series on a day.
pub fn occurrence_on(start: &Moment, day: NaiveDate, context: &Context) -> Occurrence {
    match moved(start, day_of(start, context), day, context) {
        Moment::Day(day) => Occurrence::Day(day),
        Moment::At { instant, .. } => Occurrence::At(instant),
    }
}

/// The day of an occurrence, on the series' clock.
pub fn day_of_occurrence(start: &Moment, occurrence: Occurrence, context: &Context) -> NaiveDate {
    match (occurrence, start) {
        (Occurrence::Day(day), _) => day,
        (Occurrence::At(instant), Moment::At { zone, .. }) => {
            zones::to_local(instant, zones::tz_of(zone, context)).date()
        }
        (Occurrence::At(instant), Moment::Day(_)) => zones::to_local(instant, context.zone).date(),
    }
}

/// The places of occurrences in the pattern, 1-based and deleted ones included; None for one that the pattern lacks.
/// One walk over the pattern answers for all.
pub fn indices(record: &Record, occurrences: &[Occurrence], context: &Context) -> Vec<Option<u32>> {
    let mut found = vec![None; occurrences.len()];
    let Some((start, rule)) = of(record) else {
        return found;
    };
    let mut wanted: Vec<(NaiveDate, usize)> = occurrences
        .iter()
        .enumerate()
        .map(|(at, occurrence)| (day_of_occurrence(start, *occurrence, context), at))
        .collect();
    wanted.sort_unstable();
    let mut wanted = wanted.into_iter().peekable();
    for (index, day) in (1..).zip(expand::days(rule, day_of(start, context))) {
        while wanted.next_if(|(other, _)| *other < day).is_some() {}
        while let Some((_, at)) = wanted.next_if(|(other, _)| *other == day) {
            let exact = occurrences.get(at) == Some(&occurrence_on(start, day, context));
            if let (true, Some(slot)) = (exact, found.get_mut(at)) {
                *slot = Some(index);
            }
        }
        if wanted.peek().is_none() {
            break;
        }
    }
    found
}

/// An occurrence as a whole item: what the series says, at the occurrence's own time, and what it says itself.
pub fn effective(
    record: &Record,
    occurrence: Occurrence,
    rows: &[Row],
    context: &Context,
) -> Record {
    let mut item = regular(record, occurrence, rows, context);
    for row in rows {
        match record.get(Key::at(occurrence, row.property)) {
            Some(Value::Cleared) => {
                item.remove(Key::of(row.property));
            }
            Some(value) => item.set(Key::of(row.property), value.clone()),
            None => {}
        }
    }
    item
}

/// An occurrence as the series alone has it.
fn regular(record: &Record, occurrence: Occurrence, rows: &[Row], context: &Context) -> Record {
    let days = record.own("start").and_then(|start| match start {
        Value::Moment(start) => Some((
            day_of(start, context),
            day_of_occurrence(start, occurrence, context),
        )),
        _ => None,
    });
    rows.iter()
        .filter(|row| !row.series_only)
        .filter_map(|row| {
            let value = match (record.own(row.property)?, days) {
                (Value::Moment(moment), Some((from, to))) => {
                    Value::Moment(moved(moment, from, to, context))
                }
                (value, _) => value.clone(),
            };
            Some((Key::of(row.property), value))
        })
        .collect()
}

/// Adds an occurrence that was read as a whole item: its state, and what differs from the series.
pub fn add(
    record: &mut Record,
    occurrence: Occurrence,
    item: &Record,
    rows: &[Row],
    context: &Context,
) {
    record.set(Key::at(occurrence, Key::STATE), Value::Bool(true));
    let regular = regular(record, occurrence, rows, context);
    for row in rows.iter().filter(|row| !row.series_only) {
        let key = Key::of(row.property);
        // An occurrence follows the clock of its series, whatever zone it was written in.
        let own = item
            .get(key)
            .map(|value| in_zone_of(value, regular.get(key)));
        let differs = own.as_ref() != regular.get(key);
        if differs {
            record.set(
                Key::at(occurrence, row.property),
                own.unwrap_or(Value::Cleared),
            );
        }
    }
}

fn in_zone_of(value: &Value, model: Option<&Value>) -> Value {
    match (value, model) {
        (
            Value::Moment(Moment::At { instant, .. }),
            Some(Value::Moment(Moment::At { zone, .. })),
        ) => Value::Moment(Moment::At {
            instant: *instant,
            zone: zone.clone(),
        }),
        _ => value.clone(),
    }
}

/// Whether a change of these properties makes Exchange forget all changed occurrences.
pub fn is_reset(changed: &[Key], record: &Record) -> bool {
    changed.iter().any(|key| {
        let own =
            key.occurrence.is_none() && matches!(key.property, "start" | "end" | "recurrence");
        own || is_restored(*key, record)
    })
}

/// Whether the key says that an occurrence is regular again, which only a fresh rule can bring about.
pub fn is_restored(key: Key, record: &Record) -> bool {
    key.occurrence.is_some() && key.property == Key::STATE && record.get(key).is_none()
}
