use super::onsets::{Onsets, nth, years};
use super::{Context, ZONES, own, tz_of};
use crate::dav::Component;
use crate::mapping::stamp::parse_day;
use crate::model::Zone;
use chrono::{Datelike, NaiveDate, NaiveDateTime, NaiveTime, Offset, TimeDelta, TimeZone, Weekday};
use chrono_tz::Tz;

/// A zone whose clock shows the same as a VTIMEZONE of a name nobody knows: at every moment of the years around today, else, since
/// many definitions are sloppy, in winter and in summer. The person's own comes first.
pub fn alike(definition: &Component, context: &Context) -> Option<(Zone, Tz)> {
    exactly(definition, context).or_else(|| roughly(definition, context))
}

fn exactly(definition: &Component, context: &Context) -> Option<(Zone, Tz)> {
    let years = years(context);
    let mut changes = Vec::new();
    let mut first: Option<(NaiveDateTime, i32)> = None;
    for observance in definition.components() {
        let value = |name: &str| observance.line(name).map(|line| line.value().trim());
        let start = time(value("DTSTART")?)?;
        let from = offset(value("TZOFFSETFROM")?)?;
        let to = offset(value("TZOFFSETTO")?)?;
        if first.is_none_or(|(earliest, _)| start < earliest) {
            first = Some((start, from));
        }
        let mut walls = vec![start];
        if let Some(rule) = value("RRULE") {
            let last = years.end.max(start.year());
            // A rule that has ended still tells what the clock shows since.
            for year in start.year().max(1970)..=last {
                walls.extend(yearly(rule, year, start.time(), from).filter(|wall| *wall > start));
            }
        }
        for line in observance.all("RDATE") {
            walls.extend(line.value().split(',').filter_map(time));
        }
        let instant =
            |wall: NaiveDateTime| wall.checked_sub_signed(TimeDelta::seconds(i64::from(from)));
        changes.extend(
            walls
                .into_iter()
                .filter_map(|wall| Some((instant(wall)?, to))),
        );
    }
    changes.sort_unstable();
    let onsets = Onsets {
        first: first?.1,
        changes,
    };
    onsets.zone(&years, context)
}

/// The day that a yearly rule has in a year, unless it is over by then. None for rules of another kind.
fn yearly(rule: &str, year: i32, time_of_day: NaiveTime, from: i32) -> Option<NaiveDateTime> {
    let part = |name: &str| {
        rule.split(';')
            .filter_map(|part| part.split_once('='))
            .find(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
    };
    if part("FREQ") != Some("YEARLY") {
        return None;
    }
    let month: u32 = part("BYMONTH")?.parse().ok()?;
    let days =
        part("BYMONTHDAY").map(|days| days.split(',').filter_map(|day| day.parse::<u32>().ok()));
    let weekday = part("BYDAY").map(|day| day.split_at(day.len().saturating_sub(2)));
    let day = match (weekday, days) {
        (Some((at, day)), None) => nth(year, month, weekday_of(day)?, at.parse().ok()?)?,
        // The first such weekday from a day on.
        (Some((_, day)), Some(mut days)) => {
            let weekday = weekday_of(day)?;
            days.find_map(|day| {
                NaiveDate::from_ymd_opt(year, month, day).filter(|day| day.weekday() == weekday)
            })?
        }
        (None, Some(mut days)) => NaiveDate::from_ymd_opt(year, month, days.next()?)?,
        (None, None) => return None,
    };
    let wall = day.and_time(time_of_day);
    let until = part("UNTIL").and_then(|until| {
        let end = time(until)?;
        // In UTC, or on the wall where it does not say so.
        let shift = if until.ends_with('Z') { from } else { 0 };
        end.checked_add_signed(TimeDelta::seconds(i64::from(shift)))
    });
    until.is_none_or(|until| wall <= until).then_some(wall)
}

fn weekday_of(text: &str) -> Option<Weekday> {
    Some(match text {
        "MO" => Weekday::Mon,
        "TU" => Weekday::Tue,
        "WE" => Weekday::Wed,
        "TH" => Weekday::Thu,
        "FR" => Weekday::Fri,
        "SA" => Weekday::Sat,
        "SU" => Weekday::Sun,
        _ => return None,
    })
}

/// `20260105T090000`, with or without `Z`, or a day.
fn time(text: &str) -> Option<NaiveDateTime> {
    let text = text.trim().trim_end_matches('Z');
    let parsed = NaiveDateTime::parse_from_str(text, "%Y%m%dT%H%M%S").ok();
    parsed.or_else(|| parse_day(text).map(|day| day.and_time(NaiveTime::MIN)))
}

fn roughly(definition: &Component, context: &Context) -> Option<(Zone, Tz)> {
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

/// `+0100` or `+010000`, in seconds.
fn offset(text: &str) -> Option<i32> {
    let (sign, digits) = match text.split_at_checked(1)? {
        ("-", digits) => (-1, digits),
        (_, digits) => (1, digits),
    };
    let hours: i32 = digits.get(..2)?.parse().ok()?;
    let minutes: i32 = digits.get(2..4)?.parse().ok()?;
    let seconds: i32 = digits.get(4..6).map_or(Some(0), |text| text.parse().ok())?;
    Some(sign * (hours * 3600 + minutes * 60 + seconds))
}
