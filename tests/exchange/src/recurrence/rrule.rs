//! The recurrence as the RRULE of iCalendar (MS-OXCICAL 2.1.3.2), for `MimeContent`.

use super::days::{weekday_from_short, weekday_short};
use super::{DaySet, Index, Invalid, Pattern, Range, Recurrence};
use chrono::{Datelike, NaiveDate, Weekday};
use std::collections::HashMap;

impl Recurrence {
    /// The RRULE value, or `None` for a regenerating pattern, which iCalendar cannot express. `until` writes the UNTIL
    /// of an end date: its form depends on the form of DTSTART.
    ///
    /// As on a real server a day of month of 29 or 30 comes out as plain BYMONTHDAY, and 31 as the last day (-1).
    pub fn to_rrule(&self, until: impl Fn(NaiveDate) -> String) -> Option<String> {
        let every = |frequency: &str, interval: u32| match interval {
            1 => format!("FREQ={frequency}"),
            n => format!("FREQ={frequency};INTERVAL={n}"),
        };
        let month_day = |day: u32| if day == 31 { -1 } else { i64::from(day) };
        let mut rule = match self.pattern {
            Pattern::Daily { interval } => every("DAILY", interval),
            Pattern::Weekly {
                interval,
                days,
                first_day,
            } => {
                format!(
                    "{};BYDAY={};WKST={}",
                    every("WEEKLY", interval),
                    days.by_day(),
                    weekday_short(first_day)
                )
            }
            Pattern::AbsoluteMonthly { interval, day } => {
                format!(
                    "{};BYMONTHDAY={}",
                    every("MONTHLY", interval),
                    month_day(day)
                )
            }
            Pattern::RelativeMonthly {
                interval,
                days,
                index,
            } => {
                format!("{};{}", every("MONTHLY", interval), nth_day(days, index))
            }
            Pattern::AbsoluteYearly { day, month } => {
                format!("FREQ=YEARLY;BYMONTHDAY={};BYMONTH={month}", month_day(day))
            }
            Pattern::RelativeYearly { days, index, month } => {
                format!("FREQ=YEARLY;{};BYMONTH={month}", nth_day(days, index))
            }
            Pattern::Regeneration { .. } => return None,
        };
        match self.range {
            Range::NoEnd => {}
            Range::EndDate(end) => rule.push_str(&format!(";UNTIL={}", until(end))),
            Range::Numbered(count) => rule.push_str(&format!(";COUNT={count}")),
        }
        Some(rule)
    }

    /// Reads an RRULE value of a series that starts on `start`. `until` gives the date of an UNTIL in the zone of the
    /// series. Rules that Exchange cannot express are refused with `ErrorCalendarInvalidRecurrence`.
    pub fn from_rrule(
        rule: &str,
        start: NaiveDate,
        until: impl Fn(&str) -> Option<NaiveDate>,
    ) -> Result<Self, Invalid> {
        let parts = Parts::parse(rule)?;
        let range = match (parts.get("COUNT"), parts.get("UNTIL")) {
            (None, None) => Range::NoEnd,
            (Some(count), _) => Range::Numbered(number(count)?),
            (None, Some(text)) => Range::EndDate(
                until(text).ok_or_else(|| Invalid::rule(format!("UNTIL={text} is no date.")))?,
            ),
        };
        let recurrence = Self {
            pattern: parts.pattern(start)?,
            start,
            range,
        };
        recurrence.check()?;
        Ok(recurrence)
    }
}

/// `BYDAY=2TU` for one day, `BYDAY=SU,SA;BYSETPOS=2` for a set.
fn nth_day(days: DaySet, index: Index) -> String {
    match days.len() {
        1 => format!("BYDAY={}{}", index.number(), days.by_day()),
        _ => format!("BYDAY={};BYSETPOS={}", days.by_day(), index.number()),
    }
}

fn number<T: std::str::FromStr>(text: &str) -> Result<T, Invalid> {
    text.trim()
        .parse()
        .map_err(|_| Invalid::rule(format!("{text} is no number that fits.")))
}

/// The `NAME=VALUE` parts of a rule.
struct Parts(HashMap<String, String>);

impl Parts {
    fn parse(rule: &str) -> Result<Self, Invalid> {
        let mut parts = HashMap::new();
        for part in rule.trim().split(';').filter(|part| !part.is_empty()) {
            let (name, value) = part
                .split_once('=')
                .ok_or_else(|| Invalid::rule(format!("{part} has no value.")))?;
            parts.insert(
                name.trim().to_ascii_uppercase(),
                value.trim().to_ascii_uppercase(),
            );
        }
        match ["BYYEARDAY", "BYWEEKNO", "BYHOUR", "BYMINUTE", "BYSECOND"]
            .iter()
            .find(|name| parts.contains_key(**name))
        {
            Some(name) => Err(Invalid::rule(format!(
                "Exchange has no pattern for {name}."
            ))),
            None => Ok(Self(parts)),
        }
    }

    fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name).map(String::as_str)
    }

    /// A part that may have one value only.
    fn single<T: std::str::FromStr>(&self, name: &str) -> Result<Option<T>, Invalid> {
        self.get(name).map(number).transpose()
    }

    fn interval(&self) -> Result<u32, Invalid> {
        Ok(self.single("INTERVAL")?.unwrap_or(1))
    }

    fn pattern(&self, start: NaiveDate) -> Result<Pattern, Invalid> {
        match self.get("FREQ") {
            Some("DAILY") => self.daily(),
            Some("WEEKLY") => self.weekly(start),
            Some("MONTHLY") => self.monthly(start),
            Some("YEARLY") => self.yearly(start),
            Some(other) => Err(Invalid::rule(format!(
                "Exchange has no pattern for FREQ={other}."
            ))),
            None => Err(Invalid::rule("The rule has no FREQ.")),
        }
    }

    fn daily(&self) -> Result<Pattern, Invalid> {
        self.refuse("BYMONTH BYMONTHDAY BYSETPOS")?;
        let interval = self.interval()?;
        match self.by_day()? {
            None => Ok(Pattern::Daily { interval }),
            Some((days, None)) if interval == 1 => Ok(Pattern::Weekly {
                interval,
                days,
                first_day: self.first_day()?,
            }),
            Some(_) => Err(Invalid::rule(
                "Exchange has no pattern for every n days on certain weekdays.",
            )),
        }
    }

    fn weekly(&self, start: NaiveDate) -> Result<Pattern, Invalid> {
        self.refuse("BYMONTH BYMONTHDAY BYSETPOS")?;
        let days = match self.by_day()? {
            None => DaySet::of(&[start.weekday()]),
            Some((days, None)) => days,
            Some((_, Some(_))) => {
                return Err(Invalid::rule("A weekly rule cannot count weekdays."));
            }
        };
        Ok(Pattern::Weekly {
            interval: self.interval()?,
            days,
            first_day: self.first_day()?,
        })
    }

    fn monthly(&self, start: NaiveDate) -> Result<Pattern, Invalid> {
        self.refuse("BYMONTH")?;
        let interval = self.interval()?;
        Ok(match self.day(start)? {
            Day::Absolute(day) => Pattern::AbsoluteMonthly { interval, day },
            Day::Relative(days, index) => Pattern::RelativeMonthly {
                interval,
                days,
                index,
            },
        })
    }

    /// Exchange counts no years, so a rule for every `n` years becomes one for every 12 n months.
    fn yearly(&self, start: NaiveDate) -> Result<Pattern, Invalid> {
        let month = self.single("BYMONTH")?;
        let day = self.day(start)?;
        if month.is_none() && matches!(day, Day::Relative(..)) {
            return Err(Invalid::rule(
                "Exchange counts weekdays within a month, not within a year.",
            ));
        }
        let month = month.unwrap_or(start.month());
        let months = self.interval()?.saturating_mul(12);
        if months > 12 && month != start.month() {
            return Err(Invalid::rule(
                "A rule for every n years must start in its own month.",
            ));
        }
        Ok(match day {
            Day::Absolute(day) if months == 12 => Pattern::AbsoluteYearly { day, month },
            Day::Absolute(day) => Pattern::AbsoluteMonthly {
                interval: months,
                day,
            },
            Day::Relative(days, index) if months == 12 => {
                Pattern::RelativeYearly { days, index, month }
            }
            Day::Relative(days, index) => Pattern::RelativeMonthly {
                interval: months,
                days,
                index,
            },
        })
    }

    /// The day within a month: BYMONTHDAY, or BYDAY with its index or BYSETPOS, or the day of DTSTART.
    fn day(&self, start: NaiveDate) -> Result<Day, Invalid> {
        let position = self.single::<i32>("BYSETPOS")?;
        let index = |n: i32| {
            Index::from_number(n)
                .ok_or_else(|| Invalid::rule(format!("Exchange has no {n}th weekday of a month.")))
        };
        match (self.single::<i32>("BYMONTHDAY")?, self.by_day()?, position) {
            (None, None, None) => Ok(Day::Absolute(start.day())),
            (Some(-1), None, None | Some(1 | -1)) => Ok(Day::Absolute(31)),
            (Some(day @ 1..=31), None, None | Some(1 | -1)) => {
                Ok(Day::Absolute(day.unsigned_abs()))
            }
            (None, Some((days, Some(n))), None) => Ok(Day::Relative(days, index(n)?)),
            (None, Some((days, None)), Some(n)) if days.name().is_some() => {
                Ok(Day::Relative(days, index(n)?))
            }
            _ => Err(Invalid::rule(
                "Exchange has no pattern for this choice of days in a month.",
            )),
        }
    }

    /// BYDAY as a set, with the index that its one day may carry.
    fn by_day(&self) -> Result<Option<(DaySet, Option<i32>)>, Invalid> {
        let Some(list) = self.get("BYDAY") else {
            return Ok(None);
        };
        let wrong = || Invalid::rule(format!("BYDAY={list} is no list of weekdays."));
        let mut days = Vec::new();
        let mut indexes = Vec::new();
        for entry in list.split(',') {
            let at = entry
                .len()
                .checked_sub(2)
                .filter(|at| entry.is_char_boundary(*at))
                .ok_or_else(wrong)?;
            let (count, name) = entry.split_at(at);
            days.push(weekday_from_short(name).ok_or_else(wrong)?);
            if !count.is_empty() {
                indexes.push(number(count)?);
            }
        }
        match (days.len(), indexes.as_slice()) {
            (_, []) => Ok(Some((DaySet::of(&days), None))),
            (1, [index]) => Ok(Some((DaySet::of(&days), Some(*index)))),
            _ => Err(Invalid::rule(
                "Exchange counts one weekday of a month only.",
            )),
        }
    }

    fn first_day(&self) -> Result<Weekday, Invalid> {
        match self.get("WKST") {
            None => Ok(Weekday::Mon),
            Some(name) => weekday_from_short(name)
                .ok_or_else(|| Invalid::rule(format!("WKST={name} is no weekday."))),
        }
    }

    fn refuse(&self, refused: &str) -> Result<(), Invalid> {
        match refused.split(' ').find(|name| self.0.contains_key(*name)) {
            Some(name) => Err(Invalid::rule(format!(
                "Exchange has no pattern for {name} at this frequency."
            ))),
            None => Ok(()),
        }
    }
}

/// A day within a month.
enum Day {
    Absolute(u32),
    Relative(DaySet, Index),
}
