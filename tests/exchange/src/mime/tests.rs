use super::*;
use crate::bag::{Attendee, Value};
use crate::item::{Class, Exception, Item};
use crate::recurrence::{DaySet, Pattern, Range, Recurrence};
use crate::zone::Zone;
use crate::{global_id, keys};
use chrono::{DateTime, NaiveDate, TimeDelta, Utc, Weekday};

const BERLIN: &str = "W. Europe Standard Time";

fn berlin() -> Zone {
    Zone::windows(BERLIN).unwrap()
}

fn utc(text: &str) -> DateTime<Utc> {
    text.parse().unwrap()
}

fn owner() -> Attendee {
    Attendee {
        name: "Anna Example".into(),
        email: "anna@example.org".into(),
        response: String::new(),
        ..Attendee::default()
    }
}

fn lines(text: &str) -> Vec<&str> {
    text.split("\r\n").collect()
}

fn event(body: &str) -> Item {
    let text = format!("BEGIN:VCALENDAR\nVERSION:2.0\n{body}\nEND:VCALENDAR\n");
    read(&text, berlin()).unwrap_or_else(|e| panic!("{e}\n{text}"))
}

/// Every Tuesday at 9 in Berlin from before the end of summer time on; one moved, one deleted.
fn series() -> Item {
    let mut item = Item::new(Class::Event);
    let set = |item: &mut Item, key, value| item.bag.set(key, value);
    set(
        &mut item,
        keys::SUBJECT,
        Value::Text("Stand-up; daily, \\ \u{1F600}\r\nsecond line".into()),
    );
    set(
        &mut item,
        keys::BODY_TEXT,
        Value::Text("Größe\r\n\r\nEnd".repeat(20)),
    );
    set(
        &mut item,
        keys::CLEAN_GLOBAL_ID,
        Value::Binary(global_id::from_uid("series-1@example.org")),
    );
    set(
        &mut item,
        keys::START,
        Value::Time(utc("2025-10-21T07:00:00Z")),
    );
    set(
        &mut item,
        keys::END,
        Value::Time(utc("2025-10-21T07:30:00Z")),
    );
    set(&mut item, keys::START_ZONE, Value::Text(BERLIN.into()));
    set(&mut item, keys::END_ZONE, Value::Text(BERLIN.into()));
    set(&mut item, keys::BUSY, Value::Int(3));
    set(&mut item, keys::IMPORTANCE, Value::Int(2));
    set(&mut item, keys::SENSITIVITY, Value::Int(2));
    set(&mut item, keys::PRIVATE, Value::Bool(true));
    set(
        &mut item,
        keys::CATEGORIES,
        Value::Texts(vec!["Work, \"A\"".into(), "Blau".into()]),
    );
    set(&mut item, keys::REMINDER_SET, Value::Bool(true));
    set(&mut item, keys::REMINDER_MINUTES, Value::Int(10));
    set(
        &mut item,
        keys::REMINDER_TIME,
        Value::Time(utc("2025-10-21T07:00:00Z")),
    );
    set(
        &mut item,
        keys::REMINDER_SIGNAL,
        Value::Time(utc("2025-10-21T06:50:00Z")),
    );
    let bob = Attendee {
        name: "Bob: \"B\"".into(),
        email: "bob@example.com".into(),
        response: "Accept".into(),
        ..Attendee::default()
    };
    set(&mut item, keys::REQUIRED, Value::People(vec![bob]));
    let days = DaySet::of(&[Weekday::Tue]);
    item.recurrence = Some(Recurrence {
        pattern: Pattern::Weekly {
            interval: 1,
            days,
            first_day: Weekday::Mon,
        },
        start: NaiveDate::from_ymd_opt(2025, 10, 21).unwrap(),
        range: Range::EndDate(NaiveDate::from_ymd_opt(2025, 11, 18).unwrap()),
    });
    let mut moved = Exception::default();
    moved
        .changes
        .set(keys::START, Value::Time(utc("2025-10-29T10:00:00Z")));
    moved
        .changes
        .set(keys::END, Value::Time(utc("2025-10-29T11:00:00Z")));
    moved
        .changes
        .set(keys::SUBJECT, Value::Text("Moved".into()));
    item.exceptions.insert(2, moved);
    item.deleted.insert(3);
    item
}

