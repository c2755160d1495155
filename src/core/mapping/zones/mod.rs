//! Windows and IANA time zones.

mod alike;
mod definition;
mod display;
mod onsets;
mod table;
mod vtimezone;

pub use alike::alike;
pub use definition::of_definition;
pub use vtimezone::vtimezone;

use display::by_display_name;

use super::Context;
use crate::model::Zone;
use chrono::{DateTime, NaiveDateTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use std::sync::{Arc, LazyLock};

/// One shared [`Zone`] for each row of the table.
static ZONES: LazyLock<Vec<(Zone, Tz)>> = LazyLock::new(|| {
    table::WINDOWS
        .iter()
        .map(|(windows, iana)| (Zone(Arc::from(*windows)), iana.parse().unwrap_or(Tz::UTC)))
        .collect()
});

pub fn utc() -> Zone {
    by_windows("UTC").map_or_else(|| Zone(Arc::from("UTC")), |(zone, _)| zone)
}

/// The Windows zone an IANA zone belongs to.
pub fn zone_of(tz: Tz) -> Option<Zone> {
    by_iana(tz.name()).map(|(zone, _)| zone)
}

/// The IANA zone to count with: the person's own where it belongs to the Windows zone, else CLDR's default.
pub fn tz_of(zone: &Zone, context: &Context) -> Tz {
    if by_iana(context.zone.name()).is_some_and(|(own, _)| own == *zone) {
        return context.zone;
    }
    by_windows(&zone.0).map_or(context.zone, |(_, tz)| tz)
}

/// The person's own zone.
pub fn own(context: &Context) -> (Zone, Tz) {
    (zone_of(context.zone).unwrap_or_else(utc), context.zone)
}

fn by_windows(id: &str) -> Option<(Zone, Tz)> {
    let row = table::WINDOWS
        .binary_search_by(|(windows, _)| (*windows).cmp(id))
        .ok()?;
    ZONES.get(row).cloned()
}

/// An exact IANA name, with the zone it names and not just its Windows zone's default.
fn by_iana(name: &str) -> Option<(Zone, Tz)> {
    let row = table::IANA
        .binary_search_by(|(iana, _)| (*iana).cmp(name))
        .ok()?;
    let (iana, windows) = table::IANA.get(row)?;
    let (zone, default) = ZONES.get(usize::from(*windows))?;
    Some((zone.clone(), iana.parse().unwrap_or(*default)))
}

/// What people and programs write into TZID, and servers into `Id`: IANA names, Windows ids, names of either kind
/// behind a vendor's prefix (`/freeassociation.sourceforge.net/Europe/Berlin`), names of UTC.
pub fn lookup(name: &str) -> Option<(Zone, Tz)> {
    let name = name.trim().trim_matches('"');
    let found = by_iana(name).or_else(|| by_windows(name));
    if found.is_some() {
        return found;
    }
    if matches!(
        name,
        "tzone://Microsoft/Utc"
            | "Coordinated Universal Time"
            | "Z"
            | "GMT"
            | "(UTC) Coordinated Universal Time"
    ) {
        return by_windows("UTC");
    }
    let renamed = match name {
        "Kamchatka Standard Time" => "Russia Time Zone 11",
        "Mid-Atlantic Standard Time" => "UTC-02",
        "Mexico Standard Time" => "Central Standard Time (Mexico)",
        "Mexico Standard Time 2" => "Mountain Standard Time (Mexico)",
        "E. Europe Standard Time 2" => "GTB Standard Time",
        _ => "",
    };
    by_windows(renamed)
        .or_else(|| by_display_name(name))
        .or_else(|| {
            let mut rest = name;
            while let Some((_, after)) = rest.split_once('/') {
                if let Some(found) = by_iana(after) {
                    return Some(found);
                }
                rest = after;
            }
            None
        })
}

/// The instant of a time on the wall. A time that a clock change skips counts with the offset before it, one that
/// comes twice is the first (RFC 5545 section 3.3.5).
pub fn to_utc(local: NaiveDateTime, tz: Tz) -> DateTime<Utc> {
    tz.from_local_datetime(&local).earliest().map_or_else(
        || {
            let before = local
                .checked_sub_signed(TimeDelta::hours(24))
                .unwrap_or(local);
            let offset = tz.offset_from_utc_datetime(&before).fix().local_minus_utc();
            local
                .checked_sub_signed(TimeDelta::seconds(i64::from(offset)))
                .unwrap_or(local)
                .and_utc()
        },
        |time| time.with_timezone(&Utc),
    )
}

pub fn to_local(instant: DateTime<Utc>, tz: Tz) -> NaiveDateTime {
    instant.with_timezone(&tz).naive_local()
}
