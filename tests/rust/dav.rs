//! The tree of content lines keeps what it is given, byte for byte, and survives anything.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail"
)]

use exchange_core::dav::{Document, Line, escape, split, unescape};
use exchange_core::mapping::{self, Context};
use exchange_core::model::Kind;
use proptest::prelude::*;

const ODD: &str = "\u{feff}\r\nBEGIN:VCALENDAR\nVERSION:2.0\r\nX-ODD;A=\"x;y:z\";B=1,2:va\r\n lue  \r\n\tmore\r\n\r\nno colon here\r\nBEGIN:vevent\r\nitem1.SUMMARY:äöü folded \r\n  twice\nEND:VEVENT\nend:VCALENDAR";

#[test]
fn odd_files_come_back_byte_for_byte() {
    let document = Document::parse(ODD).unwrap();
    assert_eq!(document.to_string(), ODD);
    let line = document.root.line("x-odd").unwrap();
    assert_eq!(line.value(), "value  more");
    assert_eq!(line.param("a").as_deref(), Some("x;y:z"));
    assert_eq!(line.param_values("B").collect::<Vec<_>>(), ["1", "2"]);
    let event = document.root.components().next().unwrap();
    let summary = event.line("SUMMARY").unwrap();
    assert_eq!(summary.group(), Some("item1"));
    assert_eq!(summary.value(), "äöü folded  twice");
}

#[test]
fn quoted_printable_goes_on_without_a_blank() {
    let card = "BEGIN:VCARD\r\nVERSION:2.1\r\nNOTE;ENCODING=QUOTED-PRINTABLE:a=0D=0A=\r\nb\r\nTEL;HOME;VOICE:1\r\nEND:VCARD\r\n";
    let document = Document::parse(card).unwrap();
    assert_eq!(document.to_string(), card);
    assert_eq!(document.root.line("NOTE").unwrap().value(), "a=0D=0A=b");
    let phone = document.root.line("TEL").unwrap();
    assert_eq!(
        phone.param_values("TYPE").collect::<Vec<_>>(),
        ["HOME", "VOICE"]
    );
}

#[test]
fn changes_leave_neighbours_alone_and_keep_the_line_ends() {
    let mut document = Document::parse(ODD).unwrap();
    let event = document.root.components_mut().next().unwrap();
    event.set(Line::new("SUMMARY", &[], "new"));
    event.insert(Line::new("LOCATION", &[("ALTREP", "a:b")], "here"));
    let expected = ODD.replace(
        "item1.SUMMARY:äöü folded \r\n  twice\n",
        "SUMMARY:new\r\nLOCATION;ALTREP=\"a:b\":here\r\n",
    );
    assert_eq!(document.to_string(), expected);
    document.root.insert(Line::new("X-NEW", &[], "1"));
    assert!(document.to_string().contains("X-NEW:1\n"));
    assert!(!document.to_string().contains("X-NEW:1\r\n"));
}

#[test]
fn what_is_not_one_object_is_refused_by_line() {
    for (text, sentence) in [
        (
            "",
            "The file is empty or not UTF-8 text; save it as UTF-8 to synchronise it.",
        ),
        (
            "BEGIN:VCARD\r\n",
            "The file ends before VCARD is closed; it seems cut off.",
        ),
        (
            "BEGIN:A\nEND:B\n",
            "The file cannot be read: A is not closed (line 2).",
        ),
        (
            "END:A\n",
            "The file cannot be read: END without BEGIN (line 1).",
        ),
        (
            "hello\n",
            "The file cannot be read: text outside of BEGIN and END (line 1).",
        ),
        (
            "BEGIN:A\nEND:A\nBEGIN:A\nEND:A\n",
            "The file cannot be read: a second object starts in the same file (line 3).",
        ),
    ] {
        assert_eq!(Document::parse(text).unwrap_err().message(), sentence);
    }
    let deep = "BEGIN:A\n".repeat(100_000);
    assert!(Document::parse(&deep).is_err());
}

