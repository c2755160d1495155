//! Reading and writing items through the mapping, against the stand-in Exchange.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail"
)]

mod anna;

use anna::{BERLIN, mailbox, new_folder, own_folder};
use chrono::TimeDelta;
use exchange_core::engine::{Create, Mailbox as _, RemoteItem, RemoteRef, Update};
use exchange_core::error::{ErrorKind, Result};
use exchange_core::mailbox::EwsMailbox;
use exchange_core::mapping::{self};
use exchange_core::model::{Key, Kind, Moment, Record, Value};
use exchange_standin::Standin;
use exchange_standin::fault::{self, Fault};
use exchange_standin::seed::Seed;
use exchange_standin::version::Release;

async fn seeded(contacts: usize, events: usize, tasks: usize) -> Standin {
    let seed = Seed {
        contacts,
        events,
        tasks,
        calendars: 0,
        seed: 7,
    };
    anna::filled(seed).await
}

async fn list(mailbox: &EwsMailbox, folder: &str) -> Vec<RemoteRef> {
    let mut all = Vec::new();
    let mut cursor = None;
    loop {
        let page = mailbox.changes(folder, cursor.as_deref()).await.unwrap();
        all.extend(page.changed);
        cursor = Some(page.cursor);
        if !page.more {
            return all;
        }
    }
}

async fn read_all(mailbox: &EwsMailbox, kind: Kind, items: &[RemoteRef]) -> Vec<RemoteItem> {
    mailbox
        .read(kind, items)
        .await
        .into_iter()
        .map(Result::unwrap)
        .collect()
}

/// What can be written of a record. An occurrence that differs in nothing that we know is as its series.
fn writable(kind: Kind, record: &Record) -> Record {
    let differs = |key: Key| {
        key.property != Key::STATE
            || record.get(key) == Some(&Value::Bool(false))
            || record
                .iter()
                .any(|(other, _)| other.occurrence == key.occurrence && other != key)
    };
    record
        .iter()
        .filter(|(key, _)| mapping::creatable(kind, key.property) && differs(*key))
        .map(|(key, value)| (key, value.clone()))
        .collect()
}

async fn create(
    mailbox: &EwsMailbox,
    kind: Kind,
    folder: &str,
    records: Vec<Record>,
) -> Vec<Result<RemoteRef>> {
    let items: Vec<Create> = records
        .into_iter()
        .enumerate()
        .map(|(number, record)| Create {
            key: format!("key-{number}"),
            uid: format!("uid-{number}@example.org"),
            record,
            named: Vec::new(),
        })
        .collect();
    mailbox.create(kind, folder, &items).await
}

#[tokio::test]
async fn a_mailbox_is_read_in_few_calls_and_written_to_by_none() {
    let standin = seeded(1000, 1000, 0).await;
    let mailbox = mailbox(&standin, BERLIN);
    standin.calls().reset();
    for kind in [Kind::Contact, Kind::Event] {
        let folder = own_folder(&mailbox, kind).await;
        let items = list(&mailbox, &folder).await;
        let read = mailbox.read(kind, &items).await;
        assert_eq!(read.len(), 1000);
        for (item, read) in items.iter().zip(&read) {
            assert_eq!(&read.as_ref().unwrap().reference, item);
        }
        let with = |key: &dyn Fn(&Record) -> bool| {
            read.iter()
                .flatten()
                .filter(|item| key(&item.record))
                .count()
        };
        match kind {
            Kind::Contact => assert!(with(&|record| record.own(mapping::PHOTO).is_some()) > 50),
            _ => assert!(with(&|record| record.occurrences().next().is_some()) > 50),
        }
    }
    let calls = standin.calls().total();
    assert!(calls <= 100, "{calls}: {:?}", standin.calls().counts());
    assert_eq!(mailbox.calls(), u64::try_from(calls).unwrap());
    for write in ["CreateItem", "UpdateItem", "DeleteItem"] {
        assert_eq!(standin.calls().count(write), 0);
    }
}

