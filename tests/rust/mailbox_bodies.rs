//! Bodies and attachments, against the stand-in Exchange.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

mod anna;

use anna::{BERLIN, client, mailbox, own_folder};
use exchange_core::engine::{Create, Mailbox as _, RemoteItem, RemoteRef, Update};
use exchange_core::error::ErrorKind;
use exchange_core::ews::{Attachment, CreateAttachment, FileAttachment};
use exchange_core::mailbox::EwsMailbox;
use exchange_core::mapping::{self};
use exchange_core::model::{Content, File, Key, Kind, Moment, Record, Value};
use exchange_standin::version::Release;

fn event(lines: &str) -> Record {
    let text = format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nBEGIN:VEVENT\r\nUID:e@example.org\r\nDTSTART:20260105T090000Z\r\nDTEND:20260105T100000Z\r\n{lines}END:VEVENT\r\nEND:VCALENDAR\r\n"
    );
    mapping::read_local(Kind::Event, &text, &BERLIN)
        .unwrap()
        .record
}

async fn create(mailbox: &EwsMailbox, record: Record) -> RemoteRef {
    let folder = own_folder(mailbox, Kind::Event).await;
    let item = Create {
        key: "key".to_owned(),
        uid: "e@example.org".to_owned(),
        record,
        named: Vec::new(),
    };
    mailbox
        .create(Kind::Event, &folder, &[item])
        .await
        .remove(0)
        .unwrap()
}

async fn read(mailbox: &EwsMailbox, reference: &RemoteRef) -> RemoteItem {
    let found = mailbox
        .read(Kind::Event, std::slice::from_ref(reference))
        .await;
    found.into_iter().next().unwrap().unwrap()
}

async fn update(mailbox: &EwsMailbox, item: &RemoteItem, target: Record) -> RemoteItem {
    let keys: std::collections::BTreeSet<Key> = item
        .record
        .iter()
        .chain(target.iter())
        .map(|(key, _)| key)
        .collect();
    let update = Update {
        reference: item.reference.clone(),
        changed: keys
            .into_iter()
            .filter(|key| item.record.get(*key) != target.get(*key))
            .collect(),
        target,
        named: Vec::new(),
    };
    let reference = mailbox
        .update(Kind::Event, &[update])
        .await
        .remove(0)
        .unwrap();
    let now = read(mailbox, &reference).await;
    assert_eq!(
        now.reference, reference,
        "the version after the last write is known"
    );
    now
}

#[tokio::test]
async fn a_page_goes_there_and_comes_back_and_becomes_text_again() {
    let standin = anna::empty().await;
    let mailbox = mailbox(&standin, BERLIN);
    let record = event("X-ALT-DESC;FMTTYPE=text/html:<p>One <b>two</b></p><p>three</p>\r\n");
    let created = create(&mailbox, record.clone()).await;
    let item = read(&mailbox, &created).await;
    for property in ["html", "description"] {
        assert!(record.own(property).is_some());
        assert_eq!(item.record.own(property), record.own(property));
    }
    let mut target = item.record.clone();
    target.remove(Key::of("html"));
    target.set(Key::of("description"), Value::text("Just text"));
    let item = update(&mailbox, &item, target.clone()).await;
    assert_eq!(item.record, target);
    assert_eq!(standin.violations(), Vec::<String>::new());
}

const ATTACHED: &str = "ATTACH;FMTTYPE=text/plain;FILENAME=a.txt;VALUE=BINARY;ENCODING=BASE64:YWFh\r\nATTACH;FMTTYPE=image/png;FILENAME=logo.png;VALUE=BINARY;ENCODING=BASE64;X-EXCHANGE-CONTENT-ID=logo@example.org:iVBORw==\r\nATTACH;FILENAME=Plan:https://example.org/plan\r\nATTACH;FILENAME=Part:cid:part1@example.org\r\n";

fn file(name: &str, bytes: &[u8]) -> File {
    File {
        name: name.to_owned(),
        content_type: "text/plain".to_owned(),
        content_id: None,
        content: Content::Bytes(bytes.into()),
    }
}

