//! What a cycle does and what it costs, one thing a test.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use async_trait::async_trait;
use exchange_core::engine::{
    Changes, Create, Folder, Host, Link, Mailbox, PairState, RemoteItem, RemoteRef, Report, Update,
    cycle,
};
use exchange_core::error::Result;
use exchange_core::model::Kind;
use exchange_core::sync::Policy;
use std::sync::Arc;
use support::fields::{self, Fields};
use support::story::{Fault, Setting};
use support::world::{Calls, Item};

use support::{FakeMailbox, Shared, drive, drive_with, link, world};

fn fields(name: &str) -> Fields {
    Fields::from([
        ((None, "full_name"), name.to_owned()),
        ((None, "title"), "Baker".to_owned()),
    ])
}

fn card(uid: &str, name: &str) -> String {
    fields::text(Kind::Contact, uid, &fields(name), "x", 1_767_225_600)
}

fn item(uid: Option<&str>, name: &str) -> Item {
    Item {
        version: 0,
        uid: uid.map(str::to_owned),
        key: None,
        fields: fields(name),
        modified: 0,
        bad: false,
        copied: false,
    }
}

/// A folder of items and a collection of other objects.
fn filled(items: usize, objects: usize) -> Shared {
    let shared = world(Setting::PLAIN);
    {
        let mut world = shared.lock();
        world.page = 512;
        for number in 0..items {
            world.insert(item(None, &format!("remote {number}")));
        }
        for number in 0..objects {
            let text = card(&format!("uid{number}"), &format!("local {number}"));
            world.put(&format!("local{number}.vcf"), text);
        }
    }
    shared
}

/// A cycle without faults, and what it called.
fn sync(shared: &Shared) -> (Report, Calls) {
    shared.lock().calls = Calls::default();
    let report = drive(shared, &link(shared, Policy::Exchange)).unwrap();
    (report, shared.lock().calls)
}

#[test]
fn importing_writes_nothing_to_the_mailbox() {
    let shared = filled(1000, 0);
    let (report, calls) = sync(&shared);
    assert_eq!((report.error, report.local_created), (None, 1000));
    assert_eq!((report.total, report.seen), (1000, 1000));
    assert_eq!((calls.remote_writes, calls.finds), (0, 0));
    assert!(calls.mailbox <= 13, "{} calls", calls.mailbox);
}

#[test]
fn exporting_takes_a_call_for_many_items() {
    let shared = filled(0, 1000);
    let (report, calls) = sync(&shared);
    assert_eq!((report.error, report.remote_created), (None, 1000));
    // Ten batches, one listing before them, and two pages afterwards that take the cursor past them.
    assert!(calls.mailbox <= 13, "{} calls", calls.mailbox);
}

#[test]
fn an_idle_cycle_costs_one_call_and_no_rows() {
    let shared = filled(150, 150);
    sync(&shared);
    let (second, calls) = sync(&shared);
    assert_eq!(calls.remote_writes + calls.local_writes, 0);
    assert_eq!((second.error, second.postponed), (None, 0));
    let (third, calls) = sync(&shared);
    assert_eq!(third.calls, 1);
    assert_eq!((calls.mailbox, calls.host), (1, 1));
    assert_eq!((calls.rows_loaded, calls.rows_saved), (0, 0));
}

#[test]
fn one_change_costs_two_calls_and_a_look_at_what_is_overwritten() {
    let shared = filled(100, 100);
    sync(&shared);
    sync(&shared);
    let text = card("uid5", "renamed");
    shared.lock().put("local5.vcf", text);
    let (report, calls) = sync(&shared);
    assert_eq!((report.remote_updated, calls.mailbox), (1, 3));
    sync(&shared);
    shared.lock().touch("item1");
    shared.lock().items.get_mut("item1").unwrap().fields = fields("changed");
    let (report, calls) = sync(&shared);
    assert_eq!(
        (report.local_updated, calls.mailbox, calls.remote_writes),
        (1, 2, 0)
    );
}

#[test]
fn filled_sides_with_the_same_uids_pair_without_a_write() {
    let shared = filled(0, 50);
    for number in 0..50 {
        let same = item(Some(&format!("uid{number}")), &format!("local {number}"));
        shared.lock().insert(same);
    }
    let (report, calls) = sync(&shared);
    assert_eq!(report.error, None);
    assert_eq!((calls.remote_writes, calls.local_writes), (0, 0));
    assert_eq!(shared.lock().rows.len(), 50);
}

#[test]
fn a_lost_journal_is_rebuilt() {
    let shared = filled(50, 50);
    sync(&shared);
    {
        let mut world = shared.lock();
        world.rows.clear();
        (world.cursor, world.stored_token) = (None, None);
    }
    let (report, calls) = sync(&shared);
    assert_eq!(report.error, None);
    assert_eq!((calls.remote_writes, calls.local_writes), (0, 0));
    assert_eq!(shared.lock().rows.len(), 100);
}