#[tokio::test]
async fn what_is_created_is_read_back_the_same_in_few_calls() {
    let standin = seeded(1000, 1000, 40).await;
    let mailbox = mailbox(&standin, BERLIN);
    let mut calls = 0;
    for kind in [Kind::Contact, Kind::Event, Kind::Task] {
        let items = list(&mailbox, &own_folder(&mailbox, kind).await).await;
        let records: Vec<Record> = read_all(&mailbox, kind, &items)
            .await
            .iter()
            .map(|item| writable(kind, &item.record))
            .collect();
        let folder = new_folder(&standin, kind).await;
        standin.calls().reset();
        let created = create(&mailbox, kind, &folder, records.clone()).await;
        calls += standin.calls().total();
        let created: Vec<RemoteRef> = created.into_iter().map(Result::unwrap).collect();

        let mut listed = list(&mailbox, &folder).await;
        let mut expected = created.clone();
        listed.sort_by(|a, b| a.id.cmp(&b.id));
        expected.sort_by(|a, b| a.id.cmp(&b.id));
        assert!(
            listed == expected,
            "{kind}: the version after the last write is known"
        );

        for (number, (read, record)) in read_all(&mailbox, kind, &created)
            .await
            .iter()
            .zip(&records)
            .enumerate()
        {
            assert_eq!(read.key, Some(format!("key-{number}")));
            assert_eq!(read.uid, Some(format!("uid-{number}@example.org")));
            assert_eq!(&writable(kind, &read.record), record, "{kind} {number}");
        }
    }
    assert!(calls <= 120, "{calls}");
    assert_eq!(standin.mails_sent(), 0);
    assert_eq!(standin.violations(), Vec::<String>::new());
}

fn update(item: &RemoteItem, change: impl FnOnce(&mut Record)) -> Update {
    let mut target = item.record.clone();
    change(&mut target);
    let keys: std::collections::BTreeSet<Key> = item
        .record
        .iter()
        .chain(target.iter())
        .map(|(key, _)| key)
        .collect();
    let changed = keys
        .into_iter()
        .filter(|key| item.record.get(*key) != target.get(*key))
        .collect();
    Update {
        reference: item.reference.clone(),
        target,
        changed,
        named: Vec::new(),
    }
}

async fn first_with(mailbox: &EwsMailbox, kind: Kind, is: impl Fn(&Record) -> bool) -> RemoteItem {
    let items = list(mailbox, &own_folder(mailbox, kind).await).await;
    read_all(mailbox, kind, &items)
        .await
        .into_iter()
        .find(|item| is(&item.record))
        .unwrap()
}

/// Applies an update and compares what is there then with what was wanted.
async fn check_update(mailbox: &EwsMailbox, kind: Kind, update: Update) -> RemoteItem {
    let target = writable(kind, &update.target);
    let reference = mailbox.update(kind, &[update]).await.remove(0).unwrap();
    let now = read_all(mailbox, kind, std::slice::from_ref(&reference))
        .await
        .remove(0);
    assert_eq!(writable(kind, &now.record), target);
    assert_eq!(now.reference, reference);
    now
}

#[tokio::test]
async fn one_change_is_one_call() {
    let standin = seeded(5, 5, 5).await;
    let mailbox = mailbox(&standin, BERLIN);
    for (kind, property) in [
        (Kind::Event, "summary"),
        (Kind::Task, "summary"),
        (Kind::Contact, "nickname"),
    ] {
        let item = first_with(&mailbox, kind, |_| true).await;
        let update = update(&item, |record| {
            record.set(Key::of(property), Value::text("Changed & <new>"));
        });
        standin.calls().reset();
        assert!(mailbox.update(kind, &[update]).await[0].is_ok());
        assert_eq!(
            (standin.calls().total(), standin.calls().count("UpdateItem")),
            (1, 1)
        );
    }
    assert_eq!(standin.mails_sent(), 0);
}

#[tokio::test]
async fn a_stale_version_is_a_conflict_and_its_neighbour_goes_on() {
    let standin = seeded(5, 0, 0).await;
    let mailbox = mailbox(&standin, BERLIN);
    let items = list(&mailbox, &own_folder(&mailbox, Kind::Contact).await).await;
    let read = read_all(&mailbox, Kind::Contact, &items[..2]).await;
    let rename = |item: &RemoteItem, name: &str| {
        update(item, |record| {
            record.set(Key::of("nickname"), Value::text(name));
        })
    };
    assert!(
        mailbox
            .update(Kind::Contact, &[rename(&read[0], "first")])
            .await[0]
            .is_ok()
    );
    let results = mailbox
        .update(
            Kind::Contact,
            &[rename(&read[0], "second"), rename(&read[1], "other")],
        )
        .await;
    assert_eq!(results[0].as_ref().unwrap_err().kind(), ErrorKind::Conflict);
    assert!(results[1].is_ok());
}

