//! The zone definitions we write show what the clocks of the zone show.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail"
)]

use chrono::{DateTime, NaiveDate, NaiveDateTime, Offset, TimeDelta, TimeZone, Utc};
use chrono_tz::Tz;
use exchange_core::dav::{Component, Document};
use exchange_core::mapping::{self, Context};
use exchange_core::model::{Key, Kind, Moment, Record, Value};

/// The VTIMEZONE of a file with an event in the zone.
fn definition(tz: Tz) -> String {
    let zone = mapping::zone_of(tz).unwrap_or_else(|| panic!("{tz} has no Windows zone"));
    let at = Value::Moment(Moment::At {
        instant: DateTime::from_timestamp(1_767_603_600, 0).unwrap(),
        zone,
    });
    let record: Record = [(Key::of("start"), at.clone()), (Key::of("end"), at)]
        .into_iter()
        .collect();
    let context = Context::new(tz, NaiveDate::from_ymd_opt(2026, 1, 1).unwrap());
    mapping::write_local(Kind::Event, None, "u", &record, &[], &context).unwrap()
}

fn time(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text.trim_end_matches('Z'), "%Y%m%dT%H%M%S").unwrap()
}

fn offset(text: &str) -> i64 {
    let number = |range: std::ops::Range<usize>| text[range].parse::<i64>().unwrap();
    let seconds = if text.len() > 5 { number(5..7) } else { 0 };
    let size = number(1..3) * 3600 + number(3..5) * 60 + seconds;
    if text.starts_with('-') { -size } else { size }
}

/// When an observance begins, in UTC, and the offset it brings; its rule read by another program.
fn onsets(observance: &Component) -> Vec<(NaiveDateTime, i64)> {
    let value = |name: &str| observance.line(name).map(|line| line.value().to_owned());
    let start = time(&value("DTSTART").unwrap());
    let from = TimeDelta::seconds(offset(&value("TZOFFSETFROM").unwrap()));
    let to = offset(&value("TZOFFSETTO").unwrap());
    let Some(rule) = value("RRULE") else {
        return vec![(start - from, to)];
    };
    let (rule, until) = match rule.split_once(";UNTIL=") {
        Some((rule, until)) => (rule.to_owned(), time(until)),
        None => (rule, NaiveDate::from_ymd_opt(2060, 1, 1).unwrap().into()),
    };
    let set: rrule::RRuleSet = format!("DTSTART:{}Z\nRRULE:{rule}", start.format("%Y%m%dT%H%M%S"))
        .parse()
        .unwrap();
    set.all(100)
        .dates
        .into_iter()
        .map(|local| (local.naive_utc() - from, to))
        .filter(|(onset, _)| *onset <= until)
        .collect()
}

#[test]
fn definitions_show_what_the_clocks_show() {
    for tz in [
        Tz::Europe__Vienna,
        Tz::Europe__London,
        Tz::America__New_York,
        Tz::America__Sao_Paulo,
        Tz::Australia__Sydney,
        Tz::Australia__Lord_Howe,
        Tz::Asia__Kolkata,
        Tz::Asia__Jerusalem,
        Tz::Asia__Tehran,
        Tz::America__Santiago,
        Tz::Europe__Moscow,
        Tz::Europe__Dublin,
        Tz::Pacific__Auckland,
    ] {
        let text = definition(tz);
        let document = Document::parse(&text).unwrap();
        let zone = document
            .root
            .components()
            .find(|part| part.is("VTIMEZONE"))
            .unwrap_or_else(|| panic!("{text}"));
        let mut onsets: Vec<(NaiveDateTime, i64)> = zone.components().flat_map(onsets).collect();
        onsets.sort_unstable();
        let mut at: DateTime<Utc> = DateTime::from_timestamp(0, 0).unwrap();
        let end: DateTime<Utc> = DateTime::from_timestamp(2_140_000_000, 0).unwrap();
        while at < end {
            at += TimeDelta::hours(61);
            let shown = onsets
                .iter()
                .rev()
                .find(|(onset, _)| *onset <= at.naive_utc())
                .map(|(_, offset)| *offset);
            let expected = tz
                .offset_from_utc_datetime(&at.naive_utc())
                .fix()
                .local_minus_utc();
            assert_eq!(shown, Some(i64::from(expected)), "{tz} {at}\n{text}");
        }
    }
}

#[test]
fn every_zone_of_the_table_can_be_written() {
    let mut known = 0;
    for tz in chrono_tz::TZ_VARIANTS {
        if mapping::zone_of(tz).is_some() {
            known += 1;
            assert!(definition(tz).contains("DTSTART"), "{tz}");
        }
    }
    assert!(known > 450, "{known}");
}
