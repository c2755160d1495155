//! Rules to and from the patterns that Exchange has.

use super::parts::Parts;
use crate::mapping::expand::length_of_month;
use crate::model::{Days, Frequency, MonthDay, Nth, Pattern, Range, Recurrence};
use chrono::{Datelike, NaiveDate, Weekday};

const WEEK: [Weekday; 7] = [
    Weekday::Mon,
    Weekday::Tue,
    Weekday::Wed,
    Weekday::Thu,
    Weekday::Fri,
    Weekday::Sat,
    Weekday::Sun,
];

const NTHS: [(i32, Nth); 5] = [
    (1, Nth::First),
    (2, Nth::Second),
    (3, Nth::Third),
    (4, Nth::Fourth),
    (-1, Nth::Last),
];

/// The same rule in Exchange; None where it has no such rule.
pub fn recurrence(parts: &Parts, first: NaiveDate) -> Option<Recurrence> {
    let pattern = pattern(parts, first)?;
    // MS-OXOCAL 2.2.1.44.1: at most 999 days, 99 weeks or months.
    let most = match pattern {
        Pattern::Daily { interval } => interval <= 999,
        Pattern::Weekly { interval, .. } | Pattern::Monthly { interval, .. } => interval <= 99,
        Pattern::Yearly { .. } | Pattern::Regenerating { .. } => true,
    };
    let range = match (parts.count, parts.until) {
        (Some(count), _) => Range::Count(count),
        (None, Some(day)) => Range::Until(day),
        (None, None) => Range::Forever,
    };
    most.then_some(Recurrence { pattern, range })
}

fn pattern(parts: &Parts, first: NaiveDate) -> Option<Pattern> {
    if !parts.weeks.is_empty() || !parts.year_days.is_empty() {
        return None;
    }
    match parts.frequency {
        Frequency::Daily => daily(parts, first),
        Frequency::Weekly => weekly(parts, first),
        Frequency::Monthly => monthly(parts, first),
        Frequency::Yearly => yearly(parts, first),
    }
}

fn plain_days(parts: &Parts) -> Option<Days> {
    parts.days.iter().all(|(nth, _)| *nth == 0).then(|| {
        parts
            .days
            .iter()
            .fold(Days::default(), |days, (_, day)| days.with(*day))
    })
}

fn is_limited(parts: &Parts) -> bool {
    !parts.months.is_empty() || !parts.month_days.is_empty() || !parts.positions.is_empty()
}

fn daily(parts: &Parts, first: NaiveDate) -> Option<Pattern> {
    if is_limited(parts) {
        return None;
    }
    let days = plain_days(parts)?;
    match (days.is_empty(), parts.interval) {
        (true, interval) => Some(Pattern::Daily { interval }),
        (false, 1) => Some(each_week(1, days, Weekday::Mon)),
        _ if !days.contains(first.weekday()) => None,
        (_, interval) if interval.is_multiple_of(7) => Some(Pattern::Daily { interval }),
        // Every third day, if it is a Monday, is the Monday of every third week.
        (_, interval) if days.len() == 1 => Some(each_week(interval, days, Weekday::Mon)),
        _ => None,
    }
}

/// A weekly pattern. The first day of the week matters only where weeks are left out between several days.
pub fn each_week(interval: u32, days: Days, week_start: Weekday) -> Pattern {
    let matters = interval > 1 && days.len() > 1;
    Pattern::Weekly {
        interval,
        days,
        week_start: if matters { week_start } else { Weekday::Mon },
    }
}

fn weekly(parts: &Parts, first: NaiveDate) -> Option<Pattern> {
    if is_limited(parts) {
        return None;
    }
    let mut days = plain_days(parts)?;
    if days.is_empty() {
        days = days.with(first.weekday());
    }
    // Which week is the first one depends on where weeks start, and a pattern of one day forgets that.
    let starts_later = days.len() == 1 && !days.contains(first.weekday());
    if starts_later && parts.interval > 1 && parts.week_start != Weekday::Mon {
        return None;
    }
    Some(each_week(parts.interval, days, parts.week_start))
}

fn monthly(parts: &Parts, first: NaiveDate) -> Option<Pattern> {
    if !parts.months.is_empty() {
        return None;
    }
    let plain = plain_days(parts).filter(|days| !days.is_empty());
    if let (Some(days), 1, true, true) = (
        plain,
        parts.interval,
        parts.positions.is_empty(),
        parts.month_days.is_empty(),
    ) {
        // Every Monday of every month is every Monday.
        return Some(each_week(1, days, Weekday::Mon));
    }
    let on = month_day(parts, first)?;
    (!is_short_somewhere(parts, on, 28)).then_some(Pattern::Monthly {
        interval: parts.interval,
        on,
    })
}

/// Months that are equally far apart, of which the series starts in one, are a monthly rule.
fn months_apart(parts: &Parts, first: NaiveDate) -> Option<u32> {
    let months = &parts.months;
    let apart = 12 / i32::try_from(months.len()).ok().filter(|n| *n > 0)?;
    let first = i32::try_from(first.month()).ok()?;
    let even = (0..)
        .zip(months)
        .all(|(nth, month)| Some(*month) == months.first().map(|earliest| earliest + nth * apart));
    let all = months.len() * usize::try_from(apart).ok()? == 12;
    (even && all && parts.interval == 1 && months.contains(&first))
        .then_some(u32::try_from(apart).ok()?)
}