#[test]
fn a_lost_cursor_deletes_only_what_is_gone() {
    let shared = filled(30, 0);
    sync(&shared);
    {
        let mut world = shared.lock();
        world.era += 1;
        world.drop_item("item7");
    }
    let (report, calls) = sync(&shared);
    assert_eq!((report.error, report.local_deleted), (None, 1));
    assert_eq!((calls.local_writes, calls.remote_writes), (1, 0));
    assert_eq!(shared.lock().objects.len(), 29);
}

#[test]
fn an_emptied_folder_deletes_nothing_until_it_is_allowed() {
    for forgotten in [false, true] {
        let shared = filled(30, 0);
        sync(&shared);
        {
            let mut world = shared.lock();
            let ids: Vec<String> = world.items.keys().cloned().collect();
            for id in ids {
                world.drop_item(&id);
            }
            world.era += u64::from(forgotten);
        }
        let (report, _) = sync(&shared);
        assert_eq!(report.error.as_deref(), Some("brake"));
        assert_eq!(shared.lock().objects.len(), 30);
        let mut link = link(&shared, Policy::Exchange);
        link.max_deletes = Some(30);
        let report = drive(&shared, &link).unwrap();
        assert_eq!((report.error, report.local_deleted), (None, 30));
    }
}

#[test]
fn an_emptied_collection_deletes_nothing() {
    let shared = filled(30, 0);
    sync(&shared);
    let uris: Vec<String> = shared.lock().objects.keys().cloned().collect();
    for uri in uris {
        shared.lock().remove(&uri);
    }
    let (report, calls) = sync(&shared);
    assert_eq!(report.error.as_deref(), Some("brake"));
    assert_eq!((shared.lock().items.len(), calls.remote_writes), (30, 0));
}

#[test]
fn a_bad_item_is_set_aside_with_its_reason_and_tried_again_when_it_changes() {
    let shared = filled(3, 3);
    shared.lock().items.get_mut("item2").unwrap().bad = true;
    shared.lock().put("local1.vcf", fields::garbage("uid1"));
    let (report, _) = sync(&shared);
    assert_eq!((report.error, report.set_aside), (None, 2));
    assert_eq!((report.local_created, report.remote_created), (2, 2));
    let reasons = |shared: &Shared| -> Vec<String> {
        let world = shared.lock();
        let aside = world
            .rows
            .values()
            .filter(|row| row.state == PairState::SetAside);
        aside.map(|row| row.reason.clone().unwrap()).collect()
    };
    assert!(reasons(&shared).iter().all(|reason| reason.ends_with('.')));
    sync(&shared);
    assert_eq!(
        sync(&shared).1.mailbox,
        1,
        "it is not asked for again and again"
    );
    {
        let mut world = shared.lock();
        world.items.get_mut("item2").unwrap().bad = false;
        world.touch("item2");
        world.heal_at("local1.vcf", 1);
    }
    let (report, _) = sync(&shared);
    assert_eq!((report.local_created, report.remote_created), (1, 1));
    assert_eq!(reasons(&shared), Vec::<String>::new());
}

/// A mailbox in which somebody else changes every item just before we do.
struct Restless(FakeMailbox);

#[async_trait]
impl Mailbox for Restless {
    async fn folders(&self) -> Result<Vec<Folder>> {
        self.0.folders().await
    }

    async fn changes(&self, folder: &str, cursor: Option<&str>) -> Result<Changes> {
        self.0.changes(folder, cursor).await
    }

    async fn read(&self, kind: Kind, items: &[RemoteRef]) -> Vec<Result<RemoteItem>> {
        self.0.read(kind, items).await
    }

    async fn create(&self, kind: Kind, folder: &str, items: &[Create]) -> Vec<Result<RemoteRef>> {
        self.0.create(kind, folder, items).await
    }

    async fn update(&self, kind: Kind, items: &[Update]) -> Vec<Result<RemoteRef>> {
        for item in items {
            self.0.0.lock().touch(&item.reference.id);
        }
        self.0.update(kind, items).await
    }

    async fn delete(&self, kind: Kind, items: &[RemoteRef]) -> Vec<Result<()>> {
        self.0.delete(kind, items).await
    }
}

#[test]
fn an_item_that_never_stands_still_is_left_to_the_next_cycle() {
    let shared = filled(2, 2);
    sync(&shared);
    sync(&shared);
    shared
        .lock()
        .put("local0.vcf", card("uid0", "changed here"));
    let cursor = shared.lock().cursor.clone();
    shared.lock().calls = Calls::default();
    let mailbox = Restless(FakeMailbox(Arc::clone(&shared)));
    let report = drive_with(&shared, &link(&shared, Policy::Exchange), &mailbox).unwrap();
    assert_eq!((report.error, report.postponed), (None, 1));
    assert_eq!((report.remote_updated, report.local_updated), (0, 0));
    let calls = shared.lock().calls;
    // A listing, and three times a look at the item and an attempt to write it; none of them overwrites anything.
    assert_eq!((calls.mailbox, calls.remote_writes), (7, 0), "{calls:?}");
    assert_eq!(shared.lock().cursor, cursor, "what is left is seen again");
    // As soon as it stands still.
    let (report, _) = sync(&shared);
    assert_eq!((report.remote_updated, report.postponed), (1, 0));
}

