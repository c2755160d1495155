//! Which of several alarms Exchange gets as its reminder, and what becomes of the others.
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test may fail")]

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use exchange_core::ews::{Element, FieldPath};
use exchange_core::mapping::{self, Context, FieldChange};
use exchange_core::model::{Key, Kind, Record, Value};

const CONTEXT: Context = Context::new(
    Tz::Europe__Vienna,
    chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap(),
);

const TIMED: &str = "DTSTART:20260105T090000Z\r\nDTEND:20260105T093000Z\r\n";

fn alarm(lines: &str) -> String {
    let lines = lines.replace(' ', "\r\n");
    format!("BEGIN:VALARM\r\nACTION:DISPLAY\r\n{lines}\r\nEND:VALARM\r\n")
}

fn part(name: &str, lines: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:{name}\r\nUID:e\r\nDTSTAMP:20260101T000000Z\r\n{lines}END:{name}\r\nEND:VCALENDAR\r\n"
    )
}

fn event(lines: &str) -> String {
    part("VEVENT", lines)
}

fn record(kind: Kind, text: &str) -> Record {
    mapping::read_local(kind, text, &CONTEXT).unwrap().record
}

fn minutes(lines: &str) -> Option<i64> {
    match record(Kind::Event, &event(lines)).own("reminder") {
        Some(Value::Number(minutes)) => Some(*minutes),
        None => None,
        other => panic!("{other:?}"),
    }
}

fn write(kind: Kind, text: &str, target: &Record, property: &'static str) -> String {
    let changed = [Key::of(property)];
    mapping::write_local(kind, Some(text), "e", target, &changed, &CONTEXT).unwrap()
}

#[test]
fn the_last_alarm_before_the_start_is_the_reminder() {
    for (lines, expected) in [
        (alarm("TRIGGER:-PT15M"), Some(15)),
        (alarm("TRIGGER:PT0S"), Some(0)),
        (
            alarm("TRIGGER:-P1D") + &alarm("TRIGGER:-PT5M") + &alarm("TRIGGER:-PT1H"),
            Some(5),
        ),
        (alarm("TRIGGER:PT5M") + &alarm("TRIGGER:-PT1H"), Some(60)),
        (alarm("TRIGGER;RELATED=END:-PT45M"), Some(15)),
        (alarm("TRIGGER;RELATED=END:-PT15M"), None),
        (alarm("TRIGGER;VALUE=DATE-TIME:20260105T080000Z"), Some(60)),
        (alarm("TRIGGER;VALUE=DATE-TIME:20260105T085930Z"), None),
        (alarm("TRIGGER;VALUE=DATE-TIME:20260105T093000Z"), None),
        (alarm("TRIGGER:-P1827D"), None),
        (alarm("TRIGGER:-P1826D"), Some(1826 * 1440)),
        (alarm("TRIGGER:-PT15M").replace("DISPLAY", "EMAIL"), None),
        (alarm("TRIGGER:-PT15M").replace("DISPLAY", "NONE"), None),
        (
            alarm("TRIGGER:-PT5M RELATED-TO;RELTYPE=SNOOZE:a") + &alarm("TRIGGER:-PT1H"),
            Some(60),
        ),
        (String::new(), None),
    ] {
        assert_eq!(minutes(&format!("{TIMED}{lines}")), expected, "{lines}");
    }
}

#[test]
fn an_alarm_at_a_fixed_time_is_before_one_start_only() {
    let fixed = alarm("TRIGGER;VALUE=DATE-TIME:20260105T080000Z");
    assert_eq!(
        minutes(&format!("{TIMED}RRULE:FREQ=DAILY\r\n{fixed}")),
        None
    );
}

#[test]
fn a_day_is_reminded_of_before_its_midnight() {
    let day = "DTSTART;VALUE=DATE:20260105\r\nDTEND;VALUE=DATE:20260106\r\n";
    for (trigger, expected) in [
        ("TRIGGER:-PT15H", Some(15 * 60)),
        ("TRIGGER:PT9H", None),
        // 22:00 in Vienna, where the person lives.
        ("TRIGGER;VALUE=DATE-TIME:20260104T210000Z", Some(2 * 60)),
    ] {
        assert_eq!(
            minutes(&format!("{day}{}", alarm(trigger))),
            expected,
            "{trigger}"
        );
    }
}

#[test]
fn a_new_time_keeps_the_terms_of_the_alarm_and_the_others_out() {
    for (trigger, expected) in [
        ("TRIGGER;X-A=1:-PT5M", "TRIGGER;X-A=1:-P2D"),
        ("TRIGGER;RELATED=END:-PT31M", "TRIGGER;RELATED=END:-PT2910M"),
        (
            "TRIGGER;VALUE=DATE-TIME:20260105T085900Z",
            "TRIGGER;VALUE=DATE-TIME:20260103T090000Z",
        ),
    ] {
        let text = event(&format!(
            "{TIMED}{}{}",
            alarm("TRIGGER:-P1D"),
            alarm(trigger)
        ));
        let mut target = record(Kind::Event, &text);
        target.set(Key::of("reminder"), Value::Number(2880));
        let written = write(Kind::Event, &text, &target, "reminder");
        assert!(written.contains(&format!("{expected}\r\n")), "{written}");
        assert_eq!(record(Kind::Event, &written), target, "{written}");

        target.remove(Key::of("reminder"));
        let written = write(Kind::Event, &written, &target, "reminder");
        assert_eq!(record(Kind::Event, &written), target, "{written}");
        assert!(written.contains("TRIGGER:-P1D\r\n"), "{written}");

        // And so it is in another file.
        let copy = mapping::write_local(Kind::Event, None, "e", &target, &[], &CONTEXT).unwrap();
        assert_eq!(record(Kind::Event, &copy), target, "{copy}");
    }
}

