//! A link's life as a story tells it, then peace; and what must be true in it and at its end.

use super::chaos::{Chaos, Event};
use super::fields;
use super::promises::{check, nothing_outside};
use super::run::{drive, link};
use super::story::{Here, Step, Story, There};
use super::world::{Calls, Shared, World, world};
use exchange_core::engine::{Link, PairState, Report};
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Lives a story. The error says which promise was broken; the trace is empty unless it is asked for.
pub fn live(story: &Story, told: bool) -> (Result<(), String>, Vec<String>) {
    let shared = world(story.setting);
    shared.lock().told = told;
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        tell(&shared, story);
        settle(&shared);
        check(&shared.lock());
        rest(&shared);
        tomorrow(&shared);
    }));
    let failed = outcome.map_err(|panic| {
        let text = panic.downcast_ref::<String>().cloned();
        text.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string))
            .unwrap_or_default()
    });
    let mut world = shared.lock();
    let end = format!(
        "objects {:#?}\nitems {:#?}\nrows {:#?}",
        world.objects, world.items, world.rows
    );
    world.note(|| end);
    let trace = std::mem::take(&mut world.trace);
    (failed, trace)
}

fn tell(shared: &Shared, story: &Story) {
    let mut next = Next::default();
    for step in &story.steps {
        let mut world = shared.lock();
        match *step {
            Step::Do(edit) => world.act(edit),
            Step::At(call, at, fault) => world.chaos.events.push((call, at, Event::Fault(fault))),
            Step::During(call, at, edit) => {
                world.chaos.events.push((call, at, Event::Edit(edit)));
            }
            Step::Limit(deletes) => next.limit = Some(deletes),
            Step::Window(window) => {
                world.note(|| format!("{window:?}"));
                world.wish.window = window;
            }
            Step::Full => next.full = true,
            Step::Bring => next.bring = true,
            Step::Rehearse => next.rehearse = true,
            Step::Cycle => {
                drop(world);
                run(shared, &std::mem::take(&mut next));
            }
        }
    }
}

/// What is special in the next cycle.
#[derive(Default)]
struct Next {
    limit: Option<u64>,
    full: bool,
    bring: bool,
    rehearse: bool,
}

/// The link as its owner wants it.
fn wished(shared: &Shared) -> Link {
    let (policy, wish) = {
        let world = shared.lock();
        (world.policy, world.wish)
    };
    let mut link = link(shared, policy);
    link.options.direction = wish.direction;
    link.options.deletes = wish.deletes;
    link.options.window = wish.window;
    link
}

/// One cycle, and whether the brake held in it. Answers whether it came to its end.
fn run(shared: &Shared, next: &Next) -> bool {
    let mut link = wished(shared);
    let limit = next.limit;
    (link.max_deletes, link.full) = (limit, next.full);
    link.options.restore_deleted = next.bring;
    let foretold = next.rehearse.then(|| rehearse(shared, &link)).flatten();
    let pairs = {
        let mut world = shared.lock();
        world.calls = Calls::default();
        world.bringing = next.bring;
        if next.bring {
            world.dead.clear();
        }
        world.rows.len() as u64
    };
    let report = drive(shared, &link);
    let mut world = shared.lock();
    world.bringing = false;
    world.chaos.events.clear();
    let calls = world.calls;
    let deletes = calls.local_deletes + calls.remote_deletes;
    match limit {
        Some(limit) => assert!(
            deletes <= limit,
            "{deletes} deletes, and {limit} are allowed"
        ),
        None => assert!(
            deletes <= 10 || deletes * 5 <= pairs,
            "{deletes} of {pairs} deleted"
        ),
    }
    if limit.is_none() && pairs > 1 {
        let most = calls.local_deletes.max(calls.remote_deletes);
        assert!(most < pairs, "a side was emptied");
    }
    let Some(report) = report else { return false };
    if report.error.as_deref() == Some("brake") {
        assert_eq!(deletes, 0, "the brake held, and something was deleted");
    }
    let ended = report.error.is_none() && report.postponed == 0;
    if let Some(foretold) = foretold.filter(|_| ended) {
        assert_eq!(foretold, counts(&report), "foretold otherwise");
    }
    if ended {
        world.forget_what_is_in_step();
    }
    ended
}

/// What a cycle moves: created, updated and deleted here, and there.
fn counts(report: &Report) -> [u64; 6] {
    [
        report.local_created,
        report.local_updated,
        report.local_deleted,
        report.remote_created,
        report.remote_updated,
        report.remote_deleted,
    ]
}

