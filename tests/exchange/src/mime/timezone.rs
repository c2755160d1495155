//! VTIMEZONE as Exchange writes it: TZID is the Windows id, one yearly rule from the year 1601 on.

use super::{Component, Line};
use crate::recurrence::weekday_short;
use crate::zone::{Change, On, Zone};
use chrono::{Datelike, NaiveDate, Weekday};

/// The zone with the rule that it has in `year`.
pub fn component(zone: Zone, year: i32) -> Component {
    let era = zone.era(year);
    let mut timezone = Component::new("VTIMEZONE");
    timezone.push_raw("TZID", zone.id);
    timezone.components = match era.changes {
        None => {
            let mut standard = Component::new("STANDARD");
            standard.push_raw("DTSTART", "16010101T000000");
            standard.push_raw("TZOFFSETFROM", offset(era.standard));
            standard.push_raw("TZOFFSETTO", offset(era.standard));
            vec![standard]
        }
        Some([to_daylight, to_standard]) => {
            vec![
                observance("STANDARD", to_standard),
                observance("DAYLIGHT", to_daylight),
            ]
        }
    };
    timezone
}

fn observance(name: &str, change: Change) -> Component {
    let mut observance = Component::new(name);
    let first = first_of(change).unwrap_or_default();
    let start = format!(
        "{}T{}",
        first.format("%Y%m%d"),
        change.time.format("%H%M%S")
    );
    observance.push_raw("DTSTART", start);
    observance.push_raw("TZOFFSETFROM", offset(change.before));
    observance.push_raw("TZOFFSETTO", offset(change.after));
    let day = match change.on {
        On::Day(day) => format!("BYMONTHDAY={day}"),
        On::Weekday(weekday, nth) => format!("BYDAY={nth}{}", weekday_short(weekday)),
    };
    observance.push(Line::new(
        "RRULE",
        format!("FREQ=YEARLY;INTERVAL=1;{day};BYMONTH={}", change.month),
    ));
    observance
}

/// The first time the rule applies in 1601, so that DTSTART matches the RRULE.
fn first_of(change: Change) -> Option<NaiveDate> {
    let month = NaiveDate::from_ymd_opt(1601, change.month, 1)?;
    let on = |weekday: Weekday| {
        month
            .iter_days()
            .take_while(move |day| day.month() == change.month)
            .filter(move |day| day.weekday() == weekday)
    };
    match change.on {
        On::Day(day) => month.with_day(day),
        On::Weekday(weekday, -1) => on(weekday).last(),
        On::Weekday(weekday, nth) => on(weekday).nth(usize::try_from(nth).ok()?.checked_sub(1)?),
    }
}

/// Seconds as `+0530`.
fn offset(seconds: i32) -> String {
    let sign = if seconds < 0 { '-' } else { '+' };
    format!(
        "{sign}{:02}{:02}",
        seconds.abs() / 3600,
        seconds.abs() / 60 % 60
    )
}
