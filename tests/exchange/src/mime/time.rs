//! Times and durations of iCalendar.

use super::Line;
use crate::zone::Zone;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta, Utc};

/// A DATE or DATE-TIME in one of its forms.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Time {
    Date(NaiveDate),
    /// With the zone of a TZID that stands beside the Z, as DavMail writes it.
    Utc(DateTime<Utc>, Option<Zone>),
    /// By the clock of a zone; without one it floats.
    Local(NaiveDateTime, Option<Zone>),
}

impl Time {
    /// Reads the value of a line. A TZID that is neither a Windows nor an IANA id counts as no zone.
    pub fn of(line: &Line) -> Option<Self> {
        let zone = line
            .parameter("TZID")
            .and_then(|id| Zone::find(id.trim_start_matches('/')));
        Self::parse(line.value.trim(), zone)
    }

    pub fn parse(text: &str, zone: Option<Zone>) -> Option<Self> {
        if text.len() == 8 {
            return NaiveDate::parse_from_str(text, "%Y%m%d")
                .ok()
                .map(Self::Date);
        }
        let local =
            NaiveDateTime::parse_from_str(text.trim_end_matches(['Z', 'z']), "%Y%m%dT%H%M%S")
                .ok()?;
        Some(match text.ends_with(['Z', 'z']) {
            true => Self::Utc(local.and_utc(), zone),
            false => Self::Local(local, zone),
        })
    }

    /// The zone that the time itself names.
    pub fn zone(&self) -> Option<Zone> {
        match self {
            Self::Date(_) => None,
            Self::Utc(_, zone) | Self::Local(_, zone) => *zone,
        }
    }

    /// The instant; dates and floating times are read in `zone`.
    pub fn instant(&self, zone: Zone) -> DateTime<Utc> {
        match *self {
            Self::Date(date) => zone.to_utc(date.and_time(NaiveTime::MIN)),
            Self::Utc(at, _) => at,
            Self::Local(local, own) => own.unwrap_or(zone).to_utc(local),
        }
    }
}

/// A time by the clock of its zone, named by its Windows id.
pub fn local_line(name: &str, zone: Zone, at: DateTime<Utc>) -> Line {
    Line::new(name, zone.to_local(at).format("%Y%m%dT%H%M%S").to_string()).with("TZID", zone.id)
}

/// The date of an instant in a zone.
pub fn date_line(name: &str, zone: Zone, at: DateTime<Utc>) -> Line {
    Line::new(name, zone.to_local(at).format("%Y%m%d").to_string()).with("VALUE", "DATE")
}

pub fn utc(at: DateTime<Utc>) -> String {
    at.format("%Y%m%dT%H%M%SZ").to_string()
}

/// A DURATION such as `-PT15M` or `P1DT2H` (RFC 5545 section 3.3.6).
pub fn duration(text: &str) -> Option<TimeDelta> {
    let (sign, rest) = match text.trim().strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text.trim().trim_start_matches('+')),
    };
    let mut seconds = 0i64;
    let mut number = String::new();
    for character in rest.strip_prefix('P')?.chars() {
        let unit = match character {
            'T' => continue,
            digit if digit.is_ascii_digit() => {
                number.push(digit);
                continue;
            }
            'W' => 604_800,
            'D' => 86_400,
            'H' => 3_600,
            'M' => 60,
            'S' => 1,
            _ => return None,
        };
        seconds = number
            .parse::<i64>()
            .ok()?
            .checked_mul(unit)?
            .checked_add(seconds)?;
        number.clear();
    }
    TimeDelta::try_seconds(sign * seconds).filter(|_| number.is_empty())
}
