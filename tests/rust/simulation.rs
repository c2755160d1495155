//! Both sides edited at random, every fault, crashes before and after every call; afterwards nothing may be lost,
//! doubled, risen from the dead or out of step, and a quiet cycle costs one call.
//!
//! `SIMULATE_SEEDS=100000 cargo test --release -p exchange-core --test simulation` runs more, `SIMULATE_SEED=7` one, told.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

#[path = "stories/mod.rs"]
mod stories;
mod support;

use exchange_core::mapping::{self, Context};
use exchange_core::model::Kind;
use support::chance::story;
use support::fields;
use support::life::live;
use support::story::Story;

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

/// Runs `work` without a message for every broken promise.
fn quietly<T>(work: impl FnOnce() -> T) -> T {
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| {}));
    let outcome = work();
    std::panic::set_hook(hook);
    outcome
}

#[test]
fn survives_everything() {
    if let Some(seed) = number("SIMULATE_SEED") {
        tell(seed);
        return;
    }
    let start = number("SIMULATE_START").unwrap_or(0);
    let seeds = number("SIMULATE_SEEDS").unwrap_or(5000);
    let begun = std::time::Instant::now();
    let failures: Vec<(u64, String)> = quietly(|| {
        let failed = |seed| Some((seed, live(&story(seed), false).0.err()?));
        (start..start + seeds).filter_map(failed).take(20).collect()
    });
    println!(
        "{seeds} seeds, {} a second",
        u128::from(seeds) * 1000 / begun.elapsed().as_millis().max(1)
    );
    for (seed, why) in &failures {
        println!("seed {seed}: {}", why.chars().take(300).collect::<String>());
    }
    assert!(
        failures.is_empty(),
        "SIMULATE_SEED={} tells the story",
        failures[0].0
    );
}

/// The shortest form of a story that fails, as a test to keep, and what happened in it.
fn tell(seed: u64) {
    let story = story(seed);
    let Err(why) = quietly(|| live(&story, false).0) else {
        println!("{}", live(&story, true).1.join("\n"));
        return;
    };
    let kind = |why: &str| why.split([':', ' ']).next().unwrap_or_default().to_owned();
    let same = |story: &Story| {
        let outcome = live(story, false).0;
        outcome.is_err_and(|other| kind(&other) == kind(&why))
    };
    let story = quietly(|| story.shortened(same));
    let (outcome, trace) = quietly(|| live(&story, true));
    println!("{}\n\n{}", trace.join("\n"), story.told());
    panic!("{outcome:?}");
}

#[test]
fn a_seed_gives_the_same_trace_again() {
    for seed in 0..20 {
        let (first, second) = (live(&story(seed), true), live(&story(seed), true));
        assert!(first.1.len() > 10);
        assert_eq!(first, second);
    }
}

/// The engine and the tests mean the same by a text and by a record.
#[test]
fn the_tests_say_what_the_mapping_reads() {
    let today = chrono::NaiveDate::from_ymd_opt(2026, 1, 1).unwrap();
    let context = Context::new(chrono_tz::Europe::Berlin, today);
    for kind in [Kind::Contact, Kind::Event] {
        let mut said = fields::Fields::from([
            (fields::name(kind), "name1".to_owned()),
            ((None, fields::LIST), "a,b".to_owned()),
            ((None, "unmapped"), "X-OWN:c".to_owned()),
        ]);
        for property in &fields::slots(kind)[..2] {
            said.insert((None, property), format!("urn:{property}"));
        }
        if kind == Kind::Event {
            said.insert((Some(6), fields::STATE), fields::CHANGED.to_owned());
            said.insert((Some(6), "location"), "there".to_owned());
            said.insert((Some(6), "url"), fields::NONE.to_owned());
            said.insert((Some(9), fields::STATE), fields::DELETED.to_owned());
        }
        let text = fields::text(kind, "uid1", &said, "private", 1_767_225_600);
        let read = mapping::read_local(kind, &text, &context).unwrap();
        assert_eq!(read.record, fields::record(kind, &said), "{text}");
        assert_eq!(read.uid.as_deref(), Some("uid1"));
        assert_eq!(read.modified.unwrap().timestamp(), 1_767_225_600);
        assert_eq!(fields::read(kind, &text), said, "{text}");
        let keys: Vec<_> = read.record.iter().map(|(key, _)| key).collect();
        let written = mapping::write_local(kind, None, "uid1", &read.record, &keys, &context);
        let written = written.unwrap();
        assert_eq!(fields::read(kind, &written), said, "{written}");
    }
}