#[tokio::test]
async fn a_series_keeps_its_occurrences_when_its_times_change() {
    let standin = seeded(0, 200, 0).await;
    let mailbox = mailbox(&standin, BERLIN);
    let series = first_with(&mailbox, Kind::Event, |record| {
        let deleted = record
            .iter()
            .any(|(key, value)| key.property == Key::STATE && *value == Value::Bool(false));
        let changed = record
            .iter()
            .any(|(key, value)| key.property == Key::STATE && *value == Value::Bool(true));
        deleted && changed && matches!(record.own("start"), Some(Value::Moment(Moment::At { .. })))
    })
    .await;
    let now = check_update(
        &mailbox,
        Kind::Event,
        update(&series, |record| {
            let Some(Value::Moment(Moment::At { instant, zone })) = record.own("end").cloned()
            else {
                unreachable!()
            };
            let later = Moment::At {
                instant: instant + TimeDelta::minutes(5),
                zone,
            };
            record.set(Key::of("end"), Value::Moment(later));
        }),
    )
    .await;
    assert_eq!(
        now.record.occurrences().count(),
        series.record.occurrences().count()
    );
    assert_eq!(standin.mails_sent(), 0);
}

#[tokio::test]
async fn one_occurrence_is_changed_and_another_deleted() {
    let standin = seeded(0, 200, 0).await;
    let mailbox = mailbox(&standin, BERLIN);
    let series = first_with(&mailbox, Kind::Event, |record| {
        record
            .iter()
            .filter(|(key, value)| key.property == Key::STATE && **value == Value::Bool(true))
            .count()
            >= 2
    })
    .await;
    let changed: Vec<_> = series
        .record
        .occurrences()
        .filter(|occurrence| {
            series.record.get(Key::at(*occurrence, Key::STATE)) == Some(&Value::Bool(true))
        })
        .collect();
    let (first, second) = (changed[0], changed[1]);
    let renamed = check_update(
        &mailbox,
        Kind::Event,
        update(&series, |record| {
            record.set(Key::at(first, "summary"), Value::text("Another summary"));
        }),
    )
    .await;
    let change = update(&renamed, |record| {
        let keys: Vec<Key> = record
            .iter()
            .map(|(key, _)| key)
            .filter(|key| key.occurrence == Some(second))
            .collect();
        for key in keys {
            record.remove(key);
        }
        record.set(Key::at(second, Key::STATE), Value::Bool(false));
    });
    check_update(&mailbox, Kind::Event, change.clone()).await;
    let error = mailbox
        .update(Kind::Event, &[change])
        .await
        .remove(0)
        .unwrap_err();
    assert_eq!(
        error.kind(),
        ErrorKind::Conflict,
        "a deletion has no version of its own to be refused by"
    );
}

#[tokio::test]
async fn a_photo_is_added_replaced_and_removed() {
    let standin = seeded(20, 0, 0).await;
    let mailbox = mailbox(&standin, BERLIN);
    let contact = first_with(&mailbox, Kind::Contact, |record| {
        record.own(mapping::PHOTO).is_none()
    })
    .await;
    let picture = |byte: u8| Value::Bytes(vec![0xff, 0xd8, 0xff, byte].into());
    let added = check_update(
        &mailbox,
        Kind::Contact,
        update(&contact, |record| {
            record.set(Key::of(mapping::PHOTO), picture(1));
            record.set(Key::of("nickname"), Value::text("With photo"));
        }),
    )
    .await;
    let replaced = check_update(
        &mailbox,
        Kind::Contact,
        update(&added, |record| {
            record.set(Key::of(mapping::PHOTO), picture(2));
        }),
    )
    .await;
    let removed = update(&replaced, |record| {
        record.remove(Key::of(mapping::PHOTO));
    });
    check_update(&mailbox, Kind::Contact, removed).await;
}

#[tokio::test]
async fn properties_are_removed() {
    let standin = seeded(30, 30, 30).await;
    let mailbox = mailbox(&standin, BERLIN);
    for (kind, property) in [
        (Kind::Contact, "phone_mobile"),
        (Kind::Contact, "home_city"),
        (Kind::Contact, "birthday"),
        (Kind::Contact, "notes"),
        (Kind::Event, "location"),
        (Kind::Event, "description"),
        (Kind::Event, "reminder"),
        (Kind::Event, "categories"),
        (Kind::Task, "due"),
    ] {
        let item = first_with(&mailbox, kind, |record| record.own(property).is_some()).await;
        check_update(
            &mailbox,
            kind,
            update(&item, |record| {
                record.remove(Key::of(property));
            }),
        )
        .await;
    }
}

