//! The parts of a rule, as text and as data.

use crate::error::Result;
use crate::mapping::scope::refuse;
use crate::mapping::stamp::{self, Stamp};
use crate::mapping::zones;
use crate::model::Frequency;
use chrono::{NaiveDate, NaiveDateTime, NaiveTime, Timelike, Weekday};
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

/// A folder is no place for more series of one rule.
pub const MOST_TIMES: usize = 24;

/// What is shorter than a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    Hour,
    Minute,
}

/// A rule (RFC 5545 section 3.3.10). Without a step and times of day it is one of whole days: each of its occurrences is at the
/// time of DTSTART.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parts {
    /// Of a rule that has a step, daily.
    pub frequency: Frequency,
    /// What the interval counts, where that is not the frequency.
    pub step: Option<Step>,
    /// At least 1.
    pub interval: u32,
    pub count: Option<u32>,
    /// The last day, in the zone of the series.
    pub until: Option<NaiveDate>,
    /// The last time on that day; of whole days it says nothing.
    pub until_time: Option<NaiveTime>,
    pub months: Vec<i32>,
    pub weeks: Vec<i32>,
    pub year_days: Vec<i32>,
    pub month_days: Vec<i32>,
    /// Ordinal (0: none) and weekday.
    pub days: Vec<(i32, Weekday)>,
    pub hours: Vec<i32>,
    pub minutes: Vec<i32>,
    pub seconds: Vec<i32>,
    pub positions: Vec<i32>,
    pub week_start: Weekday,
}

impl Default for Parts {
    fn default() -> Self {
        Self {
            frequency: Frequency::Daily,
            step: None,
            interval: 1,
            count: None,
            until: None,
            until_time: None,
            months: Vec::new(),
            weeks: Vec::new(),
            year_days: Vec::new(),
            month_days: Vec::new(),
            days: Vec::new(),
            hours: Vec::new(),
            minutes: Vec::new(),
            seconds: Vec::new(),
            positions: Vec::new(),
            week_start: Weekday::Mon,
        }
    }
}

