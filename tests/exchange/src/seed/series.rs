//! Series: every pattern and range that Exchange has, with modified and deleted occurrences.

use super::text;
use crate::bag::Value;
use crate::item::{Exception, Item};
use crate::keys;
use crate::recurrence::{DaySet, Index, Pattern, Range, Recurrence};
use crate::zone::Zone;
use chrono::{Datelike, Months, NaiveDate, TimeDelta, Weekday};

/// The pattern of the nth series, which begins about `day`. Sets of days and indexes change with the number.
pub fn pattern(n: usize, day: NaiveDate) -> Pattern {
    let days = [
        DaySet::DAY,
        DaySet::WEEKDAY,
        DaySet::WEEKEND_DAY,
        DaySet::of(&[day.weekday()]),
    ][n / 12 % 4];
    let index = [
        Index::First,
        Index::Second,
        Index::Third,
        Index::Fourth,
        Index::Last,
    ][n / 12 % 5];
    let first_day = if n.is_multiple_of(2) {
        Weekday::Mon
    } else {
        Weekday::Sun
    };
    let (monday, thursday) = (Weekday::Mon, Weekday::Thu);
    match n % 12 {
        0 => Pattern::Weekly {
            interval: 1,
            days: DaySet::of(&[day.weekday()]),
            first_day,
        },
        1 => Pattern::Daily { interval: 1 },
        2 => Pattern::Weekly {
            interval: 2,
            days: DaySet::of(&[monday, thursday, Weekday::Sun]),
            first_day,
        },
        3 => Pattern::AbsoluteMonthly {
            interval: 1,
            day: day.day(),
        },
        4 => Pattern::RelativeMonthly {
            interval: 1,
            days,
            index,
        },
        5 => Pattern::AbsoluteYearly {
            day: day.day(),
            month: day.month(),
        },
        6 => Pattern::RelativeYearly {
            days,
            index,
            month: day.month(),
        },
        7 => Pattern::Weekly {
            interval: 1,
            days: DaySet::WEEKDAY,
            first_day,
        },
        8 => Pattern::Daily { interval: 3 },
        9 => Pattern::AbsoluteMonthly {
            interval: 3,
            day: [31, 30, 29, 28][n / 12 % 4],
        },
        10 => Pattern::RelativeMonthly {
            interval: 2,
            days: DaySet::of(&[day.weekday()]),
            index,
        },
        _ => Pattern::AbsoluteMonthly {
            interval: 24,
            day: day.day(),
        },
    }
}

/// Makes a series out of an event: it begins with the first match on or after the event's day.
pub fn repeat(item: &mut Item, n: usize, zone: Zone) {
    let start = zone.to_local(item.start());
    let length = zone.to_local(item.end()) - start;
    let range = match n % 5 {
        0 | 3 => Range::NoEnd,
        1 => Range::Numbered([4, 10, 52][n / 5 % 3]),
        _ => Range::EndDate(
            start
                .date()
                .checked_add_months(Months::new(60))
                .unwrap_or(start.date()),
        ),
    };
    let pattern = pattern(n, start.date());
    let found = Recurrence {
        pattern,
        start: start.date(),
        range,
    }
    .dates()
    .next();
    let Some(first) = found.filter(|first| *first < start.date() + TimeDelta::days(800)) else {
        return;
    };
    let recurrence = Recurrence {
        pattern,
        start: first,
        range,
    };
    if recurrence.check().is_err() {
        return;
    }
    let first = first.and_time(start.time());
    super::events::place(item, zone, first, first + length);
    item.recurrence = Some(recurrence);
    if n % 3 != 1 {
        delete_and_modify(item, n, zone);
    }
}

/// Deletes the second occurrence and changes the third and fifth, where the series is that long.
fn delete_and_modify(item: &mut Item, n: usize, zone: Zone) {
    let starts: Vec<_> = item.pattern_starts().take(6).collect();
    if starts.len() < 4 {
        return;
    }
    item.deleted.insert(2);
    let all_day = item.bag.bool(&keys::ALL_DAY).unwrap_or(false);
    for (index, start) in starts
        .into_iter()
        .filter(|(index, _)| *index == 3 || *index == 5 && n.is_multiple_of(2))
    {
        let mut exception = Exception::default();
        // Later on the same day, so that no neighbour is passed or touched.
        let late = start.date().and_hms_opt(20, 15, 0).unwrap_or(start);
        let begins = if all_day || n % 4 == 3 { start } else { late };
        let length = if all_day {
            item.length()
        } else {
            TimeDelta::minutes(40)
        };
        let changes = &mut exception.changes;
        changes.set(keys::START, Value::Time(zone.to_utc(begins)));
        changes.set(keys::END, Value::Time(zone.to_utc(begins + length)));
        if n.is_multiple_of(2) {
            text(changes, keys::SUBJECT, "Moved: see note");
            text(changes, keys::LOCATION, "Somewhere else");
        }
        if n % 5 == 2 {
            text(changes, keys::BODY_TEXT, "Only this time.");
            changes.set(keys::BUSY, Value::Int(3));
        }
        if n % 6 == 3 {
            changes.set(keys::REMINDER_SET, Value::Bool(true));
            changes.set(keys::REMINDER_MINUTES, Value::Int(120));
        }
        item.exceptions.insert(index, exception);
    }
}
