use super::{Context, ZONES, own, tz_of};
use crate::dav::Component;
use crate::model::Zone;
use chrono::{NaiveDate, Offset, TimeZone};
use chrono_tz::Tz;

/// A zone whose clock shows the same as a VTIMEZONE of a name nobody knows, in winter and in summer; the person's own
/// first.
pub fn alike(definition: &Component, context: &Context) -> Option<(Zone, Tz)> {
    let standard = latest(definition, "STANDARD");
    let daylight = latest(definition, "DAYLIGHT");
    let (standard, daylight) = match (standard, daylight) {
        (Some(standard), Some(daylight)) => (standard, daylight),
        (Some(only), None) | (None, Some(only)) => (only, only),
        (None, None) => return None,
    };
    // Daylight time that begins in the first half of the year is a northern summer.
    let (january, july) = if daylight.month < 7 {
        (standard.offset, daylight.offset)
    } else {
        (daylight.offset, standard.offset)
    };
    let same = |tz: Tz| shows(tz, 1) == Some(january) && shows(tz, 7) == Some(july);
    let (zone, tz) = own(context);
    if same(tz) {
        return Some((zone, tz));
    }
    ZONES
        .iter()
        .find(|(_, tz)| same(*tz))
        .map(|(zone, _)| (zone.clone(), tz_of(zone, context)))
}

/// Offset from UTC in seconds in the middle of a month.
fn shows(tz: Tz, month: u32) -> Option<i32> {
    let noon = NaiveDate::from_ymd_opt(2025, month, 15)?.and_hms_opt(12, 0, 0)?;
    Some(tz.offset_from_utc_datetime(&noon).fix().local_minus_utc())
}

#[derive(Clone, Copy)]
struct Observance {
    offset: i32,
    /// The month in which it begins.
    month: u32,
}

/// The observance of a kind that began last.
fn latest(definition: &Component, kind: &str) -> Option<Observance> {
    let observance = definition
        .components()
        .filter(|part| part.is(kind))
        .max_by_key(|part| part.line("DTSTART").map(|line| line.value().to_owned()))?;
    let start = observance.line("DTSTART")?.value();
    Some(Observance {
        offset: offset(observance.line("TZOFFSETTO")?.value().trim())?,
        month: start.get(4..6)?.parse().ok()?,
    })
}

/// `+0100`, in seconds.
fn offset(text: &str) -> Option<i32> {
    let (sign, digits) = match text.split_at_checked(1)? {
        ("-", digits) => (-1, digits),
        (_, digits) => (1, digits),
    };
    let hours: i32 = digits.get(..2)?.parse().ok()?;
    let minutes: i32 = digits.get(2..4)?.parse().ok()?;
    Some(sign * (hours * 3600 + minutes * 60))
}
