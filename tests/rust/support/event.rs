//! Series as the tests write and read them: all-day, on five days from the 5th of January 2026.

use super::card::{in_record, said, sorted};
use super::fields::{CHANGED, DELETED, Fields, NONE, STATE, normalise};
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

fn date(day: u8) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 1, day.into()).unwrap()
}

pub fn occurrence(day: u8) -> Occurrence {
    Occurrence::Day(date(day))
}

pub fn day(occurrence: Occurrence) -> u8 {
    match occurrence {
        Occurrence::Day(date) => u8::try_from(date.day()).unwrap(),
        other @ Occurrence::At(_) => panic!("the tests have no occurrence at {other}"),
    }
}

/// What every event here has.
pub fn frame() -> Record {
    let daily = Recurrence {
        pattern: Pattern::Daily { interval: 1 },
        range: Range::Count(5),
    };
    [
        ("start", Value::Moment(Moment::Day(date(5)))),
        ("end", Value::Moment(Moment::Day(date(6)))),
        ("recurrence", Value::Recurrence(daily)),
    ]
    .into_iter()
    .map(|(property, value)| (Key::of(property), value))
    .collect()
}

pub fn text(uid: &str, fields: &Fields, private: &str, stamp: &str) -> String {
    let mut text = format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:{private}\r\n");
    let head = format!(
        "BEGIN:VEVENT\r\nUID:{uid}\r\nDTSTAMP:20260101T000000Z\r\nLAST-MODIFIED:{stamp}\r\n"
    );
    text += &head;
    text +=
        "DTSTART;VALUE=DATE:20260105\r\nDTEND;VALUE=DATE:20260106\r\nRRULE:FREQ=DAILY;COUNT=5\r\n";
    let states = || {
        let occurrences = fields.iter().filter(|(slot, _)| slot.1 == STATE);
        occurrences.filter_map(|(slot, state)| Some((slot.0?, state.as_str())))
    };
    for (day, _) in states().filter(|(_, state)| *state == DELETED) {
        write!(text, "EXDATE;VALUE=DATE:202601{day:02}\r\n").unwrap();
    }
    properties(&mut text, |property| fields.get(&(None, property)));
    text += "END:VEVENT\r\n";
    for (day, _) in states().filter(|(_, state)| *state == CHANGED) {
        text += &head;
        write!(
            text,
            "RECURRENCE-ID;VALUE=DATE:202601{day:02}\r\nDTSTART;VALUE=DATE:202601{day:02}\r\n"
        )
        .unwrap();
        write!(text, "DTEND;VALUE=DATE:202601{:02}\r\n", day + 1).unwrap();
        properties(&mut text, |property| {
            let own = fields.get(&(Some(day), property));
            own.or_else(|| fields.get(&(None, property)))
                .filter(|value| *value != NONE)
        });
        text += "END:VEVENT\r\n";
    }
    text + "END:VCALENDAR\r\n"
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
        let mut on = None;
        for (name, value) in component.lines().filter_map(|line| line.split_once(':')) {
            let name = name.split(';').next().unwrap_or(name);
            let day = || value.get(6..8).and_then(|day| day.parse::<u8>().ok());
            match name {
                "RECURRENCE-ID" => on = day(),
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
