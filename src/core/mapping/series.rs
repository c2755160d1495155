//! A series and its changed occurrences: between one flat record and whole items.

use super::row::Row;
use super::{Context, expand, zones};
use crate::model::{Expanded, Key, Moment, Occurrence, Part, Record, Recurrence, Value};
use chrono::{NaiveDate, NaiveTime, TimeDelta};
use std::cmp::Ordering;

/// A series as Exchange has it.
pub struct Course<'a> {
    /// The start of the item.
    pub start: &'a Moment,
    /// How much later its occurrences are, where it is one of several series.
    by: TimeDelta,
    pub rule: &'a Recurrence,
    /// The first day in Exchange.
    pub first: NaiveDate,
    /// Days that Exchange has and the rule has not.
    left_out: &'a [NaiveDate],
    expanded: Option<&'a Expanded>,
}

/// How an item repeats: in one series, or in one for each time of day; empty where it does not.
pub fn all<'a>(record: &'a Record, context: &Context) -> Vec<Course<'a>> {
    let several = match (record.own("start"), record.own("recurrence")) {
        (Some(Value::Moment(start)), Some(Value::Expanded(rule))) => Some((start, rule)),
        _ => None,
    };
    let Some((start, rule)) = several.filter(|(_, rule)| !rule.parts.is_empty()) else {
        return of(record, context).into_iter().collect();
    };
    let course = |part: &'a Part| Course {
        start,
        by: part.time - time_of(start, context),
        rule: &part.shown.recurrence,
        first: part.shown.first,
        left_out: &part.shown.left_out,
        expanded: None,
    };
    rule.parts.iter().map(course).collect()
}

/// How an item repeats, if it does; of several series the first.
pub fn of<'a>(record: &'a Record, context: &Context) -> Option<Course<'a>> {
    let Some(Value::Moment(start)) = record.own("start") else {
        return None;
    };
    match record.own("recurrence")? {
        Value::Recurrence(rule) => Some(Course {
            start,
            by: TimeDelta::zero(),
            rule,
            first: day_of(start, context),
            left_out: &[],
            expanded: None,
        }),
        Value::Expanded(expanded) => Some(Course {
            start,
            by: expanded.parts.first().map_or(TimeDelta::zero(), |part| {
                part.time - time_of(start, context)
            }),
            rule: &expanded.shown.recurrence,
            first: expanded.shown.first,
            left_out: &expanded.shown.left_out,
            expanded: Some(expanded),
        }),
        _ => None,
    }
}

impl Course<'_> {
    /// Whether Exchange has an occurrence there that the rule has not.
    fn leaves_out(&self, day: NaiveDate) -> bool {
        self.left_out.binary_search(&day).is_ok()
    }

    /// Whether it is one of its occurrences, or would be one on that day.
    fn has(&self, occurrence: Occurrence, context: &Context) -> bool {
        let day = day_of_occurrence(self.start, occurrence, context);
        self.on(day, context) == occurrence
    }

    /// The occurrence on a day.
    pub fn on(&self, day: NaiveDate, context: &Context) -> Occurrence {
        let days = day - day_of(self.start, context);
        named(&later(self.start, days + self.by, context))
    }

    /// The days that the rule has and Exchange shows.
    pub fn days(&self) -> impl Iterator<Item = NaiveDate> {
        expand::days(self.rule, self.first).filter(|day| !self.leaves_out(*day))
    }

    /// The places in the pattern, 1-based, of the days that the rule itself does not have.
    pub fn left_out(&self) -> Vec<(NaiveDate, u32)> {
        let days = (1..).zip(expand::days(self.rule, self.first));
        match self.expanded {
            None => Vec::new(),
            Some(_) => days
                .map(|(index, day)| (day, index))
                .filter(|(day, _)| self.leaves_out(*day))
                .collect(),
        }
    }

    /// The occurrences that the rule has at another time than the series.
    pub fn at_other_times(&self, context: &Context) -> Vec<Occurrence> {
        let times = self.expanded.into_iter().flat_map(Expanded::times_shown);
        times.map(|(day, _)| self.on(*day, context)).collect()
    }
}