#[test]
fn writes_a_series_as_exchange_does() {
    let text = calendar(&series(), None, &owner());
    for expected in [
        "TZID:W. Europe Standard Time",
        "DTSTART:16010325T020000",
        "RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3",
        "DTSTART;TZID=W. Europe Standard Time:20251021T090000",
        "DTEND;TZID=W. Europe Standard Time:20251021T093000",
        "RRULE:FREQ=WEEKLY;BYDAY=TU;WKST=MO;UNTIL=20251118T080000Z",
        "EXDATE;TZID=W. Europe Standard Time:20251104T090000",
        "RECURRENCE-ID;TZID=W. Europe Standard Time:20251028T090000",
        "DTSTART;TZID=W. Europe Standard Time:20251029T110000",
        "ORGANIZER;CN=Anna Example:mailto:anna@example.org",
        "SUMMARY:Stand-up\\; daily\\, \\\\ \u{1F600}\\nsecond line",
        "SUMMARY:Moved",
        "X-MICROSOFT-CDO-BUSYSTATUS:OOF",
        "CLASS:PRIVATE",
        "PRIORITY:1",
        "TRIGGER;RELATED=START:-PT10M",
        "UID:series-1@example.org",
    ] {
        assert!(
            lines(&text).contains(&expected),
            "{expected} is not in\n{text}"
        );
    }
    assert!(
        lines(&text).iter().all(|line| line.len() <= 75),
        "a line is not folded"
    );
}

#[test]
fn what_it_writes_it_reads() {
    let before = series();
    let after = read(&calendar(&before, None, &owner()), Zone::UTC).unwrap();
    assert_eq!(after.recurrence, before.recurrence);
    assert_eq!(after.deleted, before.deleted);
    let changes = &after.exceptions[&2].changes;
    assert_eq!(changes.text(&keys::SUBJECT), Some("Moved"));
    assert_eq!(
        changes.time(&keys::START),
        Some(utc("2025-10-29T10:00:00Z"))
    );
    assert_eq!(
        changes.get(&keys::BODY_TEXT),
        None,
        "the exception has no body of its own"
    );
    for (key, value) in before.bag.iter() {
        let expected = match value {
            // Quotes cannot stand in a parameter.
            Value::People(people) => Value::People(
                people
                    .iter()
                    .map(|p| Attendee {
                        name: p.name.replace('"', "'"),
                        ..p.clone()
                    })
                    .collect(),
            ),
            value => value.clone(),
        };
        assert_eq!(after.bag.get(key), Some(&expected), "{key}");
    }
}

#[test]
fn an_occurrence_is_written_alone() {
    let text = calendar(&series(), Some(5), &owner());
    assert_eq!(text.matches("BEGIN:VEVENT").count(), 1);
    assert!(
        lines(&text).contains(&"RECURRENCE-ID;TZID=W. Europe Standard Time:20251118T090000"),
        "{text}"
    );
    assert!(!text.contains("RRULE:FREQ=WEEKLY"));
}

#[test]
fn all_day_events_have_dates() {
    let item = event(
        "BEGIN:VEVENT\nUID:1\nDTSTART;VALUE=DATE:20250329\nRRULE:FREQ=DAILY;COUNT=3\n\
         EXDATE;VALUE=DATE:20250330\nEND:VEVENT",
    );
    assert_eq!(item.bag.bool(&keys::ALL_DAY), Some(true));
    assert_eq!(item.start(), utc("2025-03-28T23:00:00Z"));
    assert_eq!(item.end(), utc("2025-03-29T23:00:00Z"));
    assert_eq!(item.deleted.iter().copied().collect::<Vec<_>>(), [2]);
    let text = calendar(&item, None, &owner());
    for expected in [
        "DTSTART;VALUE=DATE:20250329",
        "DTEND;VALUE=DATE:20250330",
        "EXDATE;VALUE=DATE:20250330",
    ] {
        assert!(
            lines(&text).contains(&expected),
            "{expected} is not in\n{text}"
        );
    }
}

#[test]
fn reads_times_in_every_form() {
    let times = |lines: &str| {
        let item = event(&format!("BEGIN:VEVENT\nUID:1\n{lines}\nEND:VEVENT"));
        (item.zone().id, item.start(), item.end() - item.start())
    };
    let hour = TimeDelta::hours(1);
    let noon = utc("2025-07-01T12:00:00Z");
    assert_eq!(
        times("DTSTART:20250701T120000Z\nDTEND:20250701T130000Z"),
        (BERLIN, noon, hour)
    );
    assert_eq!(
        times("DTSTART:20250701T140000\nDURATION:PT1H"),
        (BERLIN, noon, hour)
    );
    let tokyo = "Tokyo Standard Time";
    assert_eq!(
        times("DTSTART;TZID=Asia/Tokyo:20250701T210000\nDTEND;TZID=Asia/Tokyo:20250701T220000"),
        (tokyo, noon, hour)
    );
    assert_eq!(
        times("DTSTART;TZID=\"Tokyo Standard Time\":20250701T210000\nDURATION:PT60M"),
        (tokyo, noon, hour)
    );
    assert_eq!(
        times("DTSTART;TZID=\"Tokyo Standard Time\":20250701T120000Z\nDURATION:PT1H"),
        (tokyo, noon, hour)
    );
    assert_eq!(
        times("DTSTART:20250701T140000"),
        (BERLIN, noon, TimeDelta::zero())
    );
}

