//! RRULE (RFC 5545 section 3.3.10).

mod days;
mod parts;
mod pattern;

pub use days::days;
pub use parts::Parts;
pub use pattern::{each_week, recurrence};

use super::stamp::{self, Stamp};
use super::zones;
use crate::model::Recurrence;
use chrono::{DateTime, NaiveDate, Utc};

/// Writes the rule of a series that starts as `start` says.
pub fn text(rule: &Recurrence, start: &Stamp) -> String {
    Parts::of(rule).text(|day| until(day, start))
}

/// UNTIL in the terms of DTSTART, as RFC 5545 asks for: a day, or the last start in UTC.
pub fn until(day: NaiveDate, start: &Stamp) -> String {
    match start {
        Stamp::Day(_) => plain(day),
        Stamp::Time { local, tz, .. } => {
            let instant: DateTime<Utc> = zones::to_utc(day.and_time(local.time()), *tz);
            format!("{}Z", stamp::compact(instant.naive_utc()))
        }
    }
}

/// `20260131`
pub fn plain(day: NaiveDate) -> String {
    day.format("%Y%m%d").to_string()
}
