//! Items through the mapping to the stand-in Exchange and back: what one side says, the other says too.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail"
)]

mod anna;

use anna::{VIENNA, filled, mailbox, own_folder};
use exchange_core::engine::{Create, Mailbox as _, RemoteItem, RemoteRef, Update};
use exchange_core::mailbox::EwsMailbox;
use exchange_core::mapping::{self};
use exchange_core::model::{Key, Kind, Loss, Record};
use exchange_standin::seed::Seed;

async fn read(mailbox: &EwsMailbox, kind: Kind, reference: &RemoteRef) -> RemoteItem {
    let mut items = mailbox.read(kind, std::slice::from_ref(reference)).await;
    items.remove(0).unwrap()
}

fn keys(record: &Record) -> Vec<Key> {
    record.iter().map(|(key, _)| key).collect()
}

/// What Exchange can be told.
fn writable(kind: Kind, record: &Record) -> Record {
    record
        .iter()
        .filter(|(key, _)| mapping::creatable(kind, key.property))
        .map(|(key, value)| (key, value.clone()))
        .collect()
}

#[tokio::test]
async fn a_whole_mailbox_is_written_to_files_that_say_the_same() {
    let standin = filled(Seed {
        contacts: 60,
        events: 120,
        tasks: 30,
        calendars: 0,
        seed: 7,
    })
    .await;
    let mailbox = mailbox(&standin, VIENNA);
    for kind in Kind::ALL {
        let folder = own_folder(&mailbox, kind).await;
        let page = mailbox.changes(&folder, None).await.unwrap();
        assert!(page.changed.len() >= 30);
        for (reference, item) in page
            .changed
            .iter()
            .zip(mailbox.read(kind, &page.changed).await)
        {
            let item = item.unwrap_or_else(|error| panic!("{reference:?}: {error}"));
            let text = mapping::write_local(kind, None, "uid-1", &item.record, &[], &VIENNA)
                .unwrap_or_else(|error| panic!("{error}\n{:#?}", item.record));
            let local = mapping::read_local(kind, &text, &VIENNA)
                .unwrap_or_else(|error| panic!("{error}\n{text}"));
            assert_eq!(local.record, item.record, "{text}");
            assert_eq!(local.losses, [], "{text}");
            // The one thing in it that files have no word for.
            let lost = |loss: &Loss| !loss.reason.contains("some days after it was done");
            assert!(!item.losses.iter().any(lost), "{:?}", item.losses);
        }
    }
}

fn calendar(part: &str) -> String {
    format!("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\n{part}END:VCALENDAR\r\n")
}

fn event(lines: &str) -> (Kind, String) {
    let part = format!(
        "BEGIN:VEVENT\r\nUID:e@example.org\r\nDTSTAMP:20260101T000000Z\r\n{lines}END:VEVENT\r\n"
    );
    (Kind::Event, calendar(&part))
}

fn series(lines: &str, changed: &str) -> (Kind, String) {
    let head = "BEGIN:VEVENT\r\nUID:e@example.org\r\nDTSTAMP:20260101T000000Z\r\n";
    let part = format!("{head}{lines}END:VEVENT\r\n{head}{changed}END:VEVENT\r\n");
    (Kind::Event, calendar(&part))
}

fn task(lines: &str) -> (Kind, String) {
    let part = format!(
        "BEGIN:VTODO\r\nUID:t@example.org\r\nDTSTAMP:20260101T000000Z\r\n{lines}END:VTODO\r\n"
    );
    (Kind::Task, calendar(&part))
}

fn contact(lines: &str) -> (Kind, String) {
    (
        Kind::Contact,
        format!("BEGIN:VCARD\r\nVERSION:3.0\r\nUID:c@example.org\r\n{lines}END:VCARD\r\n"),
    )
}