#[test]
fn reads_alarms_relative_and_absolute() {
    let minutes = |trigger: &str| {
        let alarm = format!("BEGIN:VALARM\nACTION:DISPLAY\n{trigger}\nEND:VALARM");
        let item = event(&format!(
            "BEGIN:VEVENT\nDTSTART:20250701T120000Z\n{alarm}\nEND:VEVENT"
        ));
        item.bag.int(&keys::REMINDER_MINUTES)
    };
    assert_eq!(minutes("TRIGGER:-P1DT2H"), Some(26 * 60));
    assert_eq!(
        minutes("TRIGGER;VALUE=DATE-TIME:20250701T114500Z"),
        Some(15)
    );
    assert_eq!(minutes("TRIGGER:PT0S"), Some(0));
    assert_eq!(minutes("TRIGGER:PT15M"), None, "after the start");
    assert_eq!(minutes("TRIGGER;RELATED=END:-PT15M"), None);
}

#[test]
fn reads_folded_lines_inside_a_mime_message() {
    let text = "MIME-Version: 1.0\r\nContent-Type: text/calendar\r\n\r\nBEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n\
                SUMMARY;LANGUAGE=\"a:b;c\":Long\r\n  line\\, comma\r\nDTSTART:20250701T120000Z\r\nCATEGORIES:A\\,B,C\r\n\
                ATTENDEE;CUTYPE=ROOM;CN=\"Room: 1\":MAILTO:room@example.org\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    let item = read(text, berlin()).unwrap();
    assert_eq!(item.bag.text(&keys::SUBJECT), Some("Long line, comma"));
    assert_eq!(item.bag.texts(&keys::CATEGORIES), ["A,B", "C"]);
    let room = &item.bag.people(&keys::RESOURCES)[0];
    assert_eq!(
        (room.name.as_str(), room.email.as_str()),
        ("Room: 1", "room@example.org")
    );
}

#[test]
fn exceptions_keep_only_what_differs_and_clear_what_they_lack() {
    let item = event(
        "BEGIN:VEVENT\nUID:1\nSUMMARY:All\nLOCATION:Room\nDTSTART:20250701T120000Z\nDTEND:20250701T130000Z\n\
         RRULE:FREQ=DAILY;COUNT=5\nEND:VEVENT\n\
         BEGIN:VEVENT\nUID:1\nSUMMARY:All\nRECURRENCE-ID:20250703T120000Z\nDTSTART:20250703T150000Z\n\
         DTEND:20250703T160000Z\nEND:VEVENT\n\
         BEGIN:VEVENT\nUID:1\nSUMMARY:None such\nRECURRENCE-ID:20250703T120001Z\nDTSTART:20250703T150000Z\nEND:VEVENT",
    );
    assert_eq!(item.exceptions.keys().copied().collect::<Vec<_>>(), [3]);
    let changes = &item.exceptions[&3].changes;
    assert_eq!(changes.get(&keys::SUBJECT), None);
    assert_eq!(changes.text(&keys::LOCATION), Some(""));
    assert_eq!(
        changes.time(&keys::START),
        Some(utc("2025-07-03T15:00:00Z"))
    );
}

#[test]
fn says_what_it_cannot_read() {
    let error = |text: &str| read(text, berlin()).unwrap_err();
    assert!(error("").contains("VCALENDAR"));
    assert!(error("BEGIN:VCALENDAR\nEND:VCALENDAR").contains("VEVENT"));
    assert!(
        error("BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:x\nEND:VEVENT\nEND:VCALENDAR")
            .contains("DTSTART")
    );
    let start = "BEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:20250701T120000Z\n";
    assert!(error(&format!("{start}END:VTODO\nEND:VCALENDAR")).contains("closes"));
    assert!(
        error(&format!(
            "{start}DTEND:20250701T110000Z\nEND:VEVENT\nEND:VCALENDAR"
        ))
        .contains("ends before")
    );
    assert!(
        error(&format!(
            "{start}RRULE:FREQ=SECONDLY\nEND:VEVENT\nEND:VCALENDAR"
        ))
        .contains("SECONDLY")
    );
    assert!(error(&format!("{start}nonsense\nEND:VEVENT\nEND:VCALENDAR")).contains("nonsense"));
}
