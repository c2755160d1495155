//! The zone definitions we write show what the clocks of the zone show.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail"
)]

#[path = "zone_names.rs"]
mod zone_names;

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

/// Whether the clocks of both zones show the same in the years around the tests' today.
fn alike(one: Tz, other: Tz) -> bool {
    let start: DateTime<Utc> = "2025-01-01T00:00:00Z".parse().unwrap();
    (0..4 * 365 * 4).all(|steps| {
        let at = (start + TimeDelta::hours(6 * steps)).naive_utc();
        one.offset_from_utc_datetime(&at).fix() == other.offset_from_utc_datetime(&at).fix()
    })
}

fn start_zone(record: &Record) -> Tz {
    let Some(Value::Moment(Moment::At { zone, .. })) = record.own("start") else {
        panic!("{record:?}");
    };
    // Read on the other side of the world, the person's own zone is of no help.
    let everywhere = Context::new(Tz::Etc__UTC, NaiveDate::from_ymd_opt(2026, 1, 1).unwrap());
    let text = mapping::write_local(Kind::Event, None, "u", record, &[], &everywhere).unwrap();
    let name = text
        .lines()
        .find_map(|line| line.strip_prefix("DTSTART;TZID="))
        .and_then(|rest| rest.split(':').next());
    name.map_or(Tz::UTC, |name| {
        name.parse().unwrap_or_else(|_| panic!("{zone:?} {name}"))
    })
}

const KNOWN_BY_RULES: [Tz; 14] = [
    Tz::Europe__Vienna,
    Tz::Europe__London,
    Tz::Europe__Helsinki,
    Tz::America__New_York,
    Tz::America__Sao_Paulo,
    Tz::America__Havana,
    Tz::America__Santiago,
    Tz::Australia__Sydney,
    Tz::Australia__Lord_Howe,
    Tz::Asia__Kolkata,
    Tz::Asia__Jerusalem,
    Tz::Pacific__Auckland,
    Tz::Pacific__Chatham,
    Tz::Africa__Cairo,
];

#[test]
fn a_definition_of_unknown_name_is_known_by_its_rules() {
    let far = Context::new(
        Tz::Pacific__Apia,
        NaiveDate::from_ymd_opt(2026, 1, 1).unwrap(),
    );
    for tz in KNOWN_BY_RULES {
        let text = definition(tz).replace(tz.name(), "Customized Time Zone 7");
        let local = mapping::read_local(Kind::Event, &text, &far).unwrap();
        assert_eq!(local.losses, [], "{tz}");
        let found = start_zone(&local.record);
        assert!(alike(tz, found), "{tz} was taken for {found}");
    }
}

/// The definitions of another program, with a rule from a year long ago and with the days of a month listed.
#[test]
fn sloppy_definitions_are_known_too() {
    let far = Context::new(
        Tz::Pacific__Apia,
        NaiveDate::from_ymd_opt(2026, 1, 1).unwrap(),
    );
    let zone = |body: &str| {
        let text = format!(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VTIMEZONE\r\nTZID:Mine\r\n{body}END:VTIMEZONE\r\nBEGIN:VEVENT\r\nUID:u\r\nDTSTART;TZID=Mine:20260705T090000\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        );
        start_zone(
            &mapping::read_local(Kind::Event, &text, &far)
                .unwrap()
                .record,
        )
    };
    let part = |kind: &str, lines: &str, from: &str, to: &str| {
        format!("BEGIN:{kind}\r\n{lines}TZOFFSETFROM:{from}\r\nTZOFFSETTO:{to}\r\nEND:{kind}\r\n")
    };
    let outlook = part(
        "STANDARD",
        "DTSTART:16011028T030000\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\n",
        "+0200",
        "+0100",
    ) + &part(
        "DAYLIGHT",
        "DTSTART:16010325T020000\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\r\n",
        "+0100",
        "+0200",
    );
    assert!(alike(zone(&outlook), Tz::Europe__Berlin));
    let listed = part(
        "STANDARD",
        "DTSTART:20071104T020000\r\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=SU;BYMONTHDAY=1,2,3,4,5,6,7\r\n",
        "-0400",
        "-0500",
    ) + &part(
        "DAYLIGHT",
        "DTSTART:20070311T020000\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=SU;BYMONTHDAY=8,9,10,11,12,13,14\r\n",
        "-0500",
        "-0400",
    );
    assert!(alike(zone(&listed), Tz::America__New_York));
    // The same in winter and in summer as New York, but not in March.
    let cuba = part(
        "STANDARD",
        "DTSTART:20121104T010000\r\nRRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU\r\n",
        "-0400",
        "-0500",
    ) + &part(
        "DAYLIGHT",
        "DTSTART:20130310T000000\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU\r\n",
        "-0500",
        "-0400",
    );
    assert_eq!(zone(&cuba), Tz::America__Havana);
    let fixed = part("STANDARD", "DTSTART:19700101T000000\r\n", "+0530", "+0530");
    assert!(alike(zone(&fixed), Tz::Asia__Kolkata));
}

/// A `TimeZoneDefinition` as the stand-in writes it, under an id that says nothing.
fn custom(zone: &exchange_standin::zone::Zone) -> String {
    fn xml(element: &exchange_standin::element::Element, text: &mut String) {
        use std::fmt::Write;
        write!(text, "<{}", element.name).unwrap();
        for (name, value) in &element.attributes {
            let value = match name.as_str() {
                "Id" if value == "custom" => "tzone://Microsoft/Custom",
                "Name" if element.name == "StartTimeZone" => "",
                _ => value,
            };
            write!(text, " {name}=\"{value}\"").unwrap();
        }
        write!(text, ">{}", element.text).unwrap();
        for child in &element.children {
            xml(child, text);
        }
        write!(text, "</{}>", element.name).unwrap();
    }
    let mut definition = zone.definition("StartTimeZone");
    for (name, value) in &mut definition.attributes {
        if name == "Id" {
            "custom".clone_into(value);
        }
    }
    let mut text = String::new();
    xml(&definition, &mut text);
    text
}

#[test]
fn a_custom_zone_of_exchange_is_known_by_its_transitions() {
    let far = Context::new(
        Tz::Pacific__Apia,
        NaiveDate::from_ymd_opt(2026, 1, 1).unwrap(),
    );
    for tz in KNOWN_BY_RULES {
        let zone = exchange_standin::zone::Zone::iana(tz.name()).unwrap();
        let item = format!(
            "<CalendarItem><Start>2026-01-05T09:00:00Z</Start><End>2026-01-05T09:30:00Z</End>{}</CalendarItem>",
            custom(&zone)
        );
        let item = exchange_core::ews::Element::parse(item.as_bytes()).unwrap();
        let remote = mapping::read_remote(Kind::Event, &item, &far).unwrap();
        assert_eq!(remote.losses, [], "{tz}");
        let found = start_zone(&remote.record);
        assert!(alike(tz, found), "{tz} was taken for {found}");
    }
}
