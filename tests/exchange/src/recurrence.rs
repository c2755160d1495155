//! The recurrence of a calendar item or task as EWS states it, and its expansion.
//!
//! One pattern and one range (MS-OXWSCDATA RecurrenceType and TaskRecurrenceType). All dates are wall-clock dates in
//! the zone of the series; converting to UTC is the caller's business (see [`crate::zone`]).
//!
//! This reading of the rules is independent of the product's: it knows the Exchange semantics only. Where they differ
//! from RFC 5545 (a `DayOfMonth` of 29 to 31 falls on the last day of shorter months, MS-OXOCAL 2.2.1.44.1) this
//! module follows Exchange.

mod days;
mod expand;
mod rrule;
#[cfg(test)]
mod tests;
mod xml;

pub use days::{DaySet, Index, weekday_name, weekday_short};

use chrono::{Months, NaiveDate};

/// The latest end a recurrence may have; beyond it the server answers `ErrorRecurrenceEndDateTooBig`.
pub const LATEST_END: NaiveDate = NaiveDate::from_ymd_opt(4500, 9, 1).unwrap();

/// Why a recurrence was refused, in the server's own vocabulary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    /// An EWS response code such as `ErrorCalendarInvalidRecurrence`.
    pub code: &'static str,
    /// What is wrong, for `MessageText`.
    pub message: String,
}

impl Invalid {
    fn rule(message: impl Into<String>) -> Self {
        Self {
            code: "ErrorCalendarInvalidRecurrence",
            message: message.into(),
        }
    }
}

/// A recurrence: what repeats (`pattern`), from when (`start`, the `StartDate` of the range) and until when (`range`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recurrence {
    pub pattern: Pattern,
    pub start: NaiveDate,
    pub range: Range,
}

/// The recurrence patterns of EWS. Every interval is at least 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pattern {
    Daily {
        interval: u32,
    },
    Weekly {
        interval: u32,
        days: DaySet,
        first_day: chrono::Weekday,
    },
    AbsoluteMonthly {
        interval: u32,
        day: u32,
    },
    RelativeMonthly {
        interval: u32,
        days: DaySet,
        index: Index,
    },
    AbsoluteYearly {
        day: u32,
        month: u32,
    },
    RelativeYearly {
        days: DaySet,
        index: Index,
        month: u32,
    },
    /// Tasks only: the next instance is due `interval` units after the completion of the present one.
    Regeneration {
        unit: Unit,
        interval: u32,
    },
}

/// The unit of a regenerating pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    Day,
    Week,
    Month,
    Year,
}

/// How long a recurrence goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Range {
    NoEnd,
    /// The last date on which an occurrence may start.
    EndDate(NaiveDate),
    /// The number of occurrences of the pattern, deleted ones included.
    Numbered(u32),
}

impl Recurrence {
    /// Checks what the schema cannot: the limits of each number, and that there is an occurrence at all.
    pub fn check(&self) -> Result<(), Invalid> {
        self.pattern.check()?;
        if let Range::EndDate(end) = self.range
            && end > LATEST_END
        {
            return Err(Invalid {
                code: "ErrorRecurrenceEndDateTooBig",
                message: format!("The recurrence ends on {end}, later than {LATEST_END}."),
            });
        }
        if self.dates().next().is_none() {
            return Err(Invalid {
                code: "ErrorRecurrenceHasNoOccurrence",
                message: "The recurrence has no occurrence in its range.".into(),
            });
        }
        Ok(())
    }

    /// The same recurrence starting on another date, for a series that was moved.
    pub fn starting(&self, start: NaiveDate) -> Self {
        Self {
            start,
            ..self.clone()
        }
    }

    /// The due date of the next instance of a regenerating task completed on `completed`, or `None` where the pattern
    /// does not regenerate.
    pub fn regenerated(&self, completed: NaiveDate) -> Option<NaiveDate> {
        let Pattern::Regeneration { unit, interval } = self.pattern else {
            return None;
        };
        match unit {
            Unit::Day => completed.checked_add_days(chrono::Days::new(interval.into())),
            Unit::Week => completed.checked_add_days(chrono::Days::new(u64::from(interval) * 7)),
            Unit::Month => completed.checked_add_months(Months::new(interval)),
            Unit::Year => completed.checked_add_months(Months::new(interval.checked_mul(12)?)),
        }
    }
}

impl Pattern {
    fn check(&self) -> Result<(), Invalid> {
        let within = |name: &str, value: u32, most: u32| match value {
            v if (1..=most).contains(&v) => Ok(()),
            v => Err(Invalid::rule(format!(
                "{name} is {v}, not between 1 and {most}."
            ))),
        };
        match *self {
            Self::Daily { interval } => within("Interval", interval, 999),
            Self::Weekly { interval, days, .. } => {
                some_day(days)?;
                within("Interval", interval, 99)
            }
            Self::AbsoluteMonthly { interval, day } => {
                within("DayOfMonth", day, 31)?;
                within("Interval", interval, 1200)
            }
            Self::RelativeMonthly { interval, days, .. } => {
                one_name(days)?;
                within("Interval", interval, 1200)
            }
            Self::AbsoluteYearly { day, month } => {
                within("Month", month, 12)?;
                within("DayOfMonth", day, 31)
            }
            Self::RelativeYearly { days, month, .. } => {
                one_name(days)?;
                within("Month", month, 12)
            }
            Self::Regeneration { interval, .. } => within("Interval", interval, 999),
        }
    }
}

fn some_day(days: DaySet) -> Result<(), Invalid> {
    match days.is_empty() {
        true => Err(Invalid::rule("DaysOfWeek names no day.")),
        false => Ok(()),
    }
}

/// A relative pattern has a single day or one of the collective names.
fn one_name(days: DaySet) -> Result<(), Invalid> {
    match days.name() {
        Some(_) => Ok(()),
        None => Err(Invalid::rule("A relative pattern has one DaysOfWeek.")),
    }
}
