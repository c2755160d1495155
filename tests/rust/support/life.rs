//! A link's life as a story tells it, then peace; and what must be true in it and at its end.

use super::chaos::{Chaos, Event};
use super::fields::{self, all_words};
use super::people::label;
use super::run::{drive, link};
use super::story::{Here, Step, Story, There};
use super::world::{Calls, Shared, World, world};
use exchange_core::engine::PairState;
use exchange_core::sync::Policy;
use std::collections::{BTreeMap, BTreeSet};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Lives a story. The error says which promise was broken; the trace is empty unless it is asked for.
pub fn live(story: &Story, told: bool) -> (Result<(), String>, Vec<String>) {
    let shared = world(story.setting);
    shared.lock().told = told;
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        tell(&shared, story);
        settle(&shared, story.setting.policy);
        check(&shared);
        rest(&shared, story.setting.policy);
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
    let (mut limit, mut full) = (None, false);
    for step in &story.steps {
        let mut world = shared.lock();
        match *step {
            Step::Do(edit) => world.act(edit),
            Step::At(call, at, fault) => world.chaos.events.push((call, at, Event::Fault(fault))),
            Step::During(call, at, edit) => {
                world.chaos.events.push((call, at, Event::Edit(edit)));
            }
            Step::Limit(deletes) => limit = Some(deletes),
            Step::Full => full = true,
            Step::Cycle => {
                drop(world);
                run(
                    shared,
                    story.setting.policy,
                    limit.take(),
                    std::mem::take(&mut full),
                );
            }
        }
    }
}

/// One cycle, and whether the brake held in it.
fn run(shared: &Shared, policy: Policy, limit: Option<u64>, full: bool) -> bool {
    let mut link = link(shared, policy);
    (link.max_deletes, link.full) = (limit, full);
    let pairs = {
        let mut world = shared.lock();
        world.calls = Calls::default();
        world.rows.len() as u64
    };
    let report = drive(shared, &link);
    let mut world = shared.lock();
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
    if ended {
        world.forget_what_is_in_step();
    }
    ended
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
        for (number, uri) in (1000..).zip(garbage) {
            self.heal_at(&uri, number);
        }
    }

    /// What is set aside is touched by its owner. Answers whether anything is.
    fn touch_aside(&mut self) -> bool {
        let rows = self.rows.values();
        let aside: Vec<_> = rows
            .filter(|row| row.state != PairState::Linked)
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
fn settle(shared: &Shared, policy: Policy) {
    shared.lock().mend();
    for _ in 0..10 {
        let ended = run(shared, policy, Some(1000), false);
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

fn check(shared: &Shared) {
    let world = shared.lock();
    // In step: rows, objects and items are one to one, and equal.
    let rows = world.rows.values();
    let uris: BTreeSet<_> = rows.clone().map(|row| row.uri.clone().unwrap()).collect();
    let ids: BTreeSet<_> = rows.map(|row| row.remote_id.clone().unwrap()).collect();
    assert_eq!(uris, world.objects.keys().cloned().collect(), "objects");
    assert_eq!(ids, world.items.keys().cloned().collect(), "items");
    let mut found = BTreeSet::new();
    let mut names: BTreeMap<u32, u32> = BTreeMap::new();
    for row in world.rows.values() {
        let object = &world.objects[row.uri.as_ref().unwrap()];
        let item = &world.items[row.remote_id.as_ref().unwrap()];
        let fields = fields::read(world.kind, &object.text);
        assert_eq!(fields, item.fields, "out of step: {row:?}");
        found.extend(all_words(&fields));
        if let Some(label) = label(world.kind, &fields) {
            *names.entry(label).or_default() += 1;
        }
    }
    names.retain(|label, count| *count > 1 && !world.doubles.contains(label));
    assert!(names.is_empty(), "doubled: {names:?}");
    let risen: Vec<_> = world
        .dead
        .iter()
        .filter(|label| world.item_named(**label).is_some())
        .collect();
    assert!(risen.is_empty(), "came back: {risen:?}");
    // Nothing lost: every value is there, was changed by someone who saw it, or is kept.
    for kept in &world.kept {
        found.extend(all_words(&fields::read(
            world.kind,
            kept.text.as_deref().unwrap(),
        )));
    }
    let lost: Vec<_> = world
        .written
        .difference(&world.superseded)
        .filter(|value| !found.contains(*value))
        .collect();
    assert!(lost.is_empty(), "lost: {lost:?}");
}

/// At rest: one call, no rows.
fn rest(shared: &Shared, policy: Policy) {
    shared.lock().calls = Calls::default();
    let report = drive(shared, &link(shared, policy)).unwrap();
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
