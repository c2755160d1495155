//! RRULE (RFC 5545 section 3.3.10).

mod days;
mod parts;
mod pattern;
mod times;

pub use days::days;
pub use parts::{MOST_TIMES, Parts, too_often};
pub use pattern::{each_week, recurrence};
pub use times::times;

use super::stamp::{self, Stamp};
use super::zones;
use crate::model::Recurrence;
use chrono::{DateTime, NaiveDate, NaiveTime, Utc};

/// Writes the rule of a series that starts as `start` says.
pub fn text(rule: &Recurrence, start: &Stamp) -> String {
    Parts::of(rule).text(|day, time| until(day, time, start))
}

/// UNTIL in the terms of DTSTART, as RFC 5545 asks for: a day, or the last start in UTC. `time` where it is another than that
/// of DTSTART.
pub fn until(day: NaiveDate, time: Option<NaiveTime>, start: &Stamp) -> String {
    match start {
        Stamp::Day(_) => plain(day),
        Stamp::Time { local, tz, .. } => {
            let instant: DateTime<Utc> =
                zones::to_utc(day.and_time(time.unwrap_or_else(|| local.time())), *tz);
            format!("{}Z", stamp::compact(instant.naive_utc()))
        }
    }
}

/// `20260131`
pub fn plain(day: NaiveDate) -> String {
    day.format("%Y%m%d").to_string()
}
