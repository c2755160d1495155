//! The mapping between files, records and EWS items.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail"
)]

use chrono_tz::Tz;
use exchange_core::ews::Element;
use exchange_core::mapping::{self, Context, LocalItem};
use exchange_core::model::{Key, Kind, Record};

fn context() -> Context {
    Context {
        zone: Tz::Europe__Vienna,
    }
}

fn read(kind: Kind, text: &str) -> LocalItem {
    mapping::read_local(kind, text, &context()).unwrap()
}

fn keys(record: &Record) -> Vec<Key> {
    record.iter().map(|(key, _)| key).collect()
}

/// A record as an EWS item, the way a server would answer what `create_fields` sends.
fn item(kind: Kind, record: &Record) -> Element {
    let fields = mapping::create_fields(kind, "key-1", "uid-1", record, &context()).unwrap();
    Element {
        name: "Item".to_owned(),
        children: fields.into_iter().map(|field| field.content).collect(),
        ..Element::default()
    }
}

fn round(kind: Kind, text: &str) {
    let local = read(kind, text);
    println!("{:#?} {:?}", local.record, local.losses);
    let item = item(kind, &local.record);
    let remote = mapping::read_remote(kind, &item, &context()).unwrap();
    assert_eq!(remote.uid.as_deref(), Some("uid-1"));
    assert_eq!(remote.key.as_deref(), Some("key-1"));
    for (key, value) in local.record.iter() {
        if key.occurrence.is_none()
            && mapping::remote_writable(kind, key.property)
            && key.property != mapping::PHOTO
        {
            assert_eq!(remote.record.get(key), Some(value), "{key}");
        }
    }
    let same = mapping::write_local(
        kind,
        Some(text),
        "x",
        &local.record,
        &keys(&local.record),
        &context(),
    )
    .unwrap();
    assert_eq!(same, text);
    let fresh = mapping::write_local(kind, None, "uid-1", &local.record, &[], &context()).unwrap();
    println!("{fresh}");
    let again = read(kind, &fresh);
    assert_eq!(again.record, local.record);
    assert_eq!(again.uid.as_deref(), Some("uid-1"));
}

const EVENT: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nBEGIN:VEVENT\r\nUID:a@example.org\r\nDTSTAMP:20260101T000000Z\r\nDTSTART;TZID=Europe/Vienna:20260105T090000\r\nDURATION:PT1H\r\nRRULE:FREQ=WEEKLY;BYDAY=MO,WE;COUNT=10\r\nEXDATE;TZID=Europe/Vienna:20260107T090000\r\nSUMMARY:Stand-up\\, weekly\r\nDESCRIPTION:Lines\\nof text\r\nPRIORITY:3\r\nCLASS:PRIVATE\r\nTRANSP:TRANSPARENT\r\nCATEGORIES:Work,Red\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT15M\r\nEND:VALARM\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:a@example.org\r\nDTSTAMP:20260101T000000Z\r\nRECURRENCE-ID;TZID=Europe/Vienna:20260112T090000\r\nDTSTART;TZID=Europe/Vienna:20260112T100000\r\nDTEND;TZID=Europe/Vienna:20260112T110000\r\nSUMMARY:Moved\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

#[test]
fn event() {
    round(Kind::Event, EVENT);
}

#[test]
fn task() {
    round(
        Kind::Task,
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nBEGIN:VTODO\r\nUID:a@example.org\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:Do\r\nDUE;TZID=Europe/Vienna:20260105T170000\r\nSTATUS:COMPLETED\r\nCOMPLETED:20260104T230500Z\r\nPERCENT-COMPLETE:100\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER;VALUE=DATE-TIME:20260105T150000Z\r\nEND:VALARM\r\nEND:VTODO\r\nEND:VCALENDAR\r\n",
    );
}

#[test]
fn contact() {
    round(
        Kind::Contact,
        "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:c1\r\nFN:Ada Example\r\nN:Example;Ada;;;\r\nEMAIL;TYPE=WORK:ada@example.org\r\nEMAIL;TYPE=HOME:ada@example.com\r\nTEL;TYPE=CELL:+43 1\r\nTEL;TYPE=HOME:+43 2\r\nTEL;TYPE=HOME:+43 3\r\nADR;TYPE=WORK:;;Street 1;Vienna;;1010;Austria\r\nORG:Company;Dept\r\nBDAY:1985-04-12\r\nNOTE:Line\\nbreak\r\nPHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ\r\nEND:VCARD\r\n",
    );
}
