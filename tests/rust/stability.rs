//! Whatever a person's calendars and address books hold: once both sides are in step, nothing moves any more.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may fail"
)]

mod anna;
mod collection;
mod objects;

use anna::{VIENNA, mailbox, new_folder};
use collection::Collection;
use exchange_core::engine::{Link, PairState, Report, cycle};
use exchange_core::mapping::{self, Context};
use exchange_core::model::{Key, Kind, Record, Value};
use exchange_standin::Standin;
use objects::Maker;

fn context() -> Context {
    let mut context = VIENNA;
    context.addresses.push("anna@example.org".to_owned());
    context
}

fn record(kind: Kind, text: &str) -> Record {
    mapping::read_local(kind, text, &context())
        .unwrap_or_else(|error| panic!("{error}\n{text}"))
        .record
}

#[test]
fn an_object_copied_says_the_same_and_is_not_written_again() {
    for kind in Kind::ALL {
        let mut maker = Maker::new(1);
        for _ in 0..1500 {
            let text = maker.object(kind, "o@example.org");
            let first = record(kind, &text);
            let keys: Vec<Key> = first.iter().map(|(key, _)| key).collect();
            let write = |text: Option<&str>| {
                mapping::write_local(kind, text, "o@example.org", &first, &keys, &context())
                    .unwrap()
            };
            assert_eq!(write(Some(&text)), text, "written again");
            let copy = write(None);
            assert_eq!(record(kind, &copy), first, "{text}\n{copy}");
            assert_eq!(write(Some(&copy)), copy, "written again");
        }
    }
}

struct Desk {
    standin: Standin,
    kind: Kind,
    folder: String,
}

impl Desk {
    async fn new(kind: Kind) -> Self {
        let standin = anna::empty().await;
        let folder = new_folder(&standin, kind).await;
        Self {
            standin,
            kind,
            folder,
        }
    }

    async fn sync(&self, collection: &Collection, full: bool) -> Report {
        let link = collection.link(self.kind, &self.folder, context());
        let link = Link {
            cursor: link.cursor.filter(|_| !full),
            token: link.token.filter(|_| !full),
            full,
            ..link
        };
        let mailbox = mailbox(&self.standin, context());
        let report = cycle(&link, &mailbox, collection).await;
        assert_eq!(report.message, None, "{}", self.kind);
        report
    }
}

/// Makes every pair be looked at again, on both sides.
fn forget_versions(collection: &Collection) {
    let mut state = collection.0.lock().unwrap();
    for row in state
        .rows
        .values_mut()
        .filter(|row| row.state == PairState::Linked)
    {
        row.version = Some("another".to_owned());
        row.etag = Some("another".to_owned());
    }
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

/// What is not in step, and why.
fn set_aside(collection: &Collection) -> Vec<String> {
    let state = collection.0.lock().unwrap();
    let rows = state.rows.values();
    rows.filter_map(|row| row.reason.clone()).collect()
}

fn texts(collection: &Collection) -> Vec<String> {
    let state = collection.0.lock().unwrap();
    let mut texts: Vec<String> = state
        .objects
        .values()
        .map(|(text, _)| text.clone())
        .collect();
    texts.sort_by_key(|text| {
        text.lines()
            .find(|line| line.starts_with("UID:"))
            .map(str::to_owned)
    });
    texts
}

async fn goes_round_and_rests(kind: Kind, count: u64) {
    let desk = Desk::new(kind).await;
    let mine = Collection::default();
    let mut maker = Maker::new(7);
    for number in 0..count {
        let uid = format!("object-{number:04}@example.org");
        let text = maker.object(kind, &uid);
        mine.0
            .lock()
            .unwrap()
            .put(&format!("{number:04}.ics"), &text);
    }
    let before = texts(&mine);

    let report = desk.sync(&mine, false).await;
    assert_eq!(set_aside(&mine), [""; 0], "{kind}");
    assert_eq!(moved(&report), [0, 0, 0, count, 0, 0], "{kind}");
    assert!(
        texts(&mine) == before,
        "exporting writes nothing on its own side"
    );

    // Exchange says when a task was completed, where nobody else did.
    let dated = before
        .iter()
        .filter(|text| is_dated_by_exchange(kind, text));
    forget_versions(&mine);
    let report = desk.sync(&mine, true).await;
    let expected = [0, dated.count() as u64, 0, 0, 0, 0];
    assert_eq!(
        moved(&report),
        expected,
        "{kind}: {:?}",
        differences(&before, &texts(&mine))
    );

    let before = texts(&mine);
    forget_versions(&mine);
    let report = desk.sync(&mine, true).await;
    assert_eq!(
        moved(&report),
        [0; 6],
        "{kind}: {:?}",
        differences(&before, &texts(&mine))
    );

    let report = desk.sync(&mine, false).await;
    assert_eq!((moved(&report), report.calls), ([0; 6], 1), "{kind}");

    let other = Collection::default();
    let report = desk.sync(&other, false).await;
    assert_eq!(moved(&report), [count, 0, 0, 0, 0, 0], "{kind}");
    for (mine, other) in before.iter().zip(texts(&other)) {
        assert_eq!(record(kind, mine), record(kind, &other), "{mine}\n{other}");
    }
    forget_versions(&other);
    let report = desk.sync(&other, true).await;
    assert_eq!(moved(&report), [0; 6], "{kind}");
    assert_eq!(desk.standin.mails_sent(), 0);
}

fn is_dated_by_exchange(kind: Kind, text: &str) -> bool {
    let record = record(kind, text);
    let completed = record.own("status") == Some(&Value::text("completed"));
    completed && record.own("completed").is_none()
}

fn differences(before: &[String], after: &[String]) -> Vec<(String, String)> {
    let pairs = before.iter().zip(after);
    let differ = pairs.filter(|(before, after)| before != after);
    differ
        .map(|(before, after)| (before.clone(), after.clone()))
        .take(1)
        .collect()
}

#[tokio::test]
async fn events_go_round_and_rest() {
    goes_round_and_rests(Kind::Event, 300).await;
}

#[tokio::test]
async fn tasks_go_round_and_rest() {
    goes_round_and_rests(Kind::Task, 300).await;
}

#[tokio::test]
async fn contacts_go_round_and_rest() {
    goes_round_and_rests(Kind::Contact, 300).await;
}
