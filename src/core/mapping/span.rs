//! From when until when an event lasts, all its occurrences together: what a link's window is compared with.

use super::Context;
use super::expand;
use super::series::day_of;
use crate::model::{Key, Moment, Range, Record, Value};
use chrono::{NaiveDate, NaiveTime};

/// Seconds of a day.
const DAY: i64 = 86_400;

/// Unix seconds; without an end it goes on for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span {
    pub starts: i64,
    pub ends: Option<i64>,
}

/// None for what has no start.
pub fn span(record: &Record, context: &Context) -> Option<Span> {
    let Some(Value::Moment(start)) = record.own("start") else {
        return None;
    };
    let first = seconds(start);
    let length = match record.own("end") {
        Some(Value::Moment(end)) => (seconds(end) - first).max(0),
        _ => 0,
    };
    let last = match record.own("recurrence") {
        Some(Value::Recurrence(rule)) => match rule.range {
            Range::Forever => None,
            Range::Until(day) => Some(midnight(day) + DAY),
            Range::Count(_) => expand::days(rule, day_of(start, context))
                .last()
                .map(|day| midnight(day) + DAY),
        },
        Some(Value::Expanded(rule)) => match rule.shown.recurrence.range {
            Range::Until(day) if is_finite(&rule.rule) => Some(midnight(day) + DAY),
            _ => None,
        },
        _ => Some(first),
    };
    let mut span = Span {
        starts: first,
        ends: last.map(|last| last.max(first) + length),
    };
    span.take_in(record, length);
    Some(span)
}

impl Span {
    /// Occurrences that were moved out of what the rule says.
    fn take_in(&mut self, record: &Record, length: i64) {
        for occurrence in record.occurrences() {
            let moved = |property| match record.get(Key::at(occurrence, property)) {
                Some(Value::Moment(moment)) => Some(seconds(moment)),
                _ => None,
            };
            let (start, end) = (moved("start"), moved("end"));
            if let Some(start) = start {
                self.starts = self.starts.min(start);
            }
            if let (Some(ends), Some(end)) = (self.ends, end.or(start.map(|it| it + length))) {
                self.ends = Some(ends.max(end));
            }
        }
    }
}

/// Whether a rule with its dates has an end.
fn is_finite(rule: &str) -> bool {
    rule.split_whitespace()
        .filter(|part| part.starts_with("RRULE"))
        .all(|rule| rule.contains("UNTIL=") || rule.contains("COUNT="))
}

fn seconds(moment: &Moment) -> i64 {
    match moment {
        Moment::Day(day) => midnight(*day),
        Moment::At { instant, .. } => instant.timestamp(),
    }
}

/// The beginning of a day in UTC: a window is counted in days, so the zone does not matter.
pub fn midnight(day: NaiveDate) -> i64 {
    day.and_time(NaiveTime::MIN).and_utc().timestamp()
}
