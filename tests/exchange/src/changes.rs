//! The order in which things of a scope changed: what sync states point into.

use std::collections::{BTreeMap, HashMap};
use std::ops::Bound::{Excluded, Included};

/// One thing's latest change.
#[derive(Clone, Copy, Debug)]
struct Entry {
    what: u64,
    created: u64,
    gone: bool,
}

/// What a client has to do about a thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    Create(u64),
    Update(u64),
    Delete(u64),
}

/// Where a client is in a log: everything up to `done` is known to it; of what lies after, up to `high`, everything
/// from `next` upwards is known too (pages run from the newest change to the oldest).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Position {
    pub done: u64,
    pub high: u64,
    pub next: u64,
}

impl Position {
    fn at(sequence: u64) -> Position {
        Position {
            done: sequence,
            high: sequence,
            next: sequence,
        }
    }

    fn is_between_pages(self) -> bool {
        self.high > self.done
    }
}

/// The latest change of each thing in a scope (the items of a folder, the folders of a mailbox), by sequence number.
/// What is gone stays as a tombstone.
#[derive(Clone, Debug, Default)]
pub struct ChangeLog {
    entries: BTreeMap<u64, Entry>,
    latest: HashMap<u64, u64>,
}

impl ChangeLog {
    /// Records that `what` was created, changed or, if `gone`, removed at `sequence`, which only grows.
    pub fn record(&mut self, what: u64, sequence: u64, gone: bool) {
        let before = self
            .latest
            .insert(what, sequence)
            .and_then(|old| self.entries.remove(&old));
        let created = match before {
            Some(entry) if !entry.gone => entry.created,
            _ => sequence,
        };
        self.entries.insert(
            sequence,
            Entry {
                what,
                created,
                gone,
            },
        );
    }

    /// The sequence number of the latest change.
    pub fn head(&self) -> u64 {
        self.entries.keys().next_back().copied().unwrap_or(0)
    }

    /// At most `limit` changes after `from`, newest first, the position after them and whether that is all.
    pub fn page(&self, from: Position, limit: usize) -> (Vec<Change>, Position, bool) {
        let (high, below) = match from.is_between_pages() {
            true => (from.high, from.next),
            false => (self.head().max(from.done), u64::MAX),
        };
        let mut changes = Vec::new();
        let mut next = below;
        for (sequence, entry) in self
            .entries
            .range((Excluded(from.done), Included(high)))
            .rev()
        {
            if *sequence >= below {
                continue;
            }
            let Some(change) = change_since(*entry, from.done) else {
                continue;
            };
            if changes.len() == limit {
                return (
                    changes,
                    Position {
                        done: from.done,
                        high,
                        next,
                    },
                    false,
                );
            }
            changes.push(change);
            next = *sequence;
        }
        (changes, Position::at(high), true)
    }
}

/// `None` where the thing came and went within the client's back.
fn change_since(entry: Entry, known: u64) -> Option<Change> {
    match (entry.gone, entry.created > known) {
        (true, true) => None,
        (true, false) => Some(Change::Delete(entry.what)),
        (false, true) => Some(Change::Create(entry.what)),
        (false, false) => Some(Change::Update(entry.what)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Change::{Create, Delete, Update};

    fn log(records: &[(u64, bool)]) -> ChangeLog {
        let mut log = ChangeLog::default();
        for (sequence, (what, gone)) in records.iter().enumerate() {
            log.record(*what, sequence as u64 + 1, *gone);
        }
        log
    }

    #[test]
    fn pages_run_from_the_newest_and_end_at_the_head() {
        let log = log(&[(1, false), (2, false), (3, false)]);
        let (page, position, last) = log.page(Position::default(), 2);
        assert_eq!((page, last), (vec![Create(3), Create(2)], false));
        let (page, position, last) = log.page(position, 2);
        assert_eq!((page, last), (vec![Create(1)], true));
        assert_eq!(log.page(position, 2), (vec![], position, true));
    }

    #[test]
    fn an_exact_page_is_the_last_one() {
        let log = log(&[(1, false), (2, false)]);
        let (page, _, last) = log.page(Position::default(), 2);
        assert_eq!((page.len(), last), (2, true));
    }

    #[test]
    fn later_changes_come_after_the_pages_of_an_earlier_look() {
        let mut log = log(&[(1, false), (2, false), (3, false)]);
        let (_, position, _) = log.page(Position::default(), 1);
        log.record(1, 4, false);
        log.record(2, 5, true);
        let (page, position, last) = log.page(position, 9);
        assert_eq!((page, last), (vec![], true));
        let (page, _, _) = log.page(position, 9);
        assert_eq!(page, vec![Delete(2), Update(1)]);
    }

    #[test]
    fn what_came_and_went_unseen_is_not_told() {
        let mut log = log(&[(1, false)]);
        let (_, position, _) = log.page(Position::default(), 9);
        log.record(2, 2, false);
        log.record(2, 3, true);
        assert_eq!(log.page(position, 9).0, vec![]);
    }

    /// A client that applies what pages tell it, in whatever order and however interleaved with changes, ends with
    /// what is there.
    #[test]
    fn a_client_that_follows_the_log_ends_with_what_is_there() {
        use rand::{RngExt, SeedableRng};
        for seed in 0..2_000 {
            let mut dice = rand_chacha::ChaCha8Rng::seed_from_u64(seed);
            let (mut log, mut there, mut known) =
                (ChangeLog::default(), HashMap::new(), HashMap::new());
            let (mut position, mut sequence) = (Position::default(), 0);
            let mut is_last = false;
            for step in 0.. {
                if step < 40 && dice.random_range(0..3) > 0 {
                    sequence += 1;
                    let what = dice.random_range(0..8);
                    // What is gone never comes back: numbers are not used again.
                    let gone = there.contains_key(&what) && dice.random_range(0..4) == 0;
                    let dead = there.get(&what) == Some(&None::<u64>);
                    if !dead {
                        there.insert(what, (!gone).then_some(sequence));
                        log.record(what, sequence, gone);
                    }
                    continue;
                }
                if step >= 40 && is_last && position.done == log.head() {
                    break;
                }
                let (changes, next, last) = log.page(position, dice.random_range(1..4));
                for change in changes {
                    match change {
                        Create(what) | Update(what) => known.insert(what, there[&what]),
                        Delete(what) => known.remove(&what),
                    };
                }
                (position, is_last) = (next, last);
            }
            there.retain(|_, version| version.is_some());
            assert_eq!(known, there, "seed {seed}");
        }
    }
}
