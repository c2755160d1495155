//! Zones by the names that Windows and Outlook show: `(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna`.

use super::{by_iana, by_windows, table};
use crate::model::Zone;
use chrono::{NaiveDate, NaiveDateTime, Offset, TimeZone};
use chrono_tz::{OffsetComponents, Tz};

/// Places that give a zone neither its IANA nor its Windows name.
const PLACES: [(&str, &str); 20] = [
    ("Alaska", "Alaskan Standard Time"),
    ("Arizona", "US Mountain Standard Time"),
    ("Astana", "Central Asia Standard Time"),
    ("Baja California", "Pacific Standard Time (Mexico)"),
    ("Brasilia", "E. South America Standard Time"),
    ("Brasília", "E. South America Standard Time"),
    ("Cabo Verde Is.", "Cape Verde Standard Time"),
    ("Chetumal", "Eastern Standard Time (Mexico)"),
    ("Chokurdakh", "Russia Time Zone 10"),
    ("Hawaii", "Hawaiian Standard Time"),
    ("Indiana", "US Eastern Standard Time"),
    ("International Date Line West", "Dateline Standard Time"),
    ("Nuku'alofa", "Tonga Standard Time"),
    ("Port Louis", "Mauritius Standard Time"),
    ("Saint Pierre and Miquelon", "Saint Pierre Standard Time"),
    ("Salvador", "Bahia Standard Time"),
    ("Saskatchewan", "Canada Central Standard Time"),
    ("Solomon Is.", "Central Pacific Standard Time"),
    ("Sri Jayawardenepura", "Sri Lanka Standard Time"),
    ("West Central Africa", "W. Central Africa Standard Time"),
];

/// Several places have a name in common (La Paz), and offsets change by law while names stay: the first place whose
/// offset is the one told, else the first that is known.
pub fn by_display_name(name: &str) -> Option<(Zone, Tz)> {
    let (offset, places) = name.strip_prefix('(')?.split_once(')')?;
    let offset = offset
        .strip_prefix("UTC")
        .or_else(|| offset.strip_prefix("GMT"))?;
    let found: Vec<(Zone, Tz)> = places.split([',', ';', '/']).flat_map(by_place).collect();
    let told = seconds(offset);
    let agrees = |(_, tz): &&(Zone, Tz)| Some(standard_offset(*tz)) == told;
    found.iter().find(agrees).or(found.first()).cloned()
}

fn by_place(place: &str) -> Vec<(Zone, Tz)> {
    let place = place.split('(').next().unwrap_or_default().trim();
    let place = place.strip_prefix("City of ").unwrap_or(place);
    if let Some(offset) = place.strip_prefix("Coordinated Universal Time") {
        return by_windows(&format!("UTC{offset}")).into_iter().collect();
    }
    let known = PLACES.iter().filter(|(known, _)| *known == place);
    let known = known.filter_map(|(_, windows)| by_windows(windows));
    let short = [" Time", " Islands", " Island"]
        .iter()
        .find_map(|ending| place.strip_suffix(ending));
    let forms = [Some(place), short].into_iter().flatten();
    let named = forms.flat_map(|name| {
        // A part of a zone's name is in capitals where it stands for a word of its own.
        let words = name.replace(" and ", " And ");
        let windows = by_windows(&format!("{words} Standard Time"));
        by_city(name).into_iter().chain(windows)
    });
    known.chain(named).collect()
}

fn by_city(city: &str) -> Option<(Zone, Tz)> {
    let city = city.replace(' ', "_");
    let is_city = |iana: &str| iana.rsplit('/').next() == Some(&city);
    let (iana, _) = table::IANA.iter().find(|(iana, _)| is_city(iana))?;
    by_iana(iana)
}

/// `-03:30`, or `-3.30`, in seconds; nothing for UTC itself.
fn seconds(offset: &str) -> Option<i32> {
    let (hours, minutes) = offset.split_once([':', '.']).unwrap_or((offset, "0"));
    let hours: i32 = hours.parse().ok()?;
    let minutes: i32 = minutes.parse().ok()?;
    let size = hours.abs() * 3600 + minutes * 60;
    Some(if offset.starts_with('-') { -size } else { size })
}

/// What the clocks of a zone are from UTC without summer time, in seconds.
fn standard_offset(tz: Tz) -> i32 {
    let at: NaiveDateTime = NaiveDate::from_ymd_opt(2024, 1, 1)
        .unwrap_or_default()
        .into();
    let offset = tz.offset_from_utc_datetime(&at);
    let summer = offset.dst_offset().num_seconds();
    offset.fix().local_minus_utc() - i32::try_from(summer).unwrap_or(0)
}