fn objects() -> Vec<(Kind, String)> {
    let vienna = "DTSTART;TZID=Europe/Vienna:20260105T090000\r\nDTEND;TZID=Europe/Vienna:20260105T100000\r\n";
    let day = "DTSTART;VALUE=DATE:20260105\r\nDTEND;VALUE=DATE:20260107\r\n";
    let mut objects = vec![
        event(&format!(
            "{vienna}SUMMARY:One\r\nLOCATION:Here\r\nDESCRIPTION:A\\nB\r\nPRIORITY:2\r\nCLASS:CONFIDENTIAL\r\nCATEGORIES:b,a\r\nTRANSP:TRANSPARENT\r\n"
        )),
        event(&format!("{day}SUMMARY:Two days\r\n")),
        event(
            "DTSTART:20260105T090000Z\r\nDTEND:20260105T100000Z\r\nSUMMARY:UTC\r\nX-MICROSOFT-CDO-BUSYSTATUS:OOF\r\n",
        ),
        event(
            "DTSTART;TZID=America/New_York:20260705T090000\r\nDURATION:PT90M\r\nSUMMARY:Far\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT30M\r\nEND:VALARM\r\n",
        ),
        event("DTSTART:20260105T090000\r\nSUMMARY:Floating, without an end\r\n"),
        series(
            &format!(
                "{vienna}SUMMARY:Daily\r\nRRULE:FREQ=DAILY\r\nEXDATE;TZID=Europe/Vienna:20260106T090000,20260401T090000\r\n"
            ),
            "RECURRENCE-ID;TZID=Europe/Vienna:20260330T090000\r\nDTSTART;TZID=Europe/Vienna:20260330T110000\r\nDTEND;TZID=Europe/Vienna:20260330T113000\r\nSUMMARY:Moved\r\n",
        ),
        series(
            &format!(
                "{day}SUMMARY:Days\r\nLOCATION:Hut\r\nRRULE:FREQ=WEEKLY;COUNT=8\r\nEXDATE;VALUE=DATE:20260112\r\n"
            ),
            "RECURRENCE-ID;VALUE=DATE:20260119\r\nDTSTART;VALUE=DATE:20260119\r\nDTEND;VALUE=DATE:20260121\r\nSUMMARY:Days\r\n",
        ),
        task("SUMMARY:Plain\r\n"),
        task(
            "SUMMARY:Full\r\nDESCRIPTION:Text\r\nDTSTART;VALUE=DATE:20260101\r\nDUE;VALUE=DATE:20260105\r\nSTATUS:IN-PROCESS\r\nPERCENT-COMPLETE:40\r\nPRIORITY:9\r\nCLASS:PRIVATE\r\nCATEGORIES:x\r\nBEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER;VALUE=DATE-TIME:20260104T080000Z\r\nEND:VALARM\r\n",
        ),
        task("SUMMARY:Late\r\nDUE;TZID=Europe/Vienna:20260105T233000\r\n"),
        task(
            "SUMMARY:Again\r\nDTSTART;VALUE=DATE:20260105\r\nDUE;VALUE=DATE:20260106\r\nRRULE:FREQ=WEEKLY;BYDAY=MO\r\n",
        ),
        task(
            "SUMMARY:Done\r\nSTATUS:COMPLETED\r\nCOMPLETED:20260104T120000Z\r\nPERCENT-COMPLETE:100\r\n",
        ),
        contact(
            "FN:Ada Example\r\nN:Example;Ada;B.;Dr.;PhD\r\nNICKNAME:A\r\nEMAIL:a@example.org\r\nEMAIL:b@example.org\r\nEMAIL:c@example.org\r\nTEL;TYPE=CELL:1\r\nTEL;TYPE=HOME:2\r\nTEL;TYPE=HOME:3\r\nTEL;TYPE=WORK,FAX:4\r\nADR;TYPE=HOME:;;Street;City;Region;1010;Austria\r\nADR;TYPE=WORK:;;Lane\\nRear;Town;;2;\r\nORG:Company;Dept\r\nTITLE:Boss\r\nBDAY:1985-04-12\r\nANNIVERSARY:2010-12-31\r\nNOTE:A\\nB\r\nCATEGORIES:Friends\r\nURL:https://example.org\r\nPHOTO;ENCODING=b;TYPE=JPEG:/9j/4AAQ\r\n",
        ),
        contact("FN:No year\r\nN:;;;;\r\nBDAY;X-APPLE-OMIT-YEAR=1604:1604-02-29\r\n"),
        contact("FN:\r\nN:;;;;\r\nORG:Only a company\r\n"),
    ];
    for rule in [
        "DAILY;INTERVAL=3;COUNT=5",
        "WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU",
        "MONTHLY;BYMONTHDAY=5",
        "MONTHLY;BYDAY=1MO",
        "MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=3",
        "YEARLY",
        "YEARLY;BYMONTH=1;BYDAY=1MO;UNTIL=20300101T000000Z",
        "YEARLY;INTERVAL=2",
    ] {
        objects.push(event(&format!(
            "{vienna}SUMMARY:{}\r\nRRULE:FREQ={rule}\r\n",
            rule.replace([';', ','], " ")
        )));
    }
    for lines in [
        "RRULE:FREQ=MONTHLY;BYMONTHDAY=5,20\r\n",
        "RRULE:FREQ=MONTHLY;BYMONTHDAY=31;COUNT=4\r\nEXDATE;TZID=Europe/Vienna:20260331T090000\r\n",
        "RRULE:FREQ=WEEKLY;COUNT=4\r\nRDATE;TZID=Europe/Vienna:20260115T090000\r\nRDATE;TZID=Europe/Vienna:20260205T140000\r\n",
    ] {
        objects.push(event(&format!("{vienna}SUMMARY:Expanded\r\n{lines}")));
    }
    objects.push(series(
        &format!("{vienna}SUMMARY:Changed\r\nRRULE:FREQ=MONTHLY;BYDAY=1MO,3MO;COUNT=9\r\nRDATE;TZID=Europe/Vienna:20260205T140000\r\n"),
        "RECURRENCE-ID;TZID=Europe/Vienna:20260205T140000\r\nDTSTART;TZID=Europe/Vienna:20260205T150000\r\nDTEND;TZID=Europe/Vienna:20260205T160000\r\nSUMMARY:Later still\r\n",
    ));
    objects
}