impl Parts {
    /// Reads a rule. `ErrorKind::Item` where it is none.
    pub fn read(text: &str, start: &Stamp) -> Result<Self> {
        let mut parts = Self::default();
        let mut frequency = "";
        let mut until = None;
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
                "UNTIL" => until = Some(value),
                "BYDAY" => parts.days = list(value, day).ok_or_else(bad)?,
                "BYMONTHDAY" => parts.month_days = numbers(1..=31, true)?,
                "BYYEARDAY" => parts.year_days = numbers(1..=366, true)?,
                "BYWEEKNO" => parts.weeks = numbers(1..=53, true)?,
                "BYMONTH" => parts.months = numbers(1..=12, false)?,
                "BYSETPOS" => parts.positions = numbers(1..=366, true)?,
                "WKST" => parts.week_start = weekday(value).ok_or_else(bad)?,
                "BYHOUR" => parts.hours = numbers(0..=23, false)?,
                "BYMINUTE" => parts.minutes = numbers(0..=59, false)?,
                "BYSECOND" => parts.seconds = numbers(0..=59, false)?,
                name if name.starts_with("X-") => {}
                _ => return Err(bad()),
            }
        }
        parts.frequency = match frequency.to_ascii_uppercase().as_str() {
            "DAILY" => Frequency::Daily,
            "WEEKLY" => Frequency::Weekly,
            "MONTHLY" => Frequency::Monthly,
            "YEARLY" => Frequency::Yearly,
            "HOURLY" => {
                parts.step = Some(Step::Hour);
                Frequency::Daily
            }
            "MINUTELY" => {
                parts.step = Some(Step::Minute);
                Frequency::Daily
            }
            "" => return Err(cannot("without a frequency")),
            "SECONDLY" => return Err(too_often()),
            other => return Err(cannot(other)),
        };
        parts.settle_times(start);
        if parts.times_at_once() > MOST_TIMES {
            return Err(too_often());
        }
        if parts.has_times() && matches!(start, Stamp::Day(_)) {
            return Err(refuse(
                "It is all day and repeats at times of a day; give it a time to start at, or another rule.",
            ));
        }
        if let Some(until) = until {
            parts.read_until(until, start)?;
        }
        if parts.count == Some(0) {
            return Err(refuse("It repeats zero times."));
        }
        Ok(parts)
    }

    /// Whether it has other times than that of DTSTART, so that several of its occurrences may be on one day.
    pub fn has_times(&self) -> bool {
        let lists = [&self.hours, &self.minutes, &self.seconds];
        self.step.is_some() || lists.iter().any(|list| !list.is_empty())
    }

    /// How many times each of its days has, or each of its hours or minutes where that is its step.
    fn times_at_once(&self) -> usize {
        let count = |list: &[i32]| list.len().max(1);
        let (hours, minutes) = (count(&self.hours), count(&self.minutes));
        count(&self.seconds)
            * match self.step {
                None => hours * minutes,
                Some(Step::Hour) => minutes,
                Some(Step::Minute) => 1,
            }
    }

    /// Takes out what says nothing: 24 hours are a day, and some programs repeat what DTSTART says already.
    fn settle_times(&mut self, start: &Stamp) {
        let Stamp::Time { local, .. } = start else {
            return;
        };
        let free = self.hours.is_empty() && self.minutes.is_empty() && self.seconds.is_empty();
        if self.step == Some(Step::Hour) && free && self.interval.is_multiple_of(24) {
            self.interval /= 24;
            self.step = None;
        }
        let own =
            |list: &[i32], own: u32| matches!(list, [only] if u32::try_from(*only) == Ok(own));
        if self.step.is_none() && own(&self.hours, local.hour()) {
            self.hours.clear();
        }
        if self.step != Some(Step::Minute) && own(&self.minutes, local.minute()) {
            self.minutes.clear();
        }
        if own(&self.seconds, local.second()) {
            self.seconds.clear();
        }
    }

    /// The last day that an UNTIL allows, in the zone of the series.
    fn read_until(&mut self, until: &str, start: &Stamp) -> Result<()> {
        let (day, time) = end(until, start)?;
        self.until = Some(day);
        if self.has_times() {
            // A day alone is that day to its end.
            self.until_time = time.or_else(|| NaiveTime::from_hms_opt(23, 59, 59));
        } else if let (Stamp::Time { local, .. }, Some(time)) = (start, time)
            && time < local.time()
        {
            // An end in the morning leaves out an afternoon's occurrence of that day.
            self.until = day.pred_opt().or(Some(day));
        }
        Ok(())
    }

    /// Whether it has not ended before.
    pub fn allows(&self, time: NaiveDateTime) -> bool {
        let last = self.until_time.unwrap_or(NaiveTime::MIN);
        self.until.is_none_or(|day| {
            let whole = self.until_time.is_none();
            time.date() < day || (time.date() == day && (whole || time.time() <= last))
        })
    }

    /// The rule in one order and spelling; `until` writes the last day, and the time on it.
    pub fn text(&self, until: impl Fn(NaiveDate, Option<NaiveTime>) -> String) -> String {
        let mut text = String::from(match (self.step, self.frequency) {
            (Some(Step::Hour), _) => "FREQ=HOURLY",
            (Some(Step::Minute), _) => "FREQ=MINUTELY",
            (None, Frequency::Daily) => "FREQ=DAILY",
            (None, Frequency::Weekly) => "FREQ=WEEKLY",
            (None, Frequency::Monthly) => "FREQ=MONTHLY",
            (None, Frequency::Yearly) => "FREQ=YEARLY",
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
        for (name, numbers) in [
            ("BYHOUR", &self.hours),
            ("BYMINUTE", &self.minutes),
            ("BYSECOND", &self.seconds),
        ] {
            push_list(&mut text, name, numbers.iter().map(ToString::to_string));
        }
        let positions = self.positions.iter().map(ToString::to_string);
        push_list(&mut text, "BYSETPOS", positions);
        if let Some(count) = self.count {
            let _ = write!(text, ";COUNT={count}");
        }
        if let Some(day) = self.until {
            let _ = write!(text, ";UNTIL={}", until(day, self.until_time));
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

pub fn too_often() -> crate::error::Error {
    refuse(
        "It repeats at more than 24 times of a day, and each of them would be a series of its own in Exchange. Use fewer, or keep it out of this calendar.",
    )
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

/// What an UNTIL says, in the zone of the series.
fn end(until: &str, start: &Stamp) -> Result<(NaiveDate, Option<NaiveTime>)> {
    let bad = || cannot(&format!("until “{until}”"));
    let day = stamp::parse_day(until.get(..8).ok_or_else(bad)?).ok_or_else(bad)?;
    let (Stamp::Time { tz, .. }, Some(time)) = (start, until.get(9..15)) else {
        return Ok((day, None));
    };
    let time = NaiveTime::parse_from_str(time, "%H%M%S").map_err(|_| bad())?;
    let end = if until.ends_with(['Z', 'z']) {
        zones::to_local(day.and_time(time).and_utc(), *tz)
    } else {
        day.and_time(time)
    };
    Ok((end.date(), Some(end.time())))
}