/// A dry run: it writes nothing. What it tells is what will be done, where nothing comes between.
fn rehearse(shared: &Shared, link: &Link) -> Option<[u64; 6]> {
    let (events, before) = {
        let mut world = shared.lock();
        (std::mem::take(&mut world.chaos.events), world.state())
    };
    let mut link = link.clone();
    link.options.dry_run = true;
    let report = drive(shared, &link).unwrap();
    let mut world = shared.lock();
    assert!(world.state() == before, "a rehearsal changed something");
    let alone = events.is_empty();
    world.chaos.events = events;
    // Chance decides which of two copies is the item that the journal does not know.
    let copied = world.items.values().any(|item| item.copied);
    let certain = alone && !world.disaster && !copied && world.doubles.is_empty();
    (certain && report.error.is_none()).then(|| counts(&report))
}

impl World {
    /// Edits that the journal knows both sides to have.
    fn forget_what_is_in_step(&mut self) {
        let labels: BTreeSet<u32> = self.dirty.iter().map(|(_, label)| *label).collect();
        for label in labels {
            let (uri, id) = (self.object_named(label), self.item_named(label));
            let (Some(uri), Some(id)) = (uri, id) else {
                continue;
            };
            let etag = self.objects[&uri].etag.to_string();
            let version = self.items[&id].version.to_string();
            let known = self.rows.values().any(|row| {
                row.state == PairState::Linked
                    && row.etag.as_ref() == Some(&etag)
                    && row.remote_id.as_ref() == Some(&id)
                    && row.version.as_ref() == Some(&version)
            });
            if known {
                self.dirty.remove(&(Here, label));
                self.dirty.remove(&(There, label));
            }
        }
    }

    /// What nobody can read is written anew by its owner.
    fn mend(&mut self) {
        self.chaos = Chaos::none(self.chaos.order.next());
        self.note(|| "=== peace".to_owned());
        let bad = self.items.iter().filter(|(_, item)| item.bad);
        let bad: Vec<String> = bad.map(|(id, _)| id.clone()).collect();
        for id in bad {
            self.items.get_mut(&id).unwrap().bad = false;
            self.touch(&id);
        }
        let objects = self.objects.iter();
        let garbage = objects.filter(|(_, object)| !fields::is_object(&object.text));
        let garbage: Vec<String> = garbage.map(|(uri, _)| uri.clone()).collect();
        for (number, uri) in (1000..).step_by(3).zip(garbage) {
            // At the same time as it was.
            let text = &self.objects[&uri].text;
            let was = text.trim_end().rsplit("was:").next();
            let was: u32 = was.and_then(|label| label.parse().ok()).unwrap_or_default();
            self.heal_at(&uri, number - number % 3 + was % 3);
        }
    }

    /// What is set aside is touched by its owner. Answers whether anything is.
    fn touch_aside(&mut self) -> bool {
        let rows = self.rows.values();
        let aside: Vec<_> = rows
            .filter(|row| !matches!(row.state, PairState::Linked | PairState::Outside))
            .cloned()
            .collect();
        for row in &aside {
            let uri = row.uri.as_ref();
            if let Some(uri) = uri.filter(|uri| self.objects.contains_key(*uri)) {
                let text = self.objects[uri].text.clone();
                self.put(uri, text);
            } else if let Some(id) = row.remote_id.as_ref() {
                self.touch(id);
            }
        }
        !aside.is_empty()
    }
}

/// Cycles without faults until nothing is left to do.
fn settle(shared: &Shared) {
    shared.lock().mend();
    for _ in 0..10 {
        let ended = run(
            shared,
            &Next {
                limit: Some(1000),
                ..Next::default()
            },
        );
        let mut world = shared.lock();
        let report = world.reports.last().unwrap();
        assert_eq!(report.message, None);
        let calls = world.calls;
        let quiet = calls.remote_writes + calls.local_writes + calls.rows_saved == 0;
        if !world.touch_aside() && quiet && ended {
            assert_eq!(calls.reads, 0, "an item was read that nobody had changed");
            return;
        }
    }
    panic!("it never comes to rest");
}

/// On the next day what lies outside of the window goes, whenever it was moved there.
fn tomorrow(shared: &Shared) {
    {
        let mut world = shared.lock();
        if world.wish.window.is_none() {
            return;
        }
        world.clock += 86_400;
    }
    settle(shared);
    let world = shared.lock();
    check(&world);
    nothing_outside(&world);
}

/// At rest: one call, no rows.
fn rest(shared: &Shared) {
    shared.lock().calls = Calls::default();
    let report = drive(shared, &wished(shared)).unwrap();
    assert_eq!(report.error, None);
    let calls = shared.lock().calls;
    let cost = [
        calls.mailbox,
        calls.rows_loaded,
        calls.rows_saved,
        calls.finds,
    ];
    assert_eq!(cost, [1, 0, 0, 0], "an idle cycle costs more than a call");
}
