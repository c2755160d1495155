//! Lines that no row reads go along to the other side, and stay where they are on their own.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

use chrono_tz::Tz;
use exchange_core::mapping::{self, Context, LocalItem};
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

fn card(lines: &str) -> String {
    format!(
        "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:c\r\nFN:Ada Example\r\nN:Example;Ada;;;\r\n{lines}END:VCARD\r\n"
    )
}

fn read(kind: Kind, text: &str) -> LocalItem {
    mapping::read_local(kind, text, &CONTEXT).unwrap()
}

fn unmapped(kind: Kind, text: &str) -> Option<String> {
    match read(kind, text).record.own("unmapped") {
        Some(Value::Text(text)) => Some(text.clone()),
        None => None,
        other => panic!("{other:?}"),
    }
}

fn write(kind: Kind, text: &str, value: Option<&str>) -> String {
    let mut target: Record = read(kind, text).record;
    let key = Key::of("unmapped");
    match value {
        Some(value) => target.set(key, Value::text(value)),
        None => drop(target.remove(key)),
    }
    mapping::write_local(kind, Some(text), "u", &target, &[key], &CONTEXT).unwrap()
}

fn copy(kind: Kind, text: &str) -> String {
    let record = read(kind, text).record;
    mapping::write_local(kind, None, "u", &record, &[], &CONTEXT).unwrap()
}

#[test]
fn lines_and_components_that_no_row_reads_are_carried() {
    let text = event(
        "X-ODD;A=\"b;c\":some\r\n  thing\r\nSUMMARY:S\r\nCOMMENT:Two\r\nCOMMENT:One\r\nBEGIN:X-PART\r\nX-IN:1\r\nEND:X-PART\r\n",
    );
    let carried =
        "BEGIN:X-PART\nX-IN:1\nEND:X-PART\nCOMMENT:One\nCOMMENT:Two\nX-ODD;A=\"b;c\":some thing";
    assert_eq!(unmapped(Kind::Event, &text).as_deref(), Some(carried));
    let copy = copy(Kind::Event, &text);
    assert_eq!(unmapped(Kind::Event, &copy).as_deref(), Some(carried));
}

#[test]
fn a_second_line_is_carried_where_the_first_is_read() {
    let text = card(
        "NOTE:First\r\nTITLE:Boss\r\nNOTE:Second\r\nTITLE:Founder\r\nORG:One\r\nORG:Two;Hall\r\n",
    );
    let carried = "NOTE:Second\nORG:Two\\;Hall\nTITLE:Founder".replace("\\;", ";");
    assert_eq!(unmapped(Kind::Contact, &text), Some(carried.clone()));
    let copy = copy(Kind::Contact, &text);
    assert_eq!(
        read(Kind::Contact, &copy).record,
        read(Kind::Contact, &text).record
    );
}

#[test]
fn only_lines_that_differ_are_touched() {
    let text = card("X-B:folded\r\n  oddly\r\nNOTE:Note\r\nx-a:1\r\nX-C:3\r\n");
    assert_eq!(
        write(Kind::Contact, &text, Some("X-B:folded oddly\nX-D:4\nx-a:1")),
        card("X-B:folded\r\n  oddly\r\nNOTE:Note\r\nx-a:1\r\nX-D:4\r\n")
    );
    assert_eq!(write(Kind::Contact, &text, None), card("NOTE:Note\r\n"));
}

#[test]
fn a_fourth_address_stays_the_fourth() {
    let emails = "EMAIL:a@example.org\r\nEMAIL:b@example.org\r\nEMAIL:c@example.org\r\nEMAIL:d@example.org\r\n";
    let text = card(emails);
    assert_eq!(
        unmapped(Kind::Contact, &text).as_deref(),
        Some("EMAIL:d@example.org")
    );
    let copied = copy(Kind::Contact, &text);
    assert_eq!(
        read(Kind::Contact, &copied).record,
        read(Kind::Contact, &text).record
    );

    // Exchange loses its first one: the fourth does not step in, neither here nor in the other file.
    for text in [text, copied] {
        let mut target = read(Kind::Contact, &text).record;
        target.remove(Key::of("email_1"));
        let changed = [Key::of("email_1")];
        let text =
            mapping::write_local(Kind::Contact, Some(&text), "c", &target, &changed, &CONTEXT);
        assert_eq!(read(Kind::Contact, &text.unwrap()).record, target);
    }
}

#[test]
fn what_is_said_twice_there_is_said_twice_here() {
    let text = card("NOTE:First\r\n");
    let written = write(Kind::Contact, &text, Some("NOTE:First\nX-A:1"));
    let twice = "NOTE:First\r\nNOTE:First\r\nX-A:1\r\n";
    assert_eq!(written, card(twice));
}

#[test]
fn a_second_line_does_not_step_in_for_the_first() {
    let text = card("NOTE:First\r\nNOTE:Second\r\nORG:One\r\nORG:Two\r\n");
    let mut target = read(Kind::Contact, &text).record;
    let changed = [Key::of("notes"), Key::of("company")];
    for key in changed {
        target.remove(key);
    }
    let text = mapping::write_local(Kind::Contact, Some(&text), "c", &target, &changed, &CONTEXT);
    let text = text.unwrap();
    assert_eq!(read(Kind::Contact, &text).record, target, "{text}");
    let copy = copy(Kind::Contact, &text);
    assert_eq!(read(Kind::Contact, &copy).record, target, "{copy}");
}

