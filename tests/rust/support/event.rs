//! Events as the tests write and read them: all-day, a series on five days from the 5th of a month of 2026, by itself of January, or
//! a single one on the 15th of a month.

use super::card::{in_record, said, sorted};
use super::fields::{CHANGED, DELETED, Fields, NONE, STATE, WHEN, normalise};
use chrono::{Datelike, NaiveDate};
use exchange_core::model::{Key, Moment, Occurrence, Pattern, Range, Record, Recurrence, Value};
use std::fmt::Write as _;

/// A line of an event and the property that it is in a record.
const LINES: [(&str, &str); 5] = [
    ("SUMMARY", "summary"),
    ("LOCATION", "location"),
    ("URL", "url"),
    ("CATEGORIES", "categories"),
    ("X-OWN", "unmapped"),
];

/// The month of an event, and whether it is a series.
fn place(fields: &Fields) -> (u32, bool) {
    match fields.get(&(None, WHEN)) {
        None => (1, true),
        Some(when) => match when.strip_prefix(SINGLE) {
            Some(month) => (month.parse().unwrap(), false),
            None => (when.parse().unwrap(), true),
        },
    }
}

/// In front of the month of a single event.
pub const SINGLE: char = 's';

/// The first day of an event, and the day after its last one.
pub fn days(fields: &Fields) -> (NaiveDate, NaiveDate) {
    let (month, series) = place(fields);
    let (first, last) = if series { (5, 9) } else { (15, 15) };
    (date(month, first), date(month, last + 1))
}

/// What [`WHEN`] says of an event that begins on this day.
pub fn when(date: NaiveDate) -> Option<String> {
    match (date.month(), date.day()) {
        (1, 5) => None,
        (month, 5) => Some(month.to_string()),
        (month, 15) => Some(format!("{SINGLE}{month}")),
        other => panic!("no event of the tests begins on {other:?}"),
    }
}

fn date(month: u32, day: u8) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, month, day.into()).unwrap()
}

pub fn occurrence(fields: &Fields, day: u8) -> Occurrence {
    Occurrence::Day(date(place(fields).0, day))
}

pub fn day(occurrence: Occurrence) -> u8 {
    match occurrence {
        Occurrence::Day(date) => u8::try_from(date.day()).unwrap(),
        other @ Occurrence::At(_) => panic!("the tests have no occurrence at {other}"),
    }
}

/// What says when an event is.
pub fn frame(fields: &Fields) -> Record {
    let daily = Recurrence {
        pattern: Pattern::Daily { interval: 1 },
        range: Range::Count(5),
    };
    let first = days(fields).0;
    let second = first.succ_opt().unwrap();
    let series = place(fields).1;
    [
        ("start", Some(Value::Moment(Moment::Day(first)))),
        ("end", Some(Value::Moment(Moment::Day(second)))),
        ("recurrence", series.then_some(Value::Recurrence(daily))),
    ]
    .into_iter()
    .filter_map(|(property, value)| Some((Key::of(property), value?)))
    .collect()
}

pub fn text(uid: &str, fields: &Fields, private: &str, stamp: &str) -> String {
    let mut text = format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:{private}\r\n");
    let head = format!(
        "BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20260101T000000Z\r\nLAST-MODIFIED:{stamp}\r\n"
    );
    text += &head;
    let (month, series) = place(fields);
    text += &on(days(fields).0);
    if series {
        text += "RRULE:FREQ=DAILY;COUNT=5\r\n";
    }
    let states = || {
        let occurrences = fields.iter().filter(|(slot, _)| slot.1 == STATE);
        occurrences.filter_map(|(slot, state)| Some((slot.0?, state.as_str())))
    };
    for (day, _) in states().filter(|(_, state)| *state == DELETED) {
        write!(text, "EXDATE;VALUE=DATE:2026{month:02}{day:02}\r\n").unwrap();
    }
    properties(&mut text, |property| fields.get(&(None, property)));
    text += "END:VEVENT\r\n";
    for (day, _) in states().filter(|(_, state)| *state == CHANGED) {
        text += &head;
        write!(text, "RECURRENCE-ID;VALUE=DATE:2026{month:02}{day:02}\r\n").unwrap();
        text += &on(date(month, day));
        properties(&mut text, |property| {
            let own = fields.get(&(Some(day), property));
            own.or_else(|| fields.get(&(None, property)))
                .filter(|value| *value != NONE)
        });
        text += "END:VEVENT\r\n";
    }
    text + "END:VCALENDAR\r\n"
}

/// The lines of what begins on this day and lasts for it.
fn on(first: NaiveDate) -> String {
    let second = first.succ_opt().unwrap();
    let (first, second) = (first.format("%Y%m%d"), second.format("%Y%m%d"));
    format!("DTSTART;VALUE=DATE:{first}\r\nDTEND;VALUE=DATE:{second}\r\n")
}

fn properties<'a>(text: &mut String, value: impl Fn(&'static str) -> Option<&'a String>) {
    for (line, property) in LINES {
        if let Some(value) = value(property) {
            text.extend([line, ":", said(line, value), "\r\n"]);
        }
    }
}

pub fn fields(text: &str) -> Fields {
    let mut fields = Fields::new();
    for component in text.split("BEGIN:VEVENT\r\n").skip(1) {
        let mut lines = Vec::new();
        let (mut on, mut first) = (None, None);
        for (name, value) in component.lines().filter_map(|line| line.split_once(':')) {
            let name = name.split(';').next().unwrap_or(name);
            let day = || value.get(6..8).and_then(|day| day.parse::<u8>().ok());
            match name {
                "RECURRENCE-ID" => on = day(),
                "DTSTART" => first = NaiveDate::parse_from_str(value, "%Y%m%d").ok(),
                "EXDATE" => {
                    for day in value
                        .split(',')
                        .filter_map(|day| day.get(6..8)?.parse().ok())
                    {
                        fields.insert((Some(day), STATE), DELETED.to_owned());
                    }
                }
                _ => lines.extend(
                    LINES
                        .iter()
                        .find(|(line, _)| *line == name)
                        .map(|(_, property)| (*property, in_record(name, value))),
                ),
            }
        }
        let first = first.filter(|_| on.is_none());
        if let Some(when) = first.and_then(when) {
            fields.insert((None, WHEN), when);
        }
        if let Some(day) = on {
            fields.insert((Some(day), STATE), CHANGED.to_owned());
            for (_, property) in LINES {
                fields.insert((Some(day), property), NONE.to_owned());
            }
        }
        fields.extend(
            lines
                .into_iter()
                .map(|(property, value)| ((on, property), value)),
        );
    }
    for value in fields.iter_mut().filter(|(slot, _)| slot.1 == "categories") {
        *value.1 = sorted(value.1);
    }
    normalise(&mut fields);
    fields
}
