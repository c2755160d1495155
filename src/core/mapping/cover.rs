//! The series in Exchange that has all of some days and the fewest others.

use super::expand;
use super::rrule::each_week;
use crate::model::{Days, MonthDay, Nth, Pattern, Range, Recurrence};
use chrono::{Datelike, NaiveDate, Weekday};

/// MS-OXOCAL 2.2.1.44.1: at most 999 days, 99 weeks or months.
const MOST_DAYS: u64 = 999;
const MOST: u64 = 99;

/// The series that starts on the first of `days` (in order, at least one) and ends with `until`, and its days that are
/// none of `days`.
pub fn cover(days: &[NaiveDate], until: NaiveDate) -> Option<(Recurrence, Vec<NaiveDate>)> {
    let first = *days.first()?;
    let range = Range::Until(until);
    candidates(days)
        .into_iter()
        .map(|pattern| Recurrence { pattern, range })
        .filter_map(|rule| Some((rule, others(&rule, first, days)?)))
        .min_by_key(|(_, others)| others.len())
}

/// The days of a rule that are none of `days`; None where it lacks one of them.
fn others(rule: &Recurrence, first: NaiveDate, days: &[NaiveDate]) -> Option<Vec<NaiveDate>> {
    let mut wanted = days.iter().copied().peekable();
    let mut others = Vec::new();
    for day in expand::days(rule, first) {
        if wanted.next_if_eq(&day).is_none() {
            others.push(day);
        }
    }
    wanted.peek().is_none().then_some(others)
}

/// Patterns to try, the most telling first: of two that fit equally well the earlier one is taken.
fn candidates(days: &[NaiveDate]) -> Vec<Pattern> {
    let mut patterns = Vec::new();
    let apart = days.windows(2).all(|pair| match pair {
        [day, next] => month_number(*day) < month_number(*next),
        _ => false,
    });
    if apart {
        let months = step(days.iter().map(|day| month_number(*day)));
        let last = days.iter().map(Datelike::day).max().unwrap_or(31);
        let last = u8::try_from(last).unwrap_or(31);
        patterns.push(each_month(days, months, MonthDay::Day(last)));
        for on in ordinals(days) {
            patterns.push(each_month(days, months, on));
        }
    }
    for start in [Weekday::Mon, Weekday::Sun] {
        let week = |day: &NaiveDate| {
            let first = day.week(start).checked_first_day().unwrap_or(*day);
            i64::from(first.num_days_from_ce()).div_euclid(7)
        };
        let set = days
            .iter()
            .fold(Days::default(), |set, day| set.with(day.weekday()));
        let interval = interval(step(days.iter().map(week)), MOST);
        if interval > 1 || set != Days::ALL {
            patterns.push(each_week(interval, set, start));
        }
    }
    let apart = step(days.iter().map(|day| i64::from(day.num_days_from_ce())));
    patterns.push(Pattern::Daily {
        interval: interval(apart, MOST_DAYS),
    });
    patterns
}

/// Every `months` months; yearly where that is the same.
fn each_month(days: &[NaiveDate], months: u64, on: MonthDay) -> Pattern {
    let month = days.first().map_or(1, Datelike::month);
    match interval(months, MOST) {
        12 => Pattern::Yearly {
            month: u8::try_from(month).unwrap_or(1),
            on,
        },
        interval => Pattern::Monthly { interval, on },
    }
}

/// The nth weekdays that the first day is, as far as Exchange knows sets of weekdays.
fn ordinals(days: &[NaiveDate]) -> Vec<MonthDay> {
    let Some(day) = days.first() else {
        return Vec::new();
    };
    let sets = [
        Days::default().with(day.weekday()),
        Days::WEEKDAYS,
        Days::WEEKEND,
        Days::ALL,
    ];
    let nths = [Nth::First, Nth::Second, Nth::Third, Nth::Fourth, Nth::Last];
    let all = sets
        .into_iter()
        .flat_map(|set| nths.map(|nth| MonthDay::Nth(nth, set)));
    let month = day.with_day(1).unwrap_or(*day);
    all.filter(|on| expand::day_in(month, *on) == Some(*day))
        .collect()
}

fn month_number(day: NaiveDate) -> i64 {
    i64::from(day.year()) * 12 + i64::from(day.month0())
}

/// The greatest step that leads from the first number to all others; 0 where there are none.
fn step(numbers: impl Iterator<Item = i64>) -> u64 {
    let mut step = 0;
    let mut before = None;
    for number in numbers {
        if let Some(before) = before.replace(number) {
            step = gcd(step, u64::try_from(number - before).unwrap_or(0));
        }
    }
    step
}

const fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

/// The longest interval that Exchange takes and that divides the step.
fn interval(step: u64, most: u64) -> u32 {
    let divides = |interval: &u64| step.is_multiple_of(*interval);
    let longest = (1..=most).rev().find(divides).unwrap_or(1);
    u32::try_from(longest).unwrap_or(1)
}