#[test]
fn a_label_goes_with_its_line() {
    let text = card(
        "item1.EMAIL:a@example.org\r\nEMAIL:b@example.org\r\nitem2.URL:https://example.org\r\nitem1.X-ABLabel:Boat\r\nitem2.X-ABLabel;A=1:Home\r\nitem3.X-ODD:1\r\nitem3.X-ABLabel:Odd\r\n",
    );
    let carried = unmapped(Kind::Contact, &text).unwrap();
    assert_eq!(
        carried,
        "=email_1.X-ABLabel:Boat\n=web_page.X-ABLabel;A=1:Home\nitem3.X-ABLabel:Odd\nitem3.X-ODD:1"
    );
    let copy = copy(Kind::Contact, &text);
    let mut target = read(Kind::Contact, &copy).record;
    assert_eq!(target, read(Kind::Contact, &text).record, "{copy}");
    assert!(copy.contains("item1.EMAIL"), "{copy}");
    assert!(copy.contains("item1.X-ABLabel:Boat\r\n"), "{copy}");

    // It is changed where it stands, and goes when its line goes.
    let changed = write(Kind::Contact, &text, Some(&carried.replace("Boat", "Ship")));
    assert_eq!(
        unmapped(Kind::Contact, &changed),
        Some(carried.replace("Boat", "Ship"))
    );
    target.remove(Key::of("email_1"));
    target.set(
        Key::of("unmapped"),
        Value::text(carried.split_once('\n').unwrap().1),
    );
    let changed = [Key::of("email_1"), Key::of("unmapped")];
    let without =
        mapping::write_local(Kind::Contact, Some(&text), "c", &target, &changed, &CONTEXT).unwrap();
    assert_eq!(read(Kind::Contact, &without).record, target, "{without}");
    assert!(!without.contains("Boat"), "{without}");
}

#[test]
fn books_are_never_carried() {
    let text =
        card("REV:20260101T000000Z\r\nPRODID:-//x//EN\r\nCREATED:20260101T000000Z\r\nno colon\r\n");
    assert_eq!(unmapped(Kind::Contact, &text), None);
    let written = write(
        Kind::Contact,
        &text,
        Some("UID:other\nVERSION:4.0\nX-A:1\nEND:VCARD"),
    );
    assert_eq!(
        unmapped(Kind::Contact, &written),
        None,
        "unbalanced text is no line"
    );
}

#[test]
fn what_is_too_large_stays_here_and_is_told() {
    let key = format!("KEY;ENCODING=b:{}\r\n", "A".repeat(120_000));
    let text = card(&format!("{key}X-A:1\r\n"));
    let item = read(Kind::Contact, &text);
    assert_eq!(item.record.own("unmapped"), Some(&Value::text("X-A:1")));
    let reasons: Vec<&str> = item
        .losses
        .iter()
        .map(|loss| loss.reason.as_str())
        .collect();
    assert_eq!(
        reasons,
        ["KEY is too large to be kept in Exchange; it stays here."]
    );
    assert_eq!(write(Kind::Contact, &text, None), card(&key));
}

#[test]
fn a_changed_occurrence_has_its_own() {
    let series = |master: &str, changed: &str| {
        let text = event(&format!("RRULE:FREQ=DAILY\r\n{master}"));
        text.replace(
            "END:VCALENDAR",
            &format!(
                "BEGIN:VEVENT\r\nUID:e\r\nRECURRENCE-ID:20260107T090000Z\r\nDTSTART:20260107T110000Z\r\nDTEND:20260107T120000Z\r\n{changed}END:VEVENT\r\nEND:VCALENDAR"
            ),
        )
    };
    for text in [
        series("X-A:1\r\n", "X-A:1\r\n"),
        series("X-A:1\r\n", "X-A:2\r\nX-B:1\r\n"),
        series("X-A:1\r\n", ""),
    ] {
        let record = read(Kind::Event, &text).record;
        let copy = copy(Kind::Event, &text);
        assert_eq!(read(Kind::Event, &copy).record, record, "{copy}");
    }
}

#[test]
fn a_friend_of_the_managers_name_is_carried() {
    let text = card("X-MANAGER:Bob\r\nRELATED;TYPE=friend;VALUE=text:Bob\r\n");
    let friend = "RELATED;TYPE=friend;VALUE=text:Bob";
    assert_eq!(unmapped(Kind::Contact, &text).as_deref(), Some(friend));
    let copy = copy(Kind::Contact, &text);
    assert_eq!(unmapped(Kind::Contact, &copy).as_deref(), Some(friend));
}

#[test]
fn a_second_office_of_another_programs_name_is_carried_and_never_steps_in() {
    let text = card("X-EVOLUTION-OFFICE:East\r\nX-OFFICE:West\r\n");
    let local = read(Kind::Contact, &text);
    assert_eq!(local.record.own("office"), Some(&Value::text("West")));
    let east = "X-EVOLUTION-OFFICE:East";
    assert_eq!(unmapped(Kind::Contact, &text).as_deref(), Some(east));
    let copy = copy(Kind::Contact, &text);
    assert_eq!(read(Kind::Contact, &copy).record, local.record);
    let mut target = local.record;
    let office = Key::of("office");
    target.remove(office);
    let without = mapping::write_local(
        Kind::Contact,
        Some(&text),
        "u",
        &target,
        &[office],
        &CONTEXT,
    )
    .unwrap();
    assert_eq!(read(Kind::Contact, &without).record, target);
    assert!(
        without.contains(":East") && !without.contains("West"),
        "{without}"
    );
}