fn names(record: &Record) -> Vec<&str> {
    match record.own(mapping::FILES) {
        Some(Value::Files(files)) => files.iter().map(|file| file.name.as_str()).collect(),
        _ => Vec::new(),
    }
}

fn with_files(record: &Record, change: impl FnOnce(&mut Vec<File>)) -> Record {
    let mut files = match record.own(mapping::FILES) {
        Some(Value::Files(files)) => files.clone(),
        _ => Vec::new(),
    };
    change(&mut files);
    let mut target = record.clone();
    target.remove(Key::of(mapping::FILES));
    if let Some(files) = Value::files(files) {
        target.set(Key::of(mapping::FILES), files);
    }
    target
}

#[tokio::test]
async fn attachments_go_there_come_back_and_change_one_by_one() {
    let standin = anna::empty().await;
    let mailbox = mailbox(&standin, BERLIN);
    let record = event(ATTACHED);
    assert_eq!(names(&record), ["Part", "Plan", "a.txt", "logo.png"]);
    let created = create(&mailbox, record.clone()).await;
    let calls = standin.calls();
    assert_eq!(
        (calls.count("CreateItem"), calls.count("CreateAttachment")),
        (1, 0)
    );
    let item = read(&mailbox, &created).await;
    assert_eq!(item.record.own(mapping::FILES), record.own(mapping::FILES));

    // Another content under the same name is another file; the others stay where they are.
    let changed = with_files(&item.record, |files| {
        files.retain(|file| file.name != "a.txt" && file.name != "Plan");
        files.extend([file("a.txt", b"bbb"), file("new.txt", b"new")]);
    });
    standin.calls().reset();
    let item = update(&mailbox, &item, changed.clone()).await;
    assert_eq!(item.record, changed);
    let made = standin.mailbox(|mailbox| {
        let folder = mailbox.distinguished("calendar").unwrap();
        let item = mailbox.items_in(folder).next().unwrap();
        item.attachments
            .iter()
            .map(|file| file.name.clone())
            .collect::<Vec<_>>()
    });
    assert_eq!(made[0], "logo.png", "it was not written again");
    assert_eq!(standin.calls().count("CreateAttachment"), 1);

    let none = with_files(&item.record, Vec::clear);
    let item = update(&mailbox, &item, none.clone()).await;
    assert_eq!(item.record, none);
    assert_eq!(standin.violations(), Vec::<String>::new());
    assert_eq!(standin.mails_sent(), 0);
}

#[tokio::test]
async fn an_item_without_attachments_takes_no_call_for_them() {
    let standin = anna::empty().await;
    let mailbox = mailbox(&standin, BERLIN);
    let created = create(&mailbox, event("SUMMARY:x\r\n")).await;
    standin.calls().reset();
    read(&mailbox, &created).await;
    assert_eq!(standin.calls().total(), 1);
}

#[tokio::test]
async fn an_older_server_gets_attachments_one_by_one_and_keeps_links_for_us() {
    let standin = anna::server()
        .release(Release::Exchange2010)
        .start()
        .await
        .unwrap();
    let mailbox = mailbox(&standin, BERLIN);
    let record = event(ATTACHED);
    let created = create(&mailbox, record.clone()).await;
    let item = read(&mailbox, &created).await;
    assert_eq!(item.record.own(mapping::FILES), record.own(mapping::FILES));
    let fewer = with_files(&item.record, |files| {
        files.retain(|file| file.name != "Plan");
    });
    let item = update(&mailbox, &item, fewer.clone()).await;
    assert_eq!(item.record, fewer);
    assert_eq!(standin.violations(), Vec::<String>::new());
}

