//! What Exchange holds less of than iCalendar and vCard is carried beside it, and counts while the two agree.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

use chrono_tz::Tz;
use exchange_core::ews::Element;
use exchange_core::mapping::{self, Context, FieldChange, LocalItem};
use exchange_core::model::{Key, Kind, Record, Value};

const CONTEXT: Context = Context::new(
    Tz::Europe__Vienna,
    chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap(),
);

fn event(lines: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:e\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20260105T090000Z\r\nDTEND:20260105T100000Z\r\n{lines}END:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

fn task(lines: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VTODO\r\nUID:t\r\nDTSTAMP:20260101T000000Z\r\n{lines}END:VTODO\r\nEND:VCALENDAR\r\n"
    )
}

fn card(lines: &str) -> String {
    format!(
        "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:c\r\nFN:Ada Example\r\nN:Example;Ada;;;\r\n{lines}END:VCARD\r\n"
    )
}

fn read(kind: Kind, text: &str) -> LocalItem {
    mapping::read_local(kind, text, &CONTEXT).unwrap()
}

/// The item as a server answers it.
fn item(kind: Kind, record: &Record) -> Element {
    let fields = mapping::create_fields(kind, "key", "uid", record, &CONTEXT).unwrap();
    Element {
        name: "Item".to_owned(),
        children: fields.into_iter().map(|field| field.content).collect(),
        ..Element::default()
    }
}

fn set(item: &mut Element, name: &str, text: &str) {
    let mut children = item.children.iter_mut();
    let found = children.find(|child| child.name == name);
    text.clone_into(&mut found.unwrap().text);
}

fn remote(kind: Kind, item: &Element) -> Record {
    mapping::read_remote(kind, item, &CONTEXT).unwrap().record
}

/// The object of another address book or calendar of the same folder.
fn copy(kind: Kind, text: &str) -> String {
    let record = remote(kind, &item(kind, &read(kind, text).record));
    mapping::write_local(kind, None, "u", &record, &[], &CONTEXT).unwrap()
}

/// The object after Exchange has `now`.
fn follow(kind: Kind, text: &str, now: &Record) -> String {
    let before = read(kind, text).record;
    let all = before.iter().chain(now.iter()).map(|(key, _)| key);
    let changed: Vec<Key> = all
        .filter(|key| before.get(*key) != now.get(*key))
        .collect();
    mapping::write_local(kind, Some(text), "u", now, &changed, &CONTEXT).unwrap()
}

#[test]
fn the_number_of_a_priority_reaches_another_calendar() {
    for number in 1..=9 {
        let line = format!("PRIORITY:{number}\r\n");
        let copied = copy(Kind::Event, &event(&line));
        assert!(copied.contains(&line), "{copied}");
        let copied = copy(Kind::Task, &task(&line));
        assert!(copied.contains(&line), "{copied}");
    }
}

#[test]
fn a_priority_changed_in_exchange_wins_over_the_number() {
    for (kind, text) in [
        (Kind::Event, event("PRIORITY:3\r\n")),
        (Kind::Task, task("PRIORITY:3\r\n")),
    ] {
        let mut item = item(kind, &read(kind, &text).record);
        for (word, line) in [("Low", "PRIORITY:9\r\n"), ("Normal", "")] {
            set(&mut item, "Importance", word);
            let now = remote(kind, &item);
            assert_eq!(
                follow(kind, &text, &now),
                text.replace("PRIORITY:3\r\n", line)
            );
        }
        set(&mut item, "Importance", "High");
        assert_eq!(follow(kind, &text, &remote(kind, &item)), text);
    }
}

#[test]
fn a_number_that_goes_is_not_left_in_exchange() {
    let target = read(Kind::Task, &task("PRIORITY:1\r\n")).record;
    let steps =
        mapping::update_fields(Kind::Task, &target, &[Key::of("priority")], &CONTEXT).unwrap();
    let deleted = |step: &FieldChange| matches!(step, FieldChange::Delete(_));
    assert_eq!(steps.len(), 2, "{steps:?}");
    assert!(steps.iter().any(deleted), "{steps:?}");
}

#[test]
fn a_number_from_here_does_not_outlive_a_step_from_there() {
    let mut record = read(Kind::Task, &task("PRIORITY:2\r\n")).record;
    record.set(Key::of("priority"), Value::text("low"));
    mapping::agree(Kind::Task, &mut record);
    assert_eq!(record.own("rank"), None);
}