#[tokio::test]
async fn a_slow_server_is_asked_for_less_at_a_time() {
    let standin = seeded(0, 0, 300).await;
    let mailbox = mailbox(&standin, BERLIN);
    let items = list(&mailbox, &own_folder(&mailbox, Kind::Task).await).await;
    standin
        .faults()
        .add(Fault::always(fault::Kind::Timeout { over: 30 }).on("GetItem"));
    standin.calls().reset();
    assert_eq!(read_all(&mailbox, Kind::Task, &items).await.len(), 300);
    let first = standin.calls().count("GetItem");
    assert!(first <= 20, "{first}");
    standin.calls().reset();
    assert_eq!(read_all(&mailbox, Kind::Task, &items).await.len(), 300);
    assert_eq!(
        standin.calls().count("GetItem"),
        12,
        "it remembers what the server bears"
    );
}

#[tokio::test]
async fn faults_while_reading_are_survived() {
    use fault::Kind::{
        BusyFault, BusyInside, BusyMessage, ConnectionReset, ControlCharacters, TruncatedBody,
        Unavailable,
    };
    for kind in [
        BusyMessage { back_off_ms: 20 },
        BusyFault { back_off_ms: 20 },
        BusyInside,
        Unavailable,
        ConnectionReset,
        TruncatedBody,
        ControlCharacters,
    ] {
        let standin = seeded(0, 120, 0).await;
        let mailbox = mailbox(&standin, BERLIN);
        let items = list(&mailbox, &own_folder(&mailbox, Kind::Event).await).await;
        standin
            .faults()
            .add(Fault::once(kind.clone()).on("GetItem"));
        let read = mailbox.read(Kind::Event, &items).await;
        assert!(
            read.iter().all(Result::is_ok),
            "{kind:?}: {:?}",
            read.iter().find(|item| item.is_err())
        );
    }
}

#[tokio::test]
async fn an_item_that_went_meanwhile_is_told_alone() {
    let standin = seeded(10, 0, 0).await;
    let mailbox = mailbox(&standin, BERLIN);
    let items = list(&mailbox, &own_folder(&mailbox, Kind::Contact).await).await;
    standin
        .faults()
        .add(Fault::once(fault::Kind::ItemGone).on("GetItem"));
    let read = mailbox.read(Kind::Contact, &items).await;
    assert_eq!(read[0].as_ref().unwrap_err().kind(), ErrorKind::ItemGone);
    assert!(read[1..].iter().all(Result::is_ok));
}

#[tokio::test]
async fn a_series_that_cannot_be_written_whole_leaves_nothing_behind() {
    let standin = seeded(0, 200, 0).await;
    let mailbox = mailbox(&standin, BERLIN);
    let series = first_with(&mailbox, Kind::Event, |record| {
        record
            .iter()
            .any(|(key, value)| key.property == Key::STATE && *value == Value::Bool(true))
    })
    .await;
    let folder = new_folder(&standin, Kind::Event).await;
    let refused = fault::Kind::Message {
        code: "ErrorOccurrenceCrossingBoundary".to_owned(),
    };
    standin
        .faults()
        .add(Fault::always(refused).on("UpdateItem"));
    let created = create(
        &mailbox,
        Kind::Event,
        &folder,
        vec![writable(Kind::Event, &series.record)],
    )
    .await;
    assert_eq!(created[0].as_ref().unwrap_err().kind(), ErrorKind::Item);
    assert!(list(&mailbox, &folder).await.is_empty());
}

#[tokio::test]
async fn old_servers_hold_the_same_items() {
    for release in [
        Release::Exchange2010,
        Release::Exchange2013,
        Release::Exchange2016,
    ] {
        let seed = Seed {
            contacts: 20,
            events: 60,
            tasks: 10,
            calendars: 0,
            seed: 3,
        };
        let standin = anna::server()
            .fill(seed)
            .release(release)
            .start()
            .await
            .unwrap();
        let mailbox = mailbox(&standin, BERLIN);
        for kind in Kind::ALL {
            let items = list(&mailbox, &own_folder(&mailbox, kind).await).await;
            let records: Vec<Record> = read_all(&mailbox, kind, &items)
                .await
                .iter()
                .map(|item| writable(kind, &item.record))
                .collect();
            let folder = new_folder(&standin, kind).await;
            let created = create(&mailbox, kind, &folder, records.clone()).await;
            let created: Vec<RemoteRef> = created.into_iter().map(Result::unwrap).collect();
            for (read, record) in read_all(&mailbox, kind, &created)
                .await
                .iter()
                .zip(&records)
            {
                assert_eq!(&writable(kind, &read.record), record, "{release:?} {kind}");
            }
        }
    }
}
