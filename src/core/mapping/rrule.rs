//! RRULE (RFC 5545 section 3.3.10) to and from the forms Exchange has.

use super::expand::length_of_month;
use super::scope::{Scope, refuse};
use super::stamp::{self, Stamp};
use super::zones;
use crate::error::Result;
use crate::model::{Days, MonthDay, Nth, Pattern, Range, Recurrence};
use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Utc, Weekday};

const WEEK: [(&str, Weekday); 7] = [
    ("MO", Weekday::Mon),
    ("TU", Weekday::Tue),
    ("WE", Weekday::Wed),
    ("TH", Weekday::Thu),
    ("FR", Weekday::Fri),
    ("SA", Weekday::Sat),
    ("SU", Weekday::Sun),
];

#[derive(Default)]
struct Parts<'a> {
    frequency: &'a str,
    interval: Option<u32>,
    count: Option<u32>,
    until: Option<&'a str>,
    /// Ordinal (0: none) and weekday.
    days: Vec<(i32, Weekday)>,
    month_days: Vec<i32>,
    months: Vec<u8>,
    positions: Vec<i32>,
    week_start: Option<Weekday>,
}

/// Reads a rule. `ErrorKind::Item` where Exchange has no such rule; a loss where the two differ at month ends.
pub fn parse(text: &str, start: &Stamp, scope: &mut Scope) -> Result<Recurrence> {
    let parts = divide(text, start)?;
    let pattern = pattern(&parts, start.day())?;
    if ends_of_months_differ(&parts, pattern) {
        scope.lose(
            "recurrence",
            "In months that are too short, Exchange puts it on the last day; here it is left out.",
        );
    }
    let range = match (parts.count, parts.until) {
        (Some(0), _) => return Err(refuse("It repeats zero times.")),
        (Some(count), _) => Range::Count(count),
        (None, Some(until)) => Range::Until(last_day(until, start)?),
        (None, None) => Range::Forever,
    };
    Ok(Recurrence { pattern, range })
}

fn cannot(what: &str) -> crate::error::Error {
    refuse(format!(
        "Exchange has no such repetition ({what}); change the rule, or keep it out of this calendar."
    ))
}

fn divide<'a>(text: &'a str, start: &Stamp) -> Result<Parts<'a>> {
    let mut parts = Parts::default();
    for part in text.split(';').filter(|part| !part.trim().is_empty()) {
        let (name, value) = part.split_once('=').ok_or_else(|| cannot(part.trim()))?;
        let (name, value) = (name.trim().to_ascii_uppercase(), value.trim());
        let bad = || cannot(part.trim());
        match name.as_str() {
            "FREQ" => parts.frequency = value,
            "INTERVAL" => parts.interval = Some(value.parse().map_err(|_| bad())?),
            "COUNT" => parts.count = Some(value.parse().map_err(|_| bad())?),
            "UNTIL" => parts.until = Some(value),
            "BYDAY" => parts.days = list(value, day).ok_or_else(bad)?,
            "BYMONTHDAY" => parts.month_days = list(value, |n| n.parse().ok()).ok_or_else(bad)?,
            "BYMONTH" => {
                parts.months = list(value, |n| n.parse().ok().filter(|n| (1..=12).contains(n)))
                    .ok_or_else(bad)?;
            }
            "BYSETPOS" => parts.positions = list(value, |n| n.parse().ok()).ok_or_else(bad)?,
            "WKST" => parts.week_start = Some(weekday(value).ok_or_else(bad)?),
            // Some programs repeat what DTSTART says already.
            "BYHOUR" | "BYMINUTE" | "BYSECOND" if repeats_start(&name, value, start) => {}
            name if name.starts_with("X-") => {}
            _ => return Err(bad()),
        }
    }
    Ok(parts)
}

fn repeats_start(name: &str, value: &str, start: &Stamp) -> bool {
    let Stamp::Time { local, .. } = start else {
        return false;
    };
    let own = match name {
        "BYHOUR" => local.hour(),
        "BYMINUTE" => local.minute(),
        _ => local.second(),
    };
    value.parse() == Ok(own)
}

fn list<T>(value: &str, parse: impl Fn(&str) -> Option<T>) -> Option<Vec<T>> {
    value.split(',').map(|word| parse(word.trim())).collect()
}

fn weekday(name: &str) -> Option<Weekday> {
    WEEK.iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, day)| *day)
}

fn day(text: &str) -> Option<(i32, Weekday)> {
    let at = text.len().checked_sub(2)?;
    let (nth, name) = (text.get(..at)?, text.get(at..)?);
    let nth = if nth.is_empty() { 0 } else { nth.parse().ok()? };
    Some((nth, weekday(name)?))
}

