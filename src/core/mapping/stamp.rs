//! Dates and times in local text (RFC 5545 sections 3.3.4 and 3.3.5).

use super::scope::{Scope, refuse};
use super::zones;
use crate::dav::Line;
use crate::error::Result;
use crate::model::{Moment, Occurrence, Zone};
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Timelike, Utc};
use chrono_tz::Tz;

/// A date or a time as a line says it.
#[derive(Clone, Debug)]
pub enum Stamp {
    Day(NaiveDate),
    Time {
        local: NaiveDateTime,
        zone: Zone,
        tz: Tz,
    },
}

impl Stamp {
    pub fn moment(&self) -> Moment {
        match self {
            Self::Day(day) => Moment::Day(*day),
            Self::Time { local, zone, tz } => Moment::At {
                instant: zones::to_utc(*local, *tz),
                zone: zone.clone(),
            },
        }
    }

    /// The day on the wall.
    pub fn day(&self) -> NaiveDate {
        match self {
            Self::Day(day) => *day,
            Self::Time { local, .. } => local.date(),
        }
    }

    /// The time on the wall; of a day, its first.
    pub fn time(&self) -> NaiveTime {
        match self {
            Self::Day(_) => NaiveTime::MIN,
            Self::Time { local, .. } => local.time(),
        }
    }

    /// The instant; of a day, its midnight in the person's zone.
    pub fn instant(&self, scope: &Scope) -> DateTime<Utc> {
        match self {
            Self::Day(day) => zones::to_utc(day.and_time(NaiveTime::MIN), scope.context.zone),
            Self::Time { local, tz, .. } => zones::to_utc(*local, *tz),
        }
    }
}

/// Reads a line's only value.
pub fn read(line: &Line, scope: &mut Scope) -> Result<Stamp> {
    read_value(line, line.value(), scope)
}

/// Reads one of a line's values (`EXDATE` has several).
pub fn read_value(line: &Line, value: &str, scope: &mut Scope) -> Result<Stamp> {
    let value = value.trim();
    let bad = || {
        refuse(format!(
            "{} says “{value}”, which is no date or time.",
            line.name()
        ))
    };
    let Some((date, time)) = value.split_once(['T', 't']) else {
        return parse_day(value).map(Stamp::Day).ok_or_else(bad);
    };
    let (time, utc) = time
        .strip_suffix(['Z', 'z'])
        .map_or((time, false), |time| (time, true));
    let local = parse_day(date)
        .zip(parse_time(time))
        .map(|(day, time)| day.and_time(time))
        .ok_or_else(bad)?;
    let (zone, tz) = if utc {
        (zones::utc(), Tz::UTC)
    } else if let Some(name) = line.param("TZID") {
        scope.zone(&name)
    } else {
        zones::own(scope.context)
    };
    Ok(Stamp::Time { local, zone, tz })
}

/// `20260105`, and `2026-01-05` as vCard may write it.
pub fn parse_day(text: &str) -> Option<NaiveDate> {
    let plain: String;
    let digits = if text.len() == 10 {
        plain = text.split('-').collect();
        &plain
    } else {
        text
    };
    if digits.len() != 8 {
        return None;
    }
    NaiveDate::from_ymd_opt(
        i32::try_from(number(digits.get(..4)?)?).ok()?,
        number(digits.get(4..6)?)?,
        number(digits.get(6..)?)?,
    )
}

fn parse_time(text: &str) -> Option<NaiveTime> {
    if text.len() != 6 && text.len() != 4 {
        return None;
    }
    let seconds = text.get(4..).filter(|seconds| !seconds.is_empty());
    NaiveTime::from_hms_opt(
        number(text.get(..2)?)?,
        number(text.get(2..4)?)?,
        // A leap second is the last one of its minute here.
        seconds.map_or(Some(0), number)?.min(59),
    )
}

fn number(digits: &str) -> Option<u32> {
    digits
        .bytes()
        .all(|byte| byte.is_ascii_digit())
        .then(|| digits.parse().ok())?
}

/// A line for a moment. An existing line keeps its zone's name, its parameters, and stays floating if it was.
pub fn write(name: &str, moment: &Moment, old: Option<&Line>, scope: &mut Scope) -> Line<'static> {
    let base = old.map_or_else(
        || Line::new(name, &[], ""),
        |line| line.clone().into_owned(),
    );
    match moment {
        Moment::Day(day) => base
            .with_param("TZID", None)
            .with_param("VALUE", Some("DATE"))
            .with_value(&day.format("%Y%m%d").to_string()),
        Moment::At { instant, zone } => {
            let base = base.with_param("VALUE", None);
            let (tzid, tz) = clock(&base, old.is_some(), zone, scope);
            let local = zones::to_local(*instant, tz);
            let z = if *zone == zones::utc() { "Z" } else { "" };
            base.with_param("TZID", tzid.as_deref())
                .with_value(&format!("{}{z}", compact(local)))
        }
    }
}

fn clock(base: &Line, existing: bool, zone: &Zone, scope: &mut Scope) -> (Option<String>, Tz) {
    if *zone == zones::utc() {
        return (None, Tz::UTC);
    }
    if let Some(name) = base.param("TZID") {
        let (known, tz) = scope.zone(&name);
        if known == *zone {
            return (Some(name), tz);
        }
    } else if existing && base.value().contains('T') && !base.value().ends_with('Z') {
        let (own, tz) = zones::own(scope.context);
        if own == *zone {
            return (None, tz);
        }
    }
    let (name, tz) = scope.name_of(zone);
    (Some(name), tz)
}

/// `20260105T090000`.
pub fn compact(time: NaiveDateTime) -> String {
    use chrono::Datelike;
    format!(
        "{:04}{:02}{:02}T{:02}{:02}{:02}",
        time.year(),
        time.month(),
        time.day(),
        time.hour(),
        time.minute(),
        time.second()
    )
}

/// The occurrence that a RECURRENCE-ID or EXDATE names, given the start of its series: an all-day series counts in
/// days, and a day given for a timed series means that day's occurrence.
pub fn occurrence(stamp: &Stamp, start: &Moment, scope: &Scope) -> Occurrence {
    match (start, stamp) {
        (Moment::Day(_), stamp) => Occurrence::Day(stamp.day()),
        (Moment::At { instant, zone }, Stamp::Day(day)) => {
            let tz = zones::tz_of(zone, scope.context);
            let time = zones::to_local(*instant, tz).time();
            Occurrence::At(zones::to_utc(day.and_time(time), tz))
        }
        (Moment::At { .. }, stamp) => Occurrence::At(stamp.instant(scope)),
    }
}
