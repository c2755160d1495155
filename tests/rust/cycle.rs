//! The whole way of a cycle: stand-in Exchange, mailbox, mapping, engine, and a collection in memory.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail"
)]

mod anna;
mod collection;

use anna::{BERLIN, filled, mailbox, new_folder, own_folder};
use collection::Collection;
use exchange_core::engine::{Report, cycle};
use exchange_core::model::Kind;
use exchange_standin::Standin;
use exchange_standin::fault::{self, Fault};
use exchange_standin::seed::Seed;
use std::time::Duration;

const SEED: Seed = Seed {
    contacts: 230,
    events: 230,
    tasks: 40,
    calendars: 0,
    seed: 5,
};

async fn sync(standin: &Standin, kind: Kind, folder: &str, collection: &Collection) -> Report {
    let link = collection.link(kind, folder, BERLIN);
    let mailbox = mailbox(standin, BERLIN);
    standin.calls().reset();
    cycle(&link, &mailbox, collection).await
}

/// A second cycle moves nothing and makes one call.
async fn check_idle(standin: &Standin, kind: Kind, folder: &str, collection: &Collection) {
    let idle = sync(standin, kind, folder, collection).await;
    let expected = Report {
        done: true,
        calls: 1,
        ..Report::default()
    };
    assert_eq!(
        Report {
            total: 0,
            seen: 0,
            ..idle
        },
        expected,
        "{kind}: {:?}",
        standin.calls().counts()
    );
}

fn copy_of(collection: &Collection) -> Collection {
    let copy = Collection::default();
    for (uri, (text, _)) in &collection.0.lock().unwrap().objects {
        copy.0.lock().unwrap().put(uri, text);
    }
    copy
}

fn moved(report: &Report) -> [u64; 6] {
    [
        report.local_created,
        report.local_updated,
        report.local_deleted,
        report.remote_created,
        report.remote_updated,
        report.remote_deleted,
    ]
}

#[tokio::test]
async fn a_mailbox_goes_to_a_collection_and_from_there_to_another_folder() {
    let standin = filled(SEED).await;
    for (kind, count) in [(Kind::Contact, 230), (Kind::Event, 230), (Kind::Task, 40)] {
        let folder = own_folder(&mailbox(&standin, BERLIN), kind).await;
        let collection = Collection::default();
        let report = sync(&standin, kind, &folder, &collection).await;
        assert_eq!(report.message, None);
        assert_eq!(
            (moved(&report), report.set_aside),
            ([count, 0, 0, 0, 0, 0], 0),
            "{kind}"
        );
        check_idle(&standin, kind, &folder, &collection).await;

        let other = copy_of(&collection);
        let folder = new_folder(&standin, kind).await;
        let report = sync(&standin, kind, &folder, &other).await;
        assert_eq!(report.message, None);
        assert_eq!(
            (moved(&report), report.set_aside),
            ([0, 0, 0, count, 0, 0], 0),
            "{kind}"
        );
        check_idle(&standin, kind, &folder, &other).await;
        let texts = |collection: &Collection| {
            collection
                .0
                .lock()
                .unwrap()
                .objects
                .values()
                .map(|(text, _)| text.clone())
                .collect::<Vec<_>>()
        };
        assert!(
            texts(&collection) == texts(&other),
            "exporting changes nothing on its own side"
        );
    }
    assert_eq!(standin.mails_sent(), 0);
}

#[tokio::test]
async fn one_change_on_either_side_takes_few_calls() {
    let standin = filled(SEED).await;
    let folder = own_folder(&mailbox(&standin, BERLIN), Kind::Contact).await;
    let collection = Collection::default();
    sync(&standin, Kind::Contact, &folder, &collection).await;
    {
        let mut state = collection.0.lock().unwrap();
        let (uri, (text, _)) = state
            .objects
            .iter()
            .next()
            .map(|(uri, object)| (uri.clone(), object.clone()))
            .unwrap();
        let changed = text.replace("END:VCARD", "NICKNAME:Somebody else\r\nEND:VCARD");
        state.put(&uri, &changed);
    }
    let report = sync(&standin, Kind::Contact, &folder, &collection).await;
    assert_eq!(
        (moved(&report), report.message.as_deref()),
        ([0, 0, 0, 0, 1, 0], None)
    );
    assert!(report.calls <= 3, "{:?}", standin.calls().counts());
    check_idle(&standin, Kind::Contact, &folder, &collection).await;
}

#[tokio::test]
async fn nothing_is_doubled_when_answers_are_lost() {
    let standin = filled(SEED).await;
    let collection = Collection::default();
    sync(
        &standin,
        Kind::Event,
        &own_folder(&mailbox(&standin, BERLIN), Kind::Event).await,
        &collection,
    )
    .await;
    let folder = new_folder(&standin, Kind::Event).await;
    let other = copy_of(&collection);
    for (operation, kind) in [
        ("CreateItem", fault::Kind::ReplyLost),
        ("FindItem", fault::Kind::Unauthorized),
        ("UpdateItem", fault::Kind::ReplyLost),
        ("GetItem", fault::Kind::TruncatedBody),
    ] {
        standin.faults().add(Fault::once(kind).on(operation));
    }
    let mut cycles = 0;
    while sync(&standin, Kind::Event, &folder, &other)
        .await
        .message
        .is_some()
    {
        cycles += 1;
        assert!(cycles < 5, "it comes to an end");
    }
    assert!(cycles > 0, "the faults were felt");
    check_idle(&standin, Kind::Event, &folder, &other).await;
    let rows = other.0.lock().unwrap().rows.len();
    let objects = other.0.lock().unwrap().objects.len();
    assert_eq!((rows, objects), (230, 230));
}