#[tokio::test]
async fn an_occurrence_has_attachments_of_its_own() {
    let standin = anna::empty().await;
    let mailbox = mailbox(&standin, BERLIN);
    let lines = format!("{ATTACHED}RRULE:FREQ=DAILY;COUNT=5\r\nSUMMARY:Daily\r\n");
    let created = create(&mailbox, event(&lines)).await;
    let item = read(&mailbox, &created).await;
    let third = "20260107T090000Z".parse().unwrap();
    let mut target = item.record.clone();
    target.set(Key::at(third, Key::STATE), Value::Bool(true));
    target.set(Key::at(third, "summary"), Value::text("Other"));
    // It shows what its series has, although Exchange gives it a list of its own.
    let item = update(&mailbox, &item, target.clone()).await;
    assert_eq!(item.record, target);

    target.set(
        Key::at(third, mapping::FILES),
        Value::files([file("own.txt", b"own")]).unwrap(),
    );
    let item = update(&mailbox, &item, target.clone()).await;
    assert_eq!(item.record, target);

    let end = Value::Moment(Moment::At {
        instant: "2026-01-05T11:00:00Z".parse().unwrap(),
        zone: mapping::zone_of(chrono_tz::UTC).unwrap(),
    });
    target.set(Key::of("end"), end);
    let item = update(&mailbox, &item, target.clone()).await;
    assert_eq!(
        item.record, target,
        "it is told again after the series forgot it"
    );
    assert_eq!(standin.violations(), Vec::<String>::new());
}

/// What does not cross stays where it is, and is told.
#[tokio::test]
async fn what_is_too_large_or_an_item_of_its_own_stays_in_exchange() {
    let standin = anna::empty().await;
    let mailbox = mailbox(&standin, BERLIN);
    let created = create(&mailbox, event(ATTACHED)).await;
    let client = client(&standin);
    let large = Attachment::File(FileAttachment {
        name: "large.bin".to_owned(),
        content_type: "application/octet-stream".to_owned(),
        content_id: None,
        is_contact_photo: false,
        content: vec![7; mapping::LARGEST + 1],
    });
    let question = CreateAttachment {
        parent: (&created).into(),
        files: vec![&large],
    };
    client.ask(&question).await.unwrap();
    let item = read(&mailbox, &created).await;
    assert_eq!(names(&item.record).len(), 4);
    assert_eq!(item.losses.len(), 1);
    assert!(
        item.losses[0].reason.contains("large.bin"),
        "{:?}",
        item.losses
    );
    let none = with_files(&item.record, Vec::clear);
    let item = update(&mailbox, &item, none.clone()).await;
    assert_eq!(item.record, none);
    assert_eq!(item.losses.len(), 1, "it is still there");
}

#[tokio::test]
async fn a_file_that_the_server_refuses_is_told_and_leaves_nothing_behind() {
    let standin = anna::empty().await;
    let mailbox = mailbox(&standin, BERLIN);
    standin.mailbox(|mailbox| mailbox.settings.attachment_limit = Some(2));
    let folder = own_folder(&mailbox, Kind::Event).await;
    let item = Create {
        key: "key".to_owned(),
        uid: "e@example.org".to_owned(),
        record: event(ATTACHED),
        named: Vec::new(),
    };
    let refused = mailbox
        .create(Kind::Event, &folder, &[item])
        .await
        .remove(0);
    let refused = refused.unwrap_err();
    assert_eq!(refused.kind(), ErrorKind::Item, "{refused}");
    assert!(refused.message().contains("too large"), "{refused}");
    assert_eq!(mailbox.changes(&folder, None).await.unwrap().changed, []);
}

#[tokio::test]
async fn a_time_without_a_zone_has_none_in_another_calendar() {
    let standin = anna::empty().await;
    let mailbox = mailbox(&standin, BERLIN);
    let text = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:u\r\nDTSTART:20260105T090000\r\nDTEND:20260105T100000\r\nSTATUS:TENTATIVE\r\nURL:https://example.org/a,b\r\nCREATED:20251224T180000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    let record = mapping::read_local(Kind::Event, text, &BERLIN)
        .unwrap()
        .record;
    let created = create(&mailbox, record.clone()).await;
    let item = read(&mailbox, &created).await;
    assert_eq!(item.record, record);
    let file = mapping::write_local(Kind::Event, None, "u", &item.record, &[], &BERLIN).unwrap();
    for line in text.lines().filter(|line| !line.starts_with("VERSION")) {
        assert!(file.contains(line), "{line}\n{file}");
    }
}