/// Text made of what matters to the grammar.
fn soup() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("BEGIN:VCALENDAR\r\n".to_owned()),
        Just("BEGIN:VCARD\r\n".to_owned()),
        Just("BEGIN:VEVENT\n".to_owned()),
        Just("BEGIN:VALARM\n".to_owned()),
        Just("END:VALARM\n".to_owned()),
        Just("END:VEVENT\r\n".to_owned()),
        Just("END:VCARD\r\n".to_owned()),
        Just("END:VCALENDAR\r\n".to_owned()),
        Just("VERSION:4.0\n".to_owned()),
        Just("DTSTART;TZID=Europe/Vienna:20260105T090000\r\n".to_owned()),
        Just("RRULE:FREQ=MONTHLY;BYDAY=-1FR;UNTIL=20300101\r\n".to_owned()),
        "(DTSTART|DTEND|DURATION|RRULE|EXDATE|RECURRENCE-ID|TRIGGER|BDAY|PHOTO|TEL|ADR|N|FN|ORG|EMAIL|UID|STATUS|DUE)[;:]\\PC{0,40}\r?\n",
        "(FREQ|INTERVAL|COUNT|UNTIL|BYDAY|BYMONTHDAY|BYSETPOS|WKST)=[-0-9A-Z,€]{0,12}"
            .prop_map(|part| format!("RRULE:FREQ=YEARLY;{part}\n")),
        "[ \t]\\PC{0,20}\r\n",
        "\\PC{0,30}\n",
        any::<String>(),
    ];
    prop::collection::vec(piece, 0..30).prop_map(|pieces| pieces.concat())
}

/// A component of any lines.
fn object() -> impl Strategy<Value = (Kind, String)> {
    prop::sample::select(Kind::ALL.to_vec()).prop_flat_map(|kind| {
        let (open, close) = match kind {
            Kind::Event => (
                "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n",
                "END:VEVENT\r\nEND:VCALENDAR\r\n",
            ),
            Kind::Task => (
                "BEGIN:VCALENDAR\r\nBEGIN:VTODO\r\n",
                "END:VTODO\r\nEND:VCALENDAR\r\n",
            ),
            Kind::Contact => ("BEGIN:VCARD\r\n", "END:VCARD\r\n"),
        };
        soup().prop_map(move |soup| {
            let lines: String = soup
                .split_inclusive('\n')
                .filter(|line| !line.starts_with("BEGIN") && !line.starts_with("END"))
                .collect();
            (
                kind,
                format!("{open}DTSTART:20260105T090000Z\r\n{lines}\r\n{close}"),
            )
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_parses_comes_back(text in soup()) {
        if let Ok(document) = Document::parse(&text) {
            prop_assert_eq!(document.to_string(), text);
        }
    }

    #[test]
    fn no_file_panics_and_what_is_read_is_not_rewritten((kind, text) in object()) {
        let context = Context::new(chrono_tz::Tz::Europe__Vienna, chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap());
        if let Ok(document) = Document::parse(&text) {
            prop_assert_eq!(document.to_string(), text.clone());
        }
        if let Ok(local) = mapping::read_local(kind, &text, &context) {
            let keys: Vec<_> = local.record.iter().map(|(key, _)| key).collect();
            let same = mapping::write_local(kind, Some(&text), "u", &local.record, &keys, &context);
            prop_assert_eq!(same.unwrap(), text);
            let _ = mapping::create_fields(kind, "k", "u", &local.record, &context);
            let _ = mapping::occurrence_changes(kind, &local.record, &keys, &context);
        }
    }

    #[test]
    fn texts_survive_escaping(text in "\\PC{0,200}") {
        let line = Line::new("NOTE", &[("X", "a\"^,b")], &escape(&text));
        prop_assert_eq!(unescape(line.value()), text);
        prop_assert_eq!(line.param("X").unwrap(), "a\"^,b");
        for physical in line.raw().split("\r\n") {
            prop_assert!(physical.len() <= 75);
        }
        let joined = format!("{};x", line.value());
        prop_assert_eq!(split(&joined, b';').count(), 2);
    }
}
