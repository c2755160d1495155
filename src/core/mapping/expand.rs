//! The days a pattern falls on, with Exchange's meaning: in months too short for the day, it is the last one.

use crate::model::{Days, MonthDay, Nth, Pattern, Range, Recurrence};
use chrono::{Datelike, NaiveDate, Weekday};

/// Where to stop looking in a series without end.
const HORIZON: i32 = 2200;

/// The days of a series that starts on or after `first`, in order.
pub fn days(rule: &Recurrence, first: NaiveDate) -> impl Iterator<Item = NaiveDate> + use<> {
    let (until, count) = match rule.range {
        Range::Forever => (NaiveDate::MAX, usize::MAX),
        Range::Until(day) => (day, usize::MAX),
        Range::Count(count) => (NaiveDate::MAX, usize::try_from(count).unwrap_or(usize::MAX)),
    };
    all(rule.pattern, first)
        .skip_while(move |day| *day < first)
        .take_while(move |day| *day <= until && day.year() < HORIZON)
        .take(count)
}

fn all(pattern: Pattern, first: NaiveDate) -> Box<dyn Iterator<Item = NaiveDate>> {
    match pattern {
        Pattern::Daily { interval } => {
            let step = chrono::Days::new(u64::from(interval.max(1)));
            Box::new(std::iter::successors(Some(first), move |day| {
                day.checked_add_days(step)
            }))
        }
        Pattern::Weekly {
            interval,
            days,
            week_start,
        } => Box::new(weekly(first, interval.max(1), days, week_start)),
        Pattern::Monthly { interval, on } => Box::new(monthly(first, interval.max(1), on)),
        Pattern::Yearly { month, on } => {
            let january = NaiveDate::from_ymd_opt(first.year(), u32::from(month), 1);
            Box::new(monthly(january.unwrap_or(first), 12, on))
        }
        // The next one is known when this one was completed.
        Pattern::Regenerating { .. } => Box::new(std::iter::once(first)),
    }
}

fn weekly(
    first: NaiveDate,
    interval: u32,
    days: Days,
    week_start: Weekday,
) -> impl Iterator<Item = NaiveDate> {
    let monday = first.week(week_start).checked_first_day().unwrap_or(first);
    let step = chrono::Days::new(7 * u64::from(interval));
    std::iter::successors(Some(monday), move |week| week.checked_add_days(step)).flat_map(
        move |week| {
            (0..7)
                .filter_map(move |day| week.checked_add_days(chrono::Days::new(day)))
                .filter(move |day| days.contains(day.weekday()))
        },
    )
}

fn monthly(first: NaiveDate, interval: u32, on: MonthDay) -> impl Iterator<Item = NaiveDate> {
    let start = first.with_day(1).unwrap_or(first);
    let step = chrono::Months::new(interval);
    std::iter::successors(Some(start), move |month| month.checked_add_months(step))
        .filter_map(move |month| day_in(month, on))
}

/// The day within the month that starts with `first`.
pub fn day_in(first: NaiveDate, on: MonthDay) -> Option<NaiveDate> {
    let length = length_of_month(first.year(), first.month());
    match on {
        MonthDay::Day(day) => first.with_day(u32::from(day).min(length)),
        MonthDay::Nth(nth, days) => {
            let mut matching = (1..=length)
                .filter_map(|day| first.with_day(day))
                .filter(|day| days.contains(day.weekday()));
            match nth {
                Nth::First => matching.next(),
                Nth::Second => matching.nth(1),
                Nth::Third => matching.nth(2),
                Nth::Fourth => matching.nth(3),
                Nth::Last => matching.next_back(),
            }
        }
    }
}

pub fn length_of_month(year: i32, month: u32) -> u32 {
    (28..=31)
        .rev()
        .find(|day| NaiveDate::from_ymd_opt(year, month, *day).is_some())
        .unwrap_or(28)
}