#[test]
fn an_edit_wins_over_a_delete() {
    let shared = filled(2, 0);
    sync(&shared);
    {
        let mut world = shared.lock();
        let uris: Vec<String> = world
            .rows
            .values()
            .map(|row| row.uri.clone().unwrap())
            .collect();
        let ids: Vec<String> = world
            .rows
            .values()
            .map(|row| row.remote_id.clone().unwrap())
            .collect();
        let uid = world.uid_at(&uris[0]).unwrap().to_owned();
        world.put(&uris[0], card(&uid, "edited here"));
        world.drop_item(&ids[0]);
        world.remove(&uris[1]);
        world.items.get_mut(&ids[1]).unwrap().fields = fields("edited there");
        world.touch(&ids[1]);
    }
    let (report, _) = sync(&shared);
    assert_eq!((report.remote_created, report.local_created), (1, 1));
    assert_eq!((report.remote_deleted, report.local_deleted), (0, 0));
}

/// A death or a lost answer at every single call of a mixed cycle.
#[test]
fn survives_every_call() {
    let fates = [
        Fault::CrashBefore,
        Fault::CrashAfter,
        Fault::FailBefore,
        Fault::FailAfter,
    ];
    let mut survived = 0;
    for fate in fates {
        for at in 0..200 {
            let shared = filled(3, 3);
            sync(&shared);
            let calls = {
                let mut world = shared.lock();
                world.insert(item(None, "new there"));
                world.put("new.vcf", card("new", "new here"));
                world.put("local0.vcf", card("uid0", "changed here"));
                world.items.get_mut("item1").unwrap().fields = fields("changed there");
                world.touch("item1");
                world.remove("local1.vcf");
                world.drop_item("item2");
                world.chaos.at = Some((at, fate));
                drop(world);
                drive(&shared, &link(&shared, Policy::Exchange));
                let mut world = shared.lock();
                world.chaos.at = None;
                world.chaos.calls
            };
            for _ in 0..3 {
                assert_eq!(sync(&shared).0.error, None);
            }
            let world = shared.lock();
            let mut there: Vec<Fields> = world
                .items
                .values()
                .map(|item| item.fields.clone())
                .collect();
            let mut here: Vec<Fields> = world
                .objects
                .values()
                .map(|object| fields::read(Kind::Contact, &object.text))
                .collect();
            there.sort();
            here.sort();
            assert_eq!(there, here, "{fate:?} at {at}");
            assert_eq!(there.len(), 6, "{fate:?} at {at}");
            survived += 1;
            if calls <= at {
                break;
            }
        }
    }
    assert!(survived > 60, "only {survived} calls were tried");
}

/// The server names neither an item that came and went between two cursors, nor that it went.
#[test]
fn what_came_in_a_cycle_that_died_and_went_before_the_next_one_is_deleted() {
    let mut tried = 0;
    for at in 0..200 {
        let shared = filled(2, 2);
        sync(&shared);
        let mut world = shared.lock();
        let before: Vec<String> = world.items.keys().cloned().collect();
        world.insert(item(None, "new there"));
        world.put("new.vcf", card("new", "new here"));
        world.chaos.at = Some((at, Fault::CrashBefore));
        drop(world);
        drive(&shared, &link(&shared, Policy::Exchange));
        let mut world = shared.lock();
        world.chaos.at = None;
        let calls = world.chaos.calls;
        let came: Vec<String> = world.items.keys().cloned().collect();
        for id in came.iter().filter(|id| !before.contains(id)) {
            world.drop_item(id);
        }
        let paired = |id: &String| {
            world
                .rows
                .values()
                .any(|row| row.remote_id.as_ref() == Some(id))
        };
        let left: Vec<&String> = before.iter().filter(|id| paired(id)).collect();
        assert_eq!(left.len(), 4, "at {at}");
        drop(world);
        for _ in 0..3 {
            assert_eq!(sync(&shared).0.error, None, "at {at}");
        }
        let world = shared.lock();
        for row in world.rows.values() {
            let id = row.remote_id.as_ref().unwrap();
            assert!(world.items.contains_key(id), "{id} is paired, at {at}");
        }
        assert_eq!(world.rows.len(), world.objects.len(), "at {at}");
        tried += 1;
        if calls <= at {
            break;
        }
    }
    assert!(tried > 10, "only {tried} calls were tried");
}

/// The binding spawns cycles on a runtime of many threads.
#[test]
fn a_cycle_can_move_between_threads() {
    fn movable<T: Send>(_: impl FnOnce() -> T) {}
    fn check(link: &'static Link, mailbox: &'static dyn Mailbox, host: &'static dyn Host) {
        movable(|| cycle(link, mailbox, host));
    }
    let _ = check;
}