fn pattern(parts: &Parts, first: NaiveDate) -> Result<Pattern> {
    let interval = parts.interval.unwrap_or(1).max(1);
    let pattern = match parts.frequency.to_ascii_uppercase().as_str() {
        "DAILY" => daily(parts, interval),
        "WEEKLY" => weekly(parts, interval, first),
        "MONTHLY" => monthly(parts, interval, first),
        "YEARLY" => yearly(parts, interval, first),
        "" => Err(cannot("without a frequency")),
        other => Err(cannot(&other.to_lowercase())),
    }?;
    // MS-OXOCAL 2.2.1.44.1: at most 999 days, 99 weeks or months.
    match pattern {
        Pattern::Daily { interval: 1000.. }
        | Pattern::Weekly {
            interval: 100.., ..
        }
        | Pattern::Monthly {
            interval: 100.., ..
        } => Err(cannot("so long between two of them")),
        pattern => Ok(pattern),
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

fn daily(parts: &Parts, interval: u32) -> Result<Pattern> {
    if !parts.months.is_empty() || !parts.month_days.is_empty() || !parts.positions.is_empty() {
        return Err(cannot("daily in certain months"));
    }
    let days = plain_days(parts).ok_or_else(|| cannot("daily on a numbered weekday"))?;
    match (days.is_empty(), interval) {
        (true, _) => Ok(Pattern::Daily { interval }),
        (false, 1) => Ok(each_week(1, days, Weekday::Mon)),
        _ => Err(cannot("every few days, on certain weekdays only")),
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

fn weekly(parts: &Parts, interval: u32, first: NaiveDate) -> Result<Pattern> {
    if !parts.months.is_empty() || !parts.month_days.is_empty() || !parts.positions.is_empty() {
        return Err(cannot("weekly in certain months"));
    }
    let days = plain_days(parts).ok_or_else(|| cannot("weekly on a numbered weekday"))?;
    let days = if days.is_empty() {
        days.with(first.weekday())
    } else {
        days
    };
    Ok(each_week(
        interval,
        days,
        parts.week_start.unwrap_or(Weekday::Mon),
    ))
}

fn monthly(parts: &Parts, interval: u32, first: NaiveDate) -> Result<Pattern> {
    if !parts.months.is_empty() {
        return Err(cannot("monthly in certain months"));
    }
    let plain = plain_days(parts).filter(|days| !days.is_empty());
    if let (Some(days), 1, true, true) = (
        plain,
        interval,
        parts.positions.is_empty(),
        parts.month_days.is_empty(),
    ) {
        // Every Monday of every month is every Monday.
        return Ok(each_week(1, days, Weekday::Mon));
    }
    Ok(Pattern::Monthly {
        interval,
        on: month_day(parts, first)?,
    })
}

fn yearly(parts: &Parts, interval: u32, first: NaiveDate) -> Result<Pattern> {
    let month = match parts.months.as_slice() {
        [month] => *month,
        [] if parts.days.is_empty() && parts.month_days.is_empty() => {
            u8::try_from(first.month()).unwrap_or(1)
        }
        [] => return Err(cannot("yearly by day, without a month")),
        _ => return Err(cannot("in several months")),
    };
    let on = month_day(parts, first)?;
    match interval {
        1 => Ok(Pattern::Yearly { month, on }),
        years if u32::from(month) == first.month() => Ok(Pattern::Monthly {
            interval: years.saturating_mul(12),
            on,
        }),
        _ => Err(cannot("every few years, starting in another month")),
    }
}

fn month_day(parts: &Parts, first: NaiveDate) -> Result<MonthDay> {
    let positions = parts.positions.as_slice();
    match (
        parts.days.as_slice(),
        parts.month_days.as_slice(),
        positions,
    ) {
        ([], [], []) => Ok(MonthDay::Day(u8::try_from(first.day()).unwrap_or(1))),
        ([], [day @ 1..=31], [] | [1 | -1]) => Ok(MonthDay::Day(u8::try_from(*day).unwrap_or(1))),
        ([], [-1], [] | [1 | -1]) => Ok(MonthDay::Nth(Nth::Last, Days::ALL)),
        ([], days, [-1]) => month_end(days).ok_or_else(|| cannot("on several days of the month")),
        ([(nth, day)], [], []) if *nth != 0 => {
            let nth = self::nth(*nth).ok_or_else(|| cannot("on the fifth weekday of a month"))?;
            Ok(MonthDay::Nth(nth, Days::default().with(*day)))
        }
        (_, [], [position]) => {
            let nth = nth(*position).ok_or_else(|| cannot("BYSETPOS beyond the fourth"))?;
            let days = plain_days(parts)
                .filter(|days| {
                    days.len() == 1 || [Days::ALL, Days::WEEKDAYS, Days::WEEKEND].contains(days)
                })
                .ok_or_else(|| cannot("on the nth of several weekdays"))?;
            Ok(MonthDay::Nth(nth, days))
        }
        ([_, ..], [], _) => Err(cannot("on several weekdays of a month")),
        ([], [_, ..], _) => Err(cannot("on several days of the month")),
        _ => Err(cannot(
            "on a weekday that falls on certain days of the month",
        )),
    }
}

/// `28,29,30,31` with BYSETPOS=-1: the 31st, or the last day of a shorter month, as Exchange has it.
fn month_end(days: &[i32]) -> Option<MonthDay> {
    let mut days = days.to_vec();
    days.sort_unstable();
    let last = *days.last()?;
    (days.len() > 1 && days.iter().copied().eq(28..=last) && last <= 31)
        .then(|| MonthDay::Day(u8::try_from(last).unwrap_or(31)))
}

const fn nth(number: i32) -> Option<Nth> {
    match number {
        1 => Some(Nth::First),
        2 => Some(Nth::Second),
        3 => Some(Nth::Third),
        4 => Some(Nth::Fourth),
        -1 => Some(Nth::Last),
        _ => None,
    }
}

/// Whether the rule leaves out months in which Exchange takes the last day.
fn ends_of_months_differ(parts: &Parts, pattern: Pattern) -> bool {
    let plain = parts.positions.is_empty() || parts.month_days.len() == 1;
    match pattern {
        Pattern::Monthly {
            on: MonthDay::Day(day),
            ..
        } => plain && day > 28,
        Pattern::Yearly {
            month,
            on: MonthDay::Day(day),
        } => plain && u32::from(day) > length_of_month(2023, u32::from(month)),
        _ => false,
    }
}

/// The last day that an UNTIL allows, in the zone of the series.
fn last_day(until: &str, start: &Stamp) -> Result<NaiveDate> {
    let bad = || cannot(&format!("until “{until}”"));
    let day = stamp::parse_day(until.get(..8).ok_or_else(bad)?).ok_or_else(bad)?;
    let (Stamp::Time { local, tz, .. }, Some(time)) = (start, until.get(9..15)) else {
        return Ok(day);
    };
    let time = NaiveTime::parse_from_str(time, "%H%M%S").map_err(|_| bad())?;
    let end = if until.ends_with(['Z', 'z']) {
        zones::to_local(day.and_time(time).and_utc(), *tz)
    } else {
        day.and_time(time)
    };
    // An end in the morning leaves out an afternoon's occurrence of that day.
    Ok(if end.time() < local.time() {
        end.date().pred_opt().unwrap_or(end.date())
    } else {
        end.date()
    })
}

/// Writes a rule.
pub fn text(rule: &Recurrence, start: &Stamp) -> String {
    let mut text = match rule.pattern {
        Pattern::Daily { interval } => with_interval("FREQ=DAILY", interval),
        Pattern::Weekly {
            interval,
            days,
            week_start,
        } => {
            let mut text = with_interval("FREQ=WEEKLY", interval);
            if week_start != Weekday::Mon {
                text.push_str(";WKST=");
                text.push_str(name(week_start));
            }
            text.push_str(";BYDAY=");
            text.push_str(&names(days));
            text
        }
        Pattern::Monthly { interval, on } => {
            with_interval("FREQ=MONTHLY", interval) + &month_day_text(on)
        }
        Pattern::Yearly { month, on } => {
            let on = match on {
                MonthDay::Day(day) if u32::from(day) <= length_of_month(2023, u32::from(month)) => {
                    format!(";BYMONTHDAY={day}")
                }
                on => month_day_text(on),
            };
            format!("FREQ=YEARLY;BYMONTH={month}{on}")
        }
    };
    match rule.range {
        Range::Forever => {}
        Range::Count(count) => {
            text.push_str(";COUNT=");
            text.push_str(&count.to_string());
        }
        Range::Until(day) => {
            text.push_str(";UNTIL=");
            text.push_str(&until_text(day, start));
        }
    }
    text
}

fn until_text(day: NaiveDate, start: &Stamp) -> String {
    match start {
        Stamp::Day(_) => day.format("%Y%m%d").to_string(),
        Stamp::Time { local, tz, .. } => {
            let last: NaiveDateTime = day.and_time(local.time());
            let instant: DateTime<Utc> = zones::to_utc(last, *tz);
            format!("{}Z", stamp::compact(instant.naive_utc()))
        }
    }
}

fn with_interval(frequency: &str, interval: u32) -> String {
    if interval == 1 {
        frequency.to_owned()
    } else {
        format!("{frequency};INTERVAL={interval}")
    }
}

fn month_day_text(on: MonthDay) -> String {
    match on {
        MonthDay::Day(day @ 29..) => {
            let days: Vec<String> = (28..=day).map(|day| day.to_string()).collect();
            format!(";BYMONTHDAY={};BYSETPOS=-1", days.join(","))
        }
        MonthDay::Day(day) => format!(";BYMONTHDAY={day}"),
        MonthDay::Nth(Nth::Last, Days::ALL) => ";BYMONTHDAY=-1".to_owned(),
        MonthDay::Nth(nth, days) => {
            let nth = match nth {
                Nth::First => 1,
                Nth::Second => 2,
                Nth::Third => 3,
                Nth::Fourth => 4,
                Nth::Last => -1,
            };
            if days.len() == 1 {
                format!(";BYDAY={nth}{}", names(days))
            } else {
                format!(";BYDAY={};BYSETPOS={nth}", names(days))
            }
        }
    }
}

fn name(day: Weekday) -> &'static str {
    WEEK.iter()
        .find(|(_, known)| *known == day)
        .map_or("MO", |(name, _)| name)
}

fn names(days: Days) -> String {
    let names: Vec<&str> = WEEK
        .iter()
        .filter(|(_, day)| days.contains(*day))
        .map(|(name, _)| *name)
        .collect();
    names.join(",")
}