fn yearly(parts: &Parts, first: NaiveDate) -> Option<Pattern> {
    if parts.interval == 1
        && !is_limited(parts)
        && let Some(days) = plain_days(parts).filter(|days| !days.is_empty())
    {
        return Some(each_week(1, days, Weekday::Mon));
    }
    if parts.months.len() > 1 {
        if !parts.positions.is_empty() {
            // They count over the year.
            return None;
        }
        let interval = months_apart(parts, first)?;
        let on = month_day(parts, first)?;
        return (!is_short_somewhere(parts, on, 28)).then_some(Pattern::Monthly { interval, on });
    }
    let month = match parts.months.as_slice() {
        [month] => u8::try_from(*month).ok()?,
        [] if parts.days.is_empty() && parts.month_days.is_empty() => {
            u8::try_from(first.month()).ok()?
        }
        _ => return None,
    };
    let on = month_day(parts, first)?;
    if is_short_somewhere(parts, on, length_of_month(2023, u32::from(month))) {
        return None;
    }
    match parts.interval {
        1 => Some(Pattern::Yearly { month, on }),
        years if u32::from(month) == first.month() => Some(Pattern::Monthly {
            interval: years.saturating_mul(12),
            on,
        }),
        _ => None,
    }
}

/// Whether the rule leaves out months (with `length` days) in which Exchange takes the last day.
fn is_short_somewhere(parts: &Parts, on: MonthDay, length: u32) -> bool {
    let skips = parts.positions.is_empty() || parts.month_days.len() == 1;
    matches!(on, MonthDay::Day(day) if skips && u32::from(day) > length)
}

fn month_day(parts: &Parts, first: NaiveDate) -> Option<MonthDay> {
    let days = parts.days.as_slice();
    let month_days = parts.month_days.as_slice();
    match (days, month_days, parts.positions.as_slice()) {
        ([], [], []) => Some(MonthDay::Day(u8::try_from(first.day()).ok()?)),
        ([], [day @ 1..=31], [] | [1 | -1]) => Some(MonthDay::Day(u8::try_from(*day).ok()?)),
        ([], [-1], [] | [1 | -1]) => Some(MonthDay::Nth(Nth::Last, Days::ALL)),
        ([], days, [-1]) => month_end(days),
        ([(number, day)], [], []) if *number != 0 => {
            Some(MonthDay::Nth(nth(*number)?, Days::default().with(*day)))
        }
        (_, [], [position]) => {
            let days = plain_days(parts).filter(|days| {
                days.len() == 1 || [Days::ALL, Days::WEEKDAYS, Days::WEEKEND].contains(days)
            })?;
            Some(MonthDay::Nth(nth(*position)?, days))
        }
        _ => None,
    }
}

/// `28,29,30,31` with BYSETPOS=-1: the 31st, or the last day of a shorter month, as Exchange has it.
fn month_end(days: &[i32]) -> Option<MonthDay> {
    let last = *days.last()?;
    (days.len() > 1 && days.iter().copied().eq(28..=last))
        .then(|| MonthDay::Day(u8::try_from(last).unwrap_or(31)))
}

fn nth(number: i32) -> Option<Nth> {
    let found = NTHS.iter().find(|(known, _)| *known == number);
    found.map(|(_, nth)| *nth)
}

impl Parts {
    /// The rule that has the same occurrences. A regenerating pattern has none: see [`super::regeneration`].
    pub fn of(rule: &Recurrence) -> Self {
        let mut parts = Self::default();
        match rule.pattern {
            Pattern::Daily { interval } => parts.interval = interval,
            Pattern::Weekly {
                interval,
                days,
                week_start,
            } => {
                parts.frequency = Frequency::Weekly;
                parts.interval = interval;
                parts.week_start = week_start;
                parts.set_days(0, days);
            }
            Pattern::Monthly { interval, on } => {
                parts.frequency = Frequency::Monthly;
                parts.interval = interval;
                parts.set_month_day(on, 28);
            }
            Pattern::Yearly { month, on } => {
                parts.frequency = Frequency::Yearly;
                parts.months = vec![i32::from(month)];
                parts.set_month_day(on, length_of_month(2023, u32::from(month)));
            }
            Pattern::Regenerating { every, interval } => {
                parts.frequency = every;
                parts.interval = interval;
            }
        }
        match rule.range {
            Range::Forever => {}
            Range::Count(count) => parts.count = Some(count),
            Range::Until(day) => parts.until = Some(day),
        }
        parts
    }

    fn set_days(&mut self, nth: i32, days: Days) {
        let days = WEEK.iter().filter(|day| days.contains(**day));
        self.days = days.map(|day| (nth, *day)).collect();
    }

    /// `always`: the length that each of the months has at least.
    fn set_month_day(&mut self, on: MonthDay, always: u32) {
        match on {
            MonthDay::Day(day) if u32::from(day) <= always => {
                self.month_days = vec![i32::from(day)];
            }
            MonthDay::Day(day) => {
                self.month_days = (28..=i32::from(day)).collect();
                self.positions = vec![-1];
            }
            MonthDay::Nth(Nth::Last, Days::ALL) => self.month_days = vec![-1],
            MonthDay::Nth(nth, days) => {
                let number = NTHS.iter().find(|(_, known)| *known == nth);
                let number = number.map_or(-1, |(number, _)| *number);
                if days.len() == 1 {
                    self.set_days(number, days);
                } else {
                    self.set_days(0, days);
                    self.positions = vec![number];
                }
            }
        }
    }
}
