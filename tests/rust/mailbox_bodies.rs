//! Bodies and attachments, against the stand-in Exchange.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

use chrono_tz::Europe::Berlin;
use exchange_core::client::{Client, Clients, Options};
use exchange_core::engine::{Create, Mailbox as _, RemoteItem, RemoteRef, Update};
use exchange_core::mailbox::EwsMailbox;
use exchange_core::mapping::{self, Context};
use exchange_core::model::{Key, Kind, Record, Value};
use exchange_standin::Standin;

fn context() -> Context {
    Context::new(Berlin, chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap())
}

async fn standin() -> Standin {
    Standin::builder()
        .mailbox("anna@example.org", "secret")
        .start()
        .await
        .unwrap()
}

fn client(standin: &Standin) -> Client {
    let options = Options::new(standin.url(), "anna@example.org", "secret");
    Clients::default().get(&options).unwrap()
}

fn mailbox(standin: &Standin) -> EwsMailbox {
    EwsMailbox::new(client(standin), context())
}

fn event(lines: &str) -> Record {
    let text = format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//x//EN\r\nBEGIN:VEVENT\r\nUID:e@example.org\r\nDTSTART:20260105T090000Z\r\nDTEND:20260105T100000Z\r\n{lines}END:VEVENT\r\nEND:VCALENDAR\r\n"
    );
    mapping::read_local(Kind::Event, &text, &context())
        .unwrap()
        .record
}

async fn create(mailbox: &EwsMailbox, record: Record) -> RemoteRef {
    let folders = mailbox.folders().await.unwrap();
    let folder = folders
        .into_iter()
        .find(|folder| folder.default && folder.kind == Kind::Event)
        .unwrap();
    let item = Create {
        key: "key".to_owned(),
        uid: "e@example.org".to_owned(),
        record,
    };
    mailbox
        .create(Kind::Event, &folder.id, &[item])
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
    let standin = standin().await;
    let mailbox = mailbox(&standin);
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
