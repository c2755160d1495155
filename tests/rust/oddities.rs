//! What real files taught: each case stood in a published package.
#![allow(clippy::unwrap_used, reason = "a test may fail")]

use chrono_tz::Tz;
use exchange_core::error::ErrorKind;
use exchange_core::mapping::{self, Context, LocalItem};
use exchange_core::model::{Key, Kind, Value};

const CONTEXT: Context = Context::new(
    Tz::Europe__Vienna,
    chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap(),
);

fn read(kind: Kind, text: &str) -> LocalItem {
    mapping::read_local(kind, text, &CONTEXT).unwrap()
}

fn refusal(kind: Kind, text: &str) -> String {
    let error = mapping::read_local(kind, text, &CONTEXT).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Item);
    error.message().to_owned()
}

#[test]
fn of_several_changes_of_one_occurrence_the_newest_counts() {
    let change = |sequence: u8, title: &str| {
        format!(
            "BEGIN:VEVENT\r\nUID:s\r\nRECURRENCE-ID:20240102T100000Z\r\nDTSTART:20240102T100000Z\r\n\
             DTEND:20240102T110000Z\r\nSEQUENCE:{sequence}\r\nSUMMARY:{title}\r\nEND:VEVENT\r\n"
        )
    };
    let series = "BEGIN:VEVENT\r\nUID:s\r\nDTSTART:20240101T100000Z\r\nDTEND:20240101T110000Z\r\n\
                  RRULE:FREQ=DAILY;COUNT=5\r\nSUMMARY:Daily\r\nEND:VEVENT\r\n";
    for changes in [
        change(3, "newer") + &change(1, "older"),
        change(1, "older") + &change(3, "newer"),
    ] {
        let text = format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{series}{changes}END:VCALENDAR\r\n");
        let mut record = read(Kind::Event, &text).record;
        let occurrence = record.occurrences().next().unwrap();
        let summary = Key::at(occurrence, "summary");
        assert_eq!(record.get(summary), Some(&Value::text("newer")));

        record.set(summary, Value::text("changed"));
        let written =
            mapping::write_local(Kind::Event, Some(&text), "s", &record, &[summary], &CONTEXT)
                .unwrap();
        assert_eq!(read(Kind::Event, &written).record, record);
        assert!(written.contains("SUMMARY:older"), "{written}");
    }
}

#[test]
fn old_macintosh_line_ends_are_kept() {
    let text = "BEGIN:VCARD\rVERSION:3.0\rUID:m\rFN:Mac\rN:Mac;;;;\rX-KEPT:1\rEND:VCARD\r";
    let mut record = read(Kind::Contact, text).record;
    let name = Key::of("full_name");
    assert_eq!(record.get(name), Some(&Value::text("Mac")));
    record.set(name, Value::text("Macintosh"));
    let written =
        mapping::write_local(Kind::Contact, Some(text), "m", &record, &[name], &CONTEXT).unwrap();
    assert_eq!(written, text.replace("FN:Mac\r", "FN:Macintosh\r"));
}

#[test]
fn the_old_encoding_is_not_taken_for_text() {
    for line in ["FN;ENCODING=QUOTED-PRINTABLE", "FN;QUOTED-PRINTABLE"] {
        let text = format!("BEGIN:VCARD\r\nVERSION:2.1\r\n{line}:=D0=B3\r\nEND:VCARD\r\n");
        let name = read(Kind::Contact, &text).record;
        assert_eq!(name.own("full_name"), Some(&Value::text("г")));
    }
    let text = "BEGIN:VCALENDAR\r\nVERSION:1.0\r\nBEGIN:VEVENT\r\nSUMMARY;QUOTED-PRINTABLE:=D0=B3\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    assert!(refusal(Kind::Event, text).contains("iCalendar 2.0"));
    let text =
        "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:q\r\nFN:Q\r\nNOTE:QUOTED-PRINTABLE\r\nEND:VCARD\r\n";
    assert_eq!(read(Kind::Contact, text).losses, []);
}

#[test]
fn what_is_no_text_says_so() {
    assert!(refusal(Kind::Event, "").contains("UTF-8"));
}

#[test]
fn an_exdate_that_is_no_date_does_not_stop_an_event_that_does_not_repeat() {
    let text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:s\r\nDTSTART:20240101T100000Z\r\n\
                DTEND:20240101T110000Z\r\nEXDATE:never\r\nSUMMARY:Once\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    let mut record = read(Kind::Event, text).record;
    record.set(Key::of("summary"), Value::text("Only once"));
    let keys: Vec<Key> = record.iter().map(|(key, _)| key).collect();
    let written =
        mapping::write_local(Kind::Event, Some(text), "s", &record, &keys, &CONTEXT).unwrap();
    assert_eq!(written, text.replace("Once", "Only once"));
}
