//! The simulation is tested: each planted bug breaks a promise in one of the first stories.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail"
)]

extern crate exchange_planted as exchange_core;

#[path = "bugs.rs"]
mod bugs;
#[path = "../rust/stories/mod.rs"]
mod stories;
#[path = "../rust/support/mod.rs"]
mod support;

use bugs::BUGS;
use exchange_planted::planted::plant;
use std::ops::Range;
use support::chance::story;
use support::life::live;

/// How many stories are told until a bug has to be caught.
const STORIES: u64 = 4000;

const UNFIT: &[&str] = include!(concat!(env!("OUT_DIR"), "/core/unfit.rs"));

mod is_caught {
    include!(concat!(env!("OUT_DIR"), "/core/tests.rs"));
}

fn is_caught(bug: usize) {
    let name = BUGS[bug].name;
    assert!(
        !UNFIT.contains(&name),
        "“{name}” does not fit {} any more: see tests/planted/bugs.rs",
        BUGS[bug].file
    );
    plant(Some(bug));
    let kept = || stories::all().map(|(name, story)| (name.to_owned(), story));
    let told = |seeds: Range<u64>| seeds.map(|seed| (format!("seed {seed}"), story(seed)));
    let failed = told(0..1000)
        .chain(kept())
        .chain(told(1000..STORIES))
        .find_map(|(which, story)| Some((which, live(&story, false).0.err()?)));
    plant(None);
    let Some((which, why)) = failed else {
        panic!("“{name}” was not caught by {STORIES} stories");
    };
    println!(
        "“{name}” by {which}: {}",
        why.lines().next().unwrap_or_default()
    );
}

#[test]
fn without_a_bug_nothing_is_caught() {
    for seed in 0..200 {
        live(&story(seed), false).0.unwrap();
    }
}

#[test]
fn there_are_enough() {
    assert!(BUGS.len() >= 20);
}