/// How much later than the series an occurrence starts by the rule.
fn delay(record: &Record, occurrence: Occurrence, day: NaiveDate, context: &Context) -> TimeDelta {
    let (Some(Value::Moment(start @ Moment::At { .. })), Some(Value::Expanded(rule))) =
        (record.own("start"), record.own("recurrence"))
    else {
        return TimeDelta::zero();
    };
    if !rule.parts.is_empty() {
        let mut courses = all(record, context).into_iter();
        let course = courses.find(|course| course.has(occurrence, context));
        return course.map_or(TimeDelta::zero(), |course| course.by);
    }
    let time = rule.times.iter().find(|(other, _)| *other == day);
    time.map_or(TimeDelta::zero(), |(_, time)| {
        *time - time_of(start, context)
    })
}

/// The item that is written to Exchange for a series: it may start on a later day than the rule does.
pub fn as_shown(record: &Record, context: &Context) -> Record {
    shifted(record.clone(), context, |rule, start| {
        (start, rule.shown.first)
    })
}

/// The item that was read from Exchange, as the rule has it.
pub fn as_ruled(record: Record, context: &Context) -> Record {
    shifted(record, context, |rule, _| (rule.shown.first, rule.anchor))
}

fn shifted(
    mut record: Record,
    context: &Context,
    days: impl Fn(&Expanded, NaiveDate) -> (NaiveDate, NaiveDate),
) -> Record {
    let (Some(Value::Moment(start)), Some(Value::Expanded(rule))) =
        (record.own("start"), record.own("recurrence"))
    else {
        return record;
    };
    let (from, to) = days(rule, day_of(start, context));
    for property in ["start", "end"] {
        if let Some(Value::Moment(moment)) = record.own(property) {
            let moment = moved(moment, from, to, context);
            record.set(Key::of(property), Value::Moment(moment));
        }
    }
    record
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

pub fn time_of(moment: &Moment, context: &Context) -> NaiveTime {
    match moment {
        Moment::Day(_) => NaiveTime::MIN,
        Moment::At { instant, zone } => {
            zones::to_local(*instant, zones::tz_of(zone, context)).time()
        }
    }
}

/// A moment moved by whole days on the wall.
pub fn moved(moment: &Moment, from: NaiveDate, to: NaiveDate, context: &Context) -> Moment {
    later(moment, to - from, context)
}

/// Another time of the same day.
pub fn at(moment: &Moment, time: NaiveTime, context: &Context) -> Moment {
    later(moment, time - time_of(moment, context), context)
}

/// A moment moved on the wall.
pub fn later(moment: &Moment, by: TimeDelta, context: &Context) -> Moment {
    match moment {
        Moment::Day(day) => Moment::Day(day.checked_add_signed(by).unwrap_or(*day)),
        Moment::At { instant, zone } => {
            let tz = zones::tz_of(zone, context);
            let local = zones::to_local(*instant, tz);
            Moment::At {
                instant: zones::to_utc(local.checked_add_signed(by).unwrap_or(local), tz),
                zone: zone.clone(),
            }
        }
    }
}

/// The occurrence of a series on a day.
pub fn occurrence_on(start: &Moment, day: NaiveDate, context: &Context) -> Occurrence {
    named(&moved(start, day_of(start, context), day, context))
}

pub fn named(moment: &Moment) -> Occurrence {
    match moment {
        Moment::Day(day) => Occurrence::Day(*day),
        Moment::At { instant, .. } => Occurrence::At(*instant),
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
    for course in all(record, context) {
        find(&course, occurrences, &mut found, context);
    }
    found
}

fn find(course: &Course, occurrences: &[Occurrence], found: &mut [Option<u32>], context: &Context) {
    let start = course.start;
    let mut wanted: Vec<(NaiveDate, usize)> = occurrences
        .iter()
        .enumerate()
        .map(|(at, occurrence)| (day_of_occurrence(start, *occurrence, context), at))
        .collect();
    wanted.sort_unstable();
    let mut wanted = wanted.into_iter().peekable();
    for (index, day) in (1..).zip(expand::days(course.rule, course.first)) {
        while wanted.next_if(|(other, _)| *other < day).is_some() {}
        while let Some((_, at)) = wanted.next_if(|(other, _)| *other == day) {
            let exact = occurrences.get(at) == Some(&course.on(day, context));
            let exact = exact && !course.leaves_out(day);
            if let (true, Some(slot)) = (exact, found.get_mut(at)) {
                *slot = Some(index);
            }
        }
        if wanted.peek().is_none() {
            break;
        }
    }
}

/// The days of the occurrences before and after one, as they are: deleted ones are none, changed ones may have moved.
pub fn neighbours(
    record: &Record,
    occurrence: Occurrence,
    context: &Context,
) -> (Option<NaiveDate>, Option<NaiveDate>) {
    let mut courses = all(record, context).into_iter();
    let Some(course) = courses.find(|course| course.has(occurrence, context)) else {
        return (None, None);
    };
    let own = day_of_occurrence(course.start, occurrence, context);
    let actual = |day: NaiveDate| {
        let occurrence = course.on(day, context);
        match record.get(Key::at(occurrence, Key::STATE)) {
            Some(Value::Bool(false)) => None,
            _ => match record.get(Key::at(occurrence, "start")) {
                Some(Value::Moment(moved)) => Some(day_of(moved, context)),
                _ => Some(day),
            },
        }
    };
    let mut before = None;
    for day in course.days() {
        match day.cmp(&own) {
            Ordering::Less => before = actual(day).or(before),
            Ordering::Equal => {}
            Ordering::Greater => {
                if let Some(after) = actual(day) {
                    return (before, Some(after));
                }
            }
        }
    }
    (before, None)
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
pub fn regular(record: &Record, occurrence: Occurrence, rows: &[Row], context: &Context) -> Record {
    let by = record.own("start").and_then(|start| match start {
        Value::Moment(start) => {
            let day = day_of_occurrence(start, occurrence, context);
            Some(day - day_of(start, context) + delay(record, occurrence, day, context))
        }
        _ => None,
    });
    rows.iter()
        .filter(|row| !row.series_only)
        .filter_map(|row| {
            let value = match (record.own(row.property)?, by) {
                (Value::Moment(moment), Some(by)) => Value::Moment(later(moment, by, context)),
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
    let regular = regular(record, occurrence, rows, context);
    // One that differs in nothing is as the series is, whatever a file or a server holds of it.
    let mut differs = false;
    for row in rows.iter().filter(|row| !row.series_only) {
        let key = Key::of(row.property);
        // An occurrence follows the clock of its series, whatever zone it was written in.
        let own = item
            .get(key)
            .map(|value| in_zone_of(value, regular.get(key)));
        if own.as_ref() != regular.get(key) {
            differs = true;
            record.set(
                Key::at(occurrence, row.property),
                own.unwrap_or(Value::Cleared),
            );
        }
    }
    if differs {
        record.set(Key::at(occurrence, Key::STATE), Value::Bool(true));
    }
}

pub fn in_zone_of(value: &Value, model: Option<&Value>) -> Value {
    match (value, model) {
        (Value::Moment(moment), Some(Value::Moment(model))) => {
            Value::Moment(on_clock_of(moment, model))
        }
        _ => value.clone(),
    }
}

/// The same instant in the zone of another one.
pub fn on_clock_of(moment: &Moment, model: &Moment) -> Moment {
    match (moment, model) {
        (Moment::At { instant, .. }, Moment::At { zone, .. }) => Moment::At {
            instant: *instant,
            zone: zone.clone(),
        },
        _ => moment.clone(),
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
