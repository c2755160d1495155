//! The days of a rule, as RFC 5545 section 3.3.10 expands it.

use super::parts::Parts;
use crate::mapping::expand::length_of_month;
use crate::model::Frequency;
use chrono::{Datelike, Days, Months, NaiveDate, Weekday};

/// The days of a rule whose DTSTART is `first`, up to `last`, in order. DTSTART itself is among them only where the rule
/// has it.
pub fn days(parts: &Parts, first: NaiveDate, last: NaiveDate) -> Vec<NaiveDate> {
    let parts = &with_defaults(parts, first);
    let last = parts.until.map_or(last, |until| until.min(last));
    let most = parts
        .count
        .map_or(usize::MAX, |count| usize::try_from(count).unwrap_or(0));
    periods(parts, first)
        .take_while(|period| *period <= last)
        .flat_map(|period| set(parts, period))
        .skip_while(|day| *day < first)
        .take_while(|day| *day <= last)
        .take(most)
        .collect()
}

/// What a rule does not say follows from its DTSTART.
pub(super) fn with_defaults(parts: &Parts, first: NaiveDate) -> Parts {
    let mut parts = parts.clone();
    let same_day = || vec![i32::try_from(first.day()).unwrap_or(1)];
    let says_days = !parts.days.is_empty() || !parts.month_days.is_empty();
    match parts.frequency {
        _ if says_days || !parts.year_days.is_empty() => {}
        Frequency::Daily => {}
        Frequency::Weekly => parts.days = vec![(0, first.weekday())],
        Frequency::Monthly | Frequency::Yearly if !parts.weeks.is_empty() => {
            parts.days = vec![(0, first.weekday())];
        }
        Frequency::Monthly => parts.month_days = same_day(),
        Frequency::Yearly => {
            parts.month_days = same_day();
            if parts.months.is_empty() {
                parts.months = vec![i32::try_from(first.month()).unwrap_or(1)];
            }
        }
    }
    parts
}

/// The first day of each period that the interval does not leave out.
pub(super) fn periods(parts: &Parts, first: NaiveDate) -> Box<dyn Iterator<Item = NaiveDate>> {
    let interval = parts.interval;
    let by_days = move |first: NaiveDate, days: u64| {
        std::iter::successors(Some(first), move |day| {
            day.checked_add_days(Days::new(days))
        })
    };
    let by_months = move |first: Option<NaiveDate>, months: u32| {
        std::iter::successors(first, move |day| {
            day.checked_add_months(Months::new(months))
        })
    };
    match parts.frequency {
        Frequency::Daily => Box::new(by_days(first, u64::from(interval))),
        Frequency::Weekly => {
            let week = first.week(parts.week_start).checked_first_day();
            Box::new(by_days(week.unwrap_or(first), 7 * u64::from(interval)))
        }
        Frequency::Monthly => Box::new(by_months(first.with_day(1), interval)),
        Frequency::Yearly => {
            let january = NaiveDate::from_ymd_opt(first.year(), 1, 1);
            Box::new(by_months(january, interval.saturating_mul(12)))
        }
    }
}

/// The days of one period, in order.
pub(super) fn set(parts: &Parts, period: NaiveDate) -> Vec<NaiveDate> {
    let length = match parts.frequency {
        Frequency::Daily => 1,
        Frequency::Weekly => 7,
        Frequency::Monthly => u64::from(length_of_month(period.year(), period.month())),
        Frequency::Yearly => u64::from(length_of_year(period.year())),
    };
    let all: Vec<NaiveDate> = (0..length)
        .filter_map(|day| period.checked_add_days(Days::new(day)))
        .filter(|day| has(parts, *day))
        .collect();
    if parts.positions.is_empty() {
        return all;
    }
    let size = i32::try_from(all.len()).unwrap_or(i32::MAX);
    let chosen = |place: i32| {
        parts.positions.contains(&(place + 1)) || parts.positions.contains(&(place - size))
    };
    (0..)
        .zip(all)
        .filter(|(place, _)| chosen(*place))
        .map(|(_, day)| day)
        .collect()
}

pub(super) fn has(parts: &Parts, day: NaiveDate) -> bool {
    let number = |n: u32| i32::try_from(n).unwrap_or(0);
    let either = |list: &[i32], nth: u32, of: u32| {
        list.is_empty()
            || list.contains(&number(nth))
            || list.contains(&(number(nth) - number(of) - 1))
    };
    (parts.months.is_empty() || parts.months.contains(&number(day.month())))
        && either(
            &parts.month_days,
            day.day(),
            length_of_month(day.year(), day.month()),
        )
        && either(&parts.year_days, day.ordinal(), length_of_year(day.year()))
        && (parts.weeks.is_empty() || {
            let (week, of) = week(day, parts.week_start);
            either(&parts.weeks, week, of)
        })
        && (parts.days.is_empty()
            || parts
                .days
                .iter()
                .any(|(nth, on)| is_nth(parts, day, *nth, *on)))
}

/// Whether a day is the nth such weekday of its month, or of its year in a yearly rule that names no months.
fn is_nth(parts: &Parts, day: NaiveDate, nth: i32, on: Weekday) -> bool {
    let (place, length) = match parts.frequency {
        Frequency::Yearly if parts.months.is_empty() => (day.ordinal(), length_of_year(day.year())),
        _ => (day.day(), length_of_month(day.year(), day.month())),
    };
    let counted = matches!(parts.frequency, Frequency::Monthly | Frequency::Yearly);
    let weeks = |days: u32| i32::try_from(days / 7).unwrap_or(0) + 1;
    day.weekday() == on
        && match nth {
            0 => true,
            _ if !counted => true,
            1.. => weeks(place - 1) == nth,
            _ => -weeks(length - place) == nth,
        }
}

fn length_of_year(year: i32) -> u32 {
    NaiveDate::from_ymd_opt(year, 12, 31).map_or(365, |day| day.ordinal())
}

/// The number of a day's week, and how many the year of that week has. The first one has four days in the year.
fn week(day: NaiveDate, start: Weekday) -> (u32, u32) {
    let middle = day
        .week(start)
        .checked_first_day()
        .and_then(|first| first.checked_add_days(Days::new(3)))
        .unwrap_or(day);
    let number = middle.ordinal().div_ceil(7);
    // The week of the year's last day is the last one where its middle is in the year too.
    let rest = length_of_year(middle.year()) - middle.ordinal();
    (number, number + rest / 7)
}
