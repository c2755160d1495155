//! How fast items cross the mapping, per core and direction: `cargo bench --bench map`.
//! A row of `make bench` is items a second, or allocations an item; so each bench counts items and allocations.
#![allow(clippy::unwrap_used, reason = "a bench may fail")]

use chrono_tz::Tz;
use divan::counter::ItemsCount;
use divan::{AllocProfiler, Bencher};
use exchange_core::ews::Element;
use exchange_core::mapping::{self, Context};
use exchange_core::model::Kind;

#[global_allocator]
static ALLOCATIONS: AllocProfiler = AllocProfiler::system();

const CONTEXT: Context = Context::new(
    Tz::Europe__Vienna,
    chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap(),
);

const EVENT: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nBEGIN:VTIMEZONE\r\nTZID:Europe/Vienna\r\nBEGIN:STANDARD\r\nDTSTART:19961027T030000\r\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\nBEGIN:DAYLIGHT\r\nDTSTART:19810329T020000\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT\r\nUID:a@example.org\r\nDTSTAMP:20260101T000000Z\r\nCREATED:20260101T000000Z\r\nLAST-MODIFIED:20260101T000000Z\r\nSEQUENCE:2\r\nDTSTART;TZID=Europe/Vienna:20260105T090000\r\nDTEND;TZID=Europe/Vienna:20260105T100000\r\nRRULE:FREQ=WEEKLY;BYDAY=MO,WE;COUNT=40\r\nEXDATE;TZID=Europe/Vienna:20260107T090000\r\nSUMMARY:Planning of the week\r\nLOCATION:Room 3\\, second floor\r\nDESCRIPTION:What was done\\, what comes next\\nand what is in the way of it. Long enou\r\n gh to be folded once.\r\nPRIORITY:5\r\nCLASS:PUBLIC\r\nTRANSP:OPAQUE\r\nCATEGORIES:Work,Team\r\nORGANIZER;CN=Ada:mailto:ada@example.org\r\nATTENDEE;CN=Bob;PARTSTAT=ACCEPTED:mailto:bob@example.org\r\nATTENDEE;CN=Eve;PARTSTAT=NEEDS-ACTION:mailto:eve@example.org\r\nX-APPLE-TRAVEL-ADVISORY-BEHAVIOR:AUTOMATIC\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT15M\r\nDESCRIPTION:Reminder\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

const CONTACT: &str = "BEGIN:VCARD\r\nVERSION:3.0\r\nPRODID:-//x//EN\r\nUID:c@example.org\r\nREV:20260101T000000Z\r\nFN:Ada Example\r\nN:Example;Ada;B.;Dr.;\r\nNICKNAME:A\r\nEMAIL;TYPE=WORK:ada@example.org\r\nEMAIL;TYPE=HOME:ada@example.com\r\nTEL;TYPE=CELL:+43 1 234\r\nTEL;TYPE=HOME,VOICE:+43 2 345\r\nTEL;TYPE=WORK,VOICE:+43 3 456\r\nTEL;TYPE=WORK,FAX:+43 4 567\r\nADR;TYPE=WORK:;;Example Street 1;Vienna;;1010;Austria\r\nADR;TYPE=HOME:;;Other Street 2;Graz;;8010;Austria\r\nORG:Company;Department\r\nTITLE:Engineer\r\nBDAY:1985-04-12\r\nNOTE:Met at the fair\\, in autumn.\r\nCATEGORIES:Friends,Work\r\nURL:https://example.org\r\nEND:VCARD\r\n";

fn main() {
    divan::main();
}

/// An item as Exchange answers it.
fn item(kind: Kind, text: &str) -> Element {
    let record = mapping::read_local(kind, text, &CONTEXT).unwrap().record;
    let fields = mapping::create_fields(kind, "key-1", "uid-1", &record, &CONTEXT).unwrap();
    Element {
        name: "Item".to_owned(),
        children: fields.into_iter().map(|field| field.content).collect(),
        ..Element::default()
    }
}

/// From a file to what is sent to Exchange.
fn to_exchange(bencher: Bencher, kind: Kind, text: &str) {
    bencher.counter(ItemsCount::new(1_usize)).bench(|| {
        let local = mapping::read_local(kind, text, &CONTEXT).unwrap();
        mapping::create_fields(kind, "key-1", "uid-1", &local.record, &CONTEXT).unwrap()
    });
}

/// From what Exchange answers to a file.
fn from_exchange(bencher: Bencher, kind: Kind, text: &str) {
    let item = item(kind, text);
    bencher.counter(ItemsCount::new(1_usize)).bench(|| {
        let remote = mapping::read_remote(kind, &item, &CONTEXT).unwrap();
        mapping::write_local(kind, None, "uid-1", &remote.record, &[], &CONTEXT).unwrap()
    });
}

#[divan::bench]
fn events_to_exchange(bencher: Bencher) {
    to_exchange(bencher, Kind::Event, EVENT);
}

#[divan::bench]
fn events_from_exchange(bencher: Bencher) {
    from_exchange(bencher, Kind::Event, EVENT);
}

#[divan::bench]
fn contacts_to_exchange(bencher: Bencher) {
    to_exchange(bencher, Kind::Contact, CONTACT);
}

#[divan::bench]
fn contacts_from_exchange(bencher: Bencher) {
    from_exchange(bencher, Kind::Contact, CONTACT);
}