#[tokio::test]
async fn what_is_created_is_read_back_the_same() {
    let standin = filled(Seed {
        contacts: 0,
        events: 0,
        tasks: 0,
        calendars: 0,
        seed: 1,
    })
    .await;
    let mailbox = mailbox(&standin, VIENNA);
    for (kind, text) in objects() {
        let folder = own_folder(&mailbox, kind).await;
        let local = mapping::read_local(kind, &text, &VIENNA).unwrap();
        let uid = local.uid.clone().unwrap();
        let create = Create {
            key: "key-1".to_owned(),
            uid: uid.clone(),
            record: writable(kind, &local.record),
            named: Vec::new(),
        };
        let created = mailbox.create(kind, &folder, &[create]).await.remove(0);
        let reference = created.unwrap_or_else(|error| panic!("{error}\n{text}"));
        let item = read(&mailbox, kind, &reference).await;
        assert_eq!(item.record, local.record, "{text}");
        assert_eq!(item.uid.as_ref(), Some(&uid), "{text}");
        assert_eq!(item.key.as_deref(), Some("key-1"));
        // Taking it over writes nothing.
        let all = keys(&item.record);
        let same = mapping::write_local(kind, Some(&text), &uid, &item.record, &all, &VIENNA);
        assert_eq!(same.unwrap(), text);
    }
}

/// Turns each object into each other one of its kind, in place, on both sides.
#[tokio::test]
async fn what_is_changed_is_read_back_the_same() {
    let standin = filled(Seed {
        contacts: 0,
        events: 0,
        tasks: 0,
        calendars: 0,
        seed: 1,
    })
    .await;
    let mailbox = mailbox(&standin, VIENNA);
    for kind in Kind::ALL {
        let folder = own_folder(&mailbox, kind).await;
        let all: Vec<String> = objects()
            .into_iter()
            .filter(|(other, _)| *other == kind)
            .map(|(_, text)| text)
            .collect();
        let record = |text: &str| mapping::read_local(kind, text, &VIENNA).unwrap().record;
        let first = record(&all[0]);
        let create = Create {
            key: "key-1".to_owned(),
            uid: "e@example.org".to_owned(),
            record: first.clone(),
            named: Vec::new(),
        };
        let mut reference = mailbox
            .create(kind, &folder, &[create])
            .await
            .remove(0)
            .unwrap();
        let mut now = first;
        let mut file = all[0].clone();
        for text in all.iter().skip(1).chain(&all) {
            let target = record(text);
            let mut changed: Vec<Key> = keys(&now)
                .into_iter()
                .chain(keys(&target))
                .filter(|key| now.get(*key) != target.get(*key))
                .collect();
            changed.sort_unstable();
            changed.dedup();
            let update = Update {
                reference: reference.clone(),
                target: target.clone(),
                changed: changed.clone(),
                named: Vec::new(),
            };
            let updated = mailbox.update(kind, &[update]).await.remove(0);
            reference = updated.unwrap_or_else(|error| panic!("{error}\n{file}\n{text}"));
            let item = read(&mailbox, kind, &reference).await;
            assert_eq!(item.record, target, "from {file} to {text}");
            let next =
                mapping::write_local(kind, Some(&file), "u", &target, &changed, &VIENNA).unwrap();
            assert_eq!(record(&next), target, "from {file} to {text} wrote {next}");
            file = next;
            now = target;
        }
    }
}
