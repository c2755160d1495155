//! The parts of a rule, as text and as data.

use crate::error::Result;
use crate::mapping::scope::refuse;
use crate::mapping::stamp::{self, Stamp};
use crate::mapping::zones;
use crate::model::Frequency;
use chrono::{NaiveDate, NaiveTime, Timelike, Weekday};
use std::fmt::Write;
use std::ops::RangeInclusive;

const WEEK: [(&str, Weekday); 7] = [
    ("MO", Weekday::Mon),
    ("TU", Weekday::Tue),
    ("WE", Weekday::Wed),
    ("TH", Weekday::Thu),
    ("FR", Weekday::Fri),
    ("SA", Weekday::Sat),
    ("SU", Weekday::Sun),
];

/// A rule of whole days (RFC 5545 section 3.3.10): one that has at most one occurrence a day, at the time of DTSTART.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts {
    pub frequency: Frequency,
    /// At least 1.
    pub interval: u32,
    pub count: Option<u32>,
    /// The last day, in the zone of the series.
    pub until: Option<NaiveDate>,
    pub months: Vec<i32>,
    pub weeks: Vec<i32>,
    pub year_days: Vec<i32>,
    pub month_days: Vec<i32>,
    /// Ordinal (0: none) and weekday.
    pub days: Vec<(i32, Weekday)>,
    pub positions: Vec<i32>,
    pub week_start: Weekday,
}

impl Default for Parts {
    fn default() -> Self {
        Self {
            frequency: Frequency::Daily,
            interval: 1,
            count: None,
            until: None,
            months: Vec::new(),
            weeks: Vec::new(),
            year_days: Vec::new(),
            month_days: Vec::new(),
            days: Vec::new(),
            positions: Vec::new(),
            week_start: Weekday::Mon,
        }
    }
}

impl Parts {
    /// Reads a rule. `ErrorKind::Item` where it is none, or one with several occurrences a day.
    pub fn read(text: &str, start: &Stamp) -> Result<Self> {
        let mut parts = Self::default();
        let mut frequency = "";
        for part in text.split(';').filter(|part| !part.trim().is_empty()) {
            let bad = || cannot(part.trim());
            let (name, value) = part.split_once('=').ok_or_else(bad)?;
            let (name, value) = (name.trim().to_ascii_uppercase(), value.trim());
            let numbers = |range, negative| numbers(value, range, negative).ok_or_else(bad);
            match name.as_str() {
                "FREQ" => frequency = value,
                "INTERVAL" => {
                    parts.interval = value.parse::<u32>().map_err(|_| bad())?.max(1);
                }
                "COUNT" => parts.count = Some(value.parse().map_err(|_| bad())?),
                "UNTIL" => parts.until = Some(last_day(value, start)?),
                "BYDAY" => parts.days = list(value, day).ok_or_else(bad)?,
                "BYMONTHDAY" => parts.month_days = numbers(1..=31, true)?,
                "BYYEARDAY" => parts.year_days = numbers(1..=366, true)?,
                "BYWEEKNO" => parts.weeks = numbers(1..=53, true)?,
                "BYMONTH" => parts.months = numbers(1..=12, false)?,
                "BYSETPOS" => parts.positions = numbers(1..=366, true)?,
                "WKST" => parts.week_start = weekday(value).ok_or_else(bad)?,
                // Some programs repeat what DTSTART says already.
                "BYHOUR" | "BYMINUTE" | "BYSECOND" if repeats_start(&name, value, start) => {}
                "BYHOUR" | "BYMINUTE" | "BYSECOND" => return Err(too_often(part)),
                name if name.starts_with("X-") => {}
                _ => return Err(bad()),
            }
        }
        parts.frequency = match frequency.to_ascii_uppercase().as_str() {
            "DAILY" => Frequency::Daily,
            "WEEKLY" => Frequency::Weekly,
            "MONTHLY" => Frequency::Monthly,
            "YEARLY" => Frequency::Yearly,
            "HOURLY" if parts.interval.is_multiple_of(24) => {
                parts.interval /= 24;
                Frequency::Daily
            }
            "" => return Err(cannot("without a frequency")),
            "SECONDLY" | "MINUTELY" | "HOURLY" => return Err(too_often(frequency)),
            other => return Err(cannot(other)),
        };
        if parts.count == Some(0) {
            return Err(refuse("It repeats zero times."));
        }
        Ok(parts)
    }

    /// The rule in one order and spelling; `until` writes the last day.
    pub fn text(&self, until: impl Fn(NaiveDate) -> String) -> String {
        let mut text = String::from(match self.frequency {
            Frequency::Daily => "FREQ=DAILY",
            Frequency::Weekly => "FREQ=WEEKLY",
            Frequency::Monthly => "FREQ=MONTHLY",
            Frequency::Yearly => "FREQ=YEARLY",
        });
        if self.interval != 1 {
            let _ = write!(text, ";INTERVAL={}", self.interval);
        }
        if self.week_start != Weekday::Mon {
            let _ = write!(text, ";WKST={}", name(self.week_start));
        }
        for (name, numbers) in [
            ("BYMONTH", &self.months),
            ("BYWEEKNO", &self.weeks),
            ("BYYEARDAY", &self.year_days),
            ("BYMONTHDAY", &self.month_days),
        ] {
            push_list(&mut text, name, numbers.iter().map(ToString::to_string));
        }
        let days = self.days.iter().map(|(nth, day)| match nth {
            0 => name(*day).to_owned(),
            nth => format!("{nth}{}", name(*day)),
        });
        push_list(&mut text, "BYDAY", days);
        let positions = self.positions.iter().map(ToString::to_string);
        push_list(&mut text, "BYSETPOS", positions);
        if let Some(count) = self.count {
            let _ = write!(text, ";COUNT={count}");
        }
        if let Some(day) = self.until {
            let _ = write!(text, ";UNTIL={}", until(day));
        }
        text
    }
}

fn push_list(text: &mut String, name: &str, values: impl Iterator<Item = String>) {
    let values: Vec<String> = values.collect();
    if !values.is_empty() {
        let _ = write!(text, ";{name}={}", values.join(","));
    }
}

pub fn cannot(what: &str) -> crate::error::Error {
    refuse(format!(
        "Its repetition is not understood ({what}); change the rule, or keep it out of this calendar."
    ))
}

fn too_often(what: &str) -> crate::error::Error {
    refuse(format!(
        "It repeats several times a day ({what}), and a series in Exchange has one occurrence a day at most; make a series of each time of day."
    ))
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

fn numbers(value: &str, range: RangeInclusive<i32>, negative: bool) -> Option<Vec<i32>> {
    let mut numbers = list(value, |word| {
        let number: i32 = word.parse().ok()?;
        let size = if negative { number.abs() } else { number };
        range.contains(&size).then_some(number)
    })?;
    numbers.sort_unstable();
    numbers.dedup();
    Some(numbers)
}

fn weekday(name: &str) -> Option<Weekday> {
    WEEK.iter()
        .find(|(known, _)| known.eq_ignore_ascii_case(name))
        .map(|(_, day)| *day)
}

pub fn name(day: Weekday) -> &'static str {
    WEEK.iter()
        .find(|(_, known)| *known == day)
        .map_or("MO", |(name, _)| name)
}

fn day(text: &str) -> Option<(i32, Weekday)> {
    let at = text.len().checked_sub(2)?;
    let (nth, name) = (text.get(..at)?, text.get(at..)?);
    let nth: i32 = if nth.is_empty() { 0 } else { nth.parse().ok()? };
    (-53..=53).contains(&nth).then_some((nth, weekday(name)?))
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