#[test]
fn an_alarm_at_a_fixed_time_moves_with_its_event() {
    let text = event(&format!(
        "{TIMED}{}",
        alarm("TRIGGER;VALUE=DATE-TIME:20260105T080000Z")
    ));
    let moved = text.replace("20260105T09", "20260106T09");
    let mut target = record(Kind::Event, &moved);
    target.set(Key::of("reminder"), Value::Number(60));
    target.remove(Key::of("unmapped"));
    let written = write(Kind::Event, &text, &target, "start");
    assert!(written.contains("20260106T080000Z"), "{written}");
    assert_eq!(record(Kind::Event, &written), target);
}

#[test]
fn another_title_does_not_touch_a_reminder_that_was_dismissed() {
    let dismissed = format!(
        "{TIMED}X-MOZ-LASTACK:20260105T084600Z\r\nX-MOZ-SNOOZE-TIME:20260105T085500Z\r\nSUMMARY:Old\r\n{}",
        alarm("TRIGGER:-PT15M ACKNOWLEDGED:20260105T084600Z X-MOZ-LASTACK:20260105T084600Z")
    );
    let text = event(&dismissed);
    let mut target = record(Kind::Event, &text);
    target.set(Key::of("summary"), Value::text("New"));
    let written = write(Kind::Event, &text, &target, "summary");
    assert_eq!(written, text.replace("Old", "New"));

    let changed = [Key::of("summary")];
    let steps = mapping::update_fields(Kind::Event, &target, &changed, &CONTEXT).unwrap();
    let paths: Vec<FieldPath> = steps
        .iter()
        .map(|step| match step {
            FieldChange::Set(field) => field.path,
            FieldChange::Delete(path) => *path,
        })
        .collect();
    assert_eq!(paths, [FieldPath::Field("item:Subject")]);
}

#[test]
fn what_an_alarm_says_besides_its_time_goes_along() {
    let text = event(&format!(
        "{TIMED}{}",
        alarm("TRIGGER:-PT15M UID:alarm-1 ACKNOWLEDGED:20260105T084600Z DESCRIPTION:Go")
            .replace("DISPLAY", "AUDIO")
    ));
    let first = record(Kind::Event, &text);
    assert_eq!(
        first.own("unmapped"),
        Some(&Value::text(
            "=reminder.ACKNOWLEDGED:20260105T084600Z\n=reminder.ACTION:AUDIO\n=reminder.DESCRIPTION:Go\n=reminder.UID:alarm-1"
        ))
    );
    let copy = mapping::write_local(Kind::Event, None, "e", &first, &[], &CONTEXT).unwrap();
    assert_eq!(record(Kind::Event, &copy), first, "{copy}");
    assert!(copy.contains("ACKNOWLEDGED:20260105T084600Z\r\n"), "{copy}");
    assert!(!copy.contains("DESCRIPTION:Reminder"), "{copy}");

    let mut target = first;
    target.remove(Key::of("unmapped"));
    let plain = write(Kind::Event, &copy, &target, "unmapped");
    assert_eq!(record(Kind::Event, &plain), target, "{plain}");
    target.remove(Key::of("reminder"));
    let silent = write(Kind::Event, &copy, &target, "reminder");
    assert_eq!(record(Kind::Event, &silent), target, "{silent}");
}

fn sent(kind: Kind, record: &Record) -> Element {
    let fields = mapping::create_fields(kind, "key", "uid", record, &CONTEXT).unwrap();
    Element {
        name: "Item".to_owned(),
        children: fields.into_iter().map(|field| field.content).collect(),
        ..Element::default()
    }
}

#[test]
fn no_reminder_is_invented() {
    let bare = record(Kind::Event, &event(TIMED));
    assert_eq!(
        sent(Kind::Event, &bare).child_text("ReminderIsSet"),
        Some("false")
    );
    let bare = record(Kind::Task, &part("VTODO", "SUMMARY:T\r\n"));
    assert_eq!(
        sent(Kind::Task, &bare).child_text("ReminderIsSet"),
        Some("false")
    );
}

#[test]
fn a_task_is_reminded_of_first_things_first() {
    let time = |text: &str| Value::Instant(text.parse::<DateTime<Utc>>().unwrap());
    let task = |lines: &str| part("VTODO", &format!("DUE:20260105T090000Z\r\n{lines}"));
    let two = alarm("TRIGGER;RELATED=END:-PT15M") + &alarm("TRIGGER:-PT1H");
    let text = task(&two);
    let mut target = record(Kind::Task, &text);
    assert_eq!(target.own("reminder"), Some(&time("2026-01-05T08:00:00Z")));

    for value in [Some(time("2026-01-05T08:50:00Z")), None] {
        match value {
            Some(value) => target.set(Key::of("reminder"), value),
            None => drop(target.remove(Key::of("reminder"))),
        }
        let written = write(Kind::Task, &text, &target, "reminder");
        assert_eq!(record(Kind::Task, &written), target, "{written}");
    }
}