/// Both ways of telling when an object was changed, and objects that tell nothing.
#[tokio::test]
async fn a_change_from_exchange_says_when_it_was_made() {
    let event = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:o\r\nDTSTAMP:20200101T000000Z\r\nLAST-MODIFIED:20200102T000000Z\r\nSEQUENCE:3\r\nDTSTART:20260105T090000Z\r\nDTEND:20260105T100000Z\r\nSUMMARY:Old\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    let card = "BEGIN:VCARD\r\nVERSION:3.0\r\nUID:o\r\nREV:20200102T000000Z\r\nFN:Old\r\nN:;;;;\r\nEND:VCARD\r\n";
    let plain = card.replace("REV:20200102T000000Z\r\n", "");
    for (kind, text) in [
        (Kind::Event, event),
        (Kind::Contact, card),
        (Kind::Contact, &plain),
    ] {
        let standin = filled(SEED).await;
        let folder = new_folder(&standin, kind).await;
        let (mine, other) = (Collection::default(), Collection::default());
        mine.0.lock().unwrap().put("o", text);
        sync(&standin, kind, &folder, &mine).await;
        sync(&standin, kind, &folder, &other).await;
        let (uri, theirs) = first(&other);
        let changed = theirs.replace(":Old", ":New");
        other.0.lock().unwrap().put(&uri, &changed);
        let report = sync(&standin, kind, &folder, &other).await;
        assert_eq!(report.remote_updated, 1, "{kind}");

        let report = sync(&standin, kind, &folder, &mine).await;
        assert_eq!(report.local_updated, 1, "{kind}");
        let (_, now) = first(&mine);
        let said = |text: &str, name: &str| {
            let mut lines = text.lines();
            lines.find_map(|line| line.strip_prefix(name).map(str::to_owned))
        };
        let expected = text.replace(":Old", ":New");
        let name = if kind == Kind::Event {
            "LAST-MODIFIED:"
        } else {
            "REV:"
        };
        match (said(text, name), said(&now, name)) {
            (Some(old), Some(new)) => {
                assert!(new.as_str() > "20250101", "{now}");
                assert_eq!(now, expected.replace(&old, &new));
            }
            (None, None) => assert_eq!(now, expected),
            other => panic!("{other:?}"),
        }
        check_idle(&standin, kind, &folder, &mine).await;
    }
}

fn first(collection: &Collection) -> (String, String) {
    let state = collection.0.lock().unwrap();
    let (uri, (text, _)) = state.objects.iter().next().unwrap();
    (uri.clone(), text.clone())
}

/// A series is created before its changed and deleted occurrences. What is not there yet after a death in between is not what
/// somebody removed.
#[tokio::test]
async fn a_series_cut_short_by_a_death_gets_its_occurrences_in_the_next_cycle() {
    const SERIES: &str = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Fixture//EN\r\nBEGIN:VEVENT\r\nUID:s\r\n\
        DTSTAMP:20260102T030405Z\r\nSUMMARY:Series\r\nDTSTART:20260301T090000Z\r\nDTEND:20260301T100000Z\r\n\
        RRULE:FREQ=DAILY;COUNT=4\r\nEXDATE:20260304T090000Z\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nUID:s\r\n\
        DTSTAMP:20260102T030405Z\r\nSUMMARY:Changed\r\nRECURRENCE-ID:20260302T090000Z\r\n\
        DTSTART:20260302T120000Z\r\nDTEND:20260302T130000Z\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
    for operation in ["UpdateItem", "DeleteItem"] {
        let standin = anna::empty().await;
        let folder = own_folder(&mailbox(&standin, BERLIN), Kind::Event).await;
        let mine = Collection::default();
        mine.0.lock().unwrap().put("s.ics", SERIES);
        let busy = fault::Kind::BusyFault { back_off_ms: 5_000 };
        standin.faults().add(Fault::once(busy).on(operation));
        tokio::select! {
            report = sync(&standin, Kind::Event, &folder, &mine) => panic!("{operation}: {report:?}"),
            () = called(&standin, operation) => {}
        }
        standin.faults().clear();
        let report = sync(&standin, Kind::Event, &folder, &mine).await;
        assert_eq!(report.error, None, "{operation}");
        let theirs = Collection::default();
        for (side, collection) in [("local", &mine), ("remote", &theirs)] {
            sync(&standin, Kind::Event, &folder, collection).await;
            let state = collection.0.lock().unwrap();
            let texts: Vec<&str> = state
                .objects
                .values()
                .map(|(text, _)| text.as_str())
                .collect();
            assert_eq!(texts.len(), 1, "{operation}, {side}");
            assert!(
                texts[0].contains("SUMMARY:Changed"),
                "{operation}, {side}: {}",
                texts[0]
            );
            assert!(
                texts[0].contains("EXDATE"),
                "{operation}, {side}: {}",
                texts[0]
            );
        }
    }
}

async fn called(standin: &Standin, operation: &str) {
    while standin.calls().count(operation) == 0 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}