#[test]
fn the_units_of_a_department_reach_another_address_book() {
    let line = "ORG:Example\\; Sons;Sales;North\\, East;Third;Fourth\r\n";
    let text = card(line);
    let copied = copy(Kind::Contact, &text);
    assert!(copied.contains(line), "{copied}");

    let mut now = read(Kind::Contact, &text).record;
    now.remove(Key::of("department"));
    now.set(Key::of("units"), Value::text("North\nLast"));
    assert_eq!(
        follow(Kind::Contact, &text, &now),
        card("ORG:Example\\; Sons;;North;Last\r\n")
    );
    for property in ["company", "units"] {
        now.remove(Key::of(property));
    }
    assert_eq!(follow(Kind::Contact, &text, &now), card(""));

    let gaps = card("ORG:Example;;;Third;\r\n");
    assert_eq!(
        read(Kind::Contact, &copy(Kind::Contact, &gaps)).record,
        read(Kind::Contact, &gaps).record
    );
}

#[test]
fn a_second_of_a_relation_reaches_another_address_book() {
    let lines = [
        "RELATED;VALUE=text;TYPE=spouse:Grace",
        "X-SPOUSE:Mary",
        "X-SPOUSE:Joan",
        "RELATED;VALUE=text;TYPE=manager:Alan",
        "X-EVOLUTION-MANAGER:Edsger",
    ];
    for turned in [false, true] {
        let mut all = lines;
        if turned {
            all.reverse();
        }
        let text = card(&format!("{}\r\n", all.join("\r\n")));
        let record = read(Kind::Contact, &text).record;
        let copied = copy(Kind::Contact, &text);
        for name in ["Grace", "Mary", "Joan", "Alan", "Edsger"] {
            assert!(copied.contains(name), "{name}: {copied}");
        }
        assert_eq!(read(Kind::Contact, &copied).record, record, "{copied}");

        // Exchange loses the first: the second does not step in.
        for text in [text, copied] {
            let mut now = record.clone();
            now.remove(Key::of("spouse"));
            let without = follow(Kind::Contact, &text, &now);
            assert_eq!(read(Kind::Contact, &without).record, now, "{without}");
        }
    }
}

#[test]
fn a_long_place_is_whole_in_another_calendar() {
    let place = format!("Room {}end", "ä€😀, ".repeat(90));
    let place = place.replace(", ", " ");
    let text = event(&format!("LOCATION:{place}\r\n"));
    let local = read(Kind::Event, &text);
    assert_eq!(local.losses.len(), 1);
    let mut item = item(Kind::Event, &local.record);
    let short = item.child_text("Location").unwrap();
    assert!(short.encode_utf16().count() <= 255, "{short}");
    assert!(place.starts_with(short) && short.len() > 300, "{short}");
    assert_eq!(remote(Kind::Event, &item), local.record);
    set(&mut item, "Location", "Elsewhere");
    assert_eq!(
        remote(Kind::Event, &item).own("location"),
        Some(&Value::text("Elsewhere"))
    );
}

#[test]
fn a_time_without_a_zone_stays_without_one_where_the_person_lives_by_utc() {
    let context = Context::new(
        Tz::UTC,
        chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap(),
    );
    let text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VTODO\r\nUID:t\r\nDUE:20260105T180000\r\nSUMMARY:Cook\r\n\
                END:VTODO\r\nEND:VCALENDAR\r\n";
    let record = mapping::read_local(Kind::Task, text, &context)
        .unwrap()
        .record;
    let copy = mapping::write_local(Kind::Task, None, "t", &record, &[], &context).unwrap();
    assert!(copy.contains("DUE:20260105T180000\r\n"), "{copy}");
}

#[test]
fn an_event_without_a_zone_stays_without_one_where_the_person_lives_by_utc() {
    let context = Context::new(
        Tz::UTC,
        chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap(),
    );
    let text = event("")
        .replace("DTSTART:20260105T090000Z", "DTSTART:20260105T090000")
        .replace("DTEND:20260105T100000Z", "DTEND:20260105T100000");
    let read = |text: &str| {
        mapping::read_local(Kind::Event, text, &context)
            .unwrap()
            .record
    };
    let record = read(&text);
    let copy = mapping::write_local(Kind::Event, None, "e", &record, &[], &context).unwrap();
    assert!(copy.contains("DTSTART:20260105T090000\r\n"), "{copy}");
    assert!(copy.contains("DTEND:20260105T100000\r\n"), "{copy}");
    let mut later = record.clone();
    later.set(
        Key::of("start"),
        read(&text.replace("T090000", "T080000"))
            .own("start")
            .unwrap()
            .clone(),
    );
    let keys = [Key::of("start")];
    let moved =
        mapping::write_local(Kind::Event, Some(&text), "e", &later, &keys, &context).unwrap();
    assert_eq!(moved, text.replace("T090000", "T080000"));
}
