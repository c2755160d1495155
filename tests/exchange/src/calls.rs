//! The calls that were made: counts and a log without secrets.

use std::collections::BTreeMap;

use parking_lot::Mutex;
use serde::Serialize;

/// One call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Entry {
    pub operation: String,
    /// The items (folders, attachments, …) that it is about.
    pub parts: usize,
    /// The mailbox's address; empty where nobody was authenticated.
    pub mailbox: String,
    /// `X-AnchorMailbox`, as it came.
    pub anchor: String,
    /// Asked to stay with one server, and said with which one.
    pub affinity: bool,
    /// HTTP status; 0 where there was no answer.
    pub status: u16,
    /// When it arrived, in milliseconds since the server started.
    pub at_ms: u64,
}

/// All calls since the start or the last reset.
#[derive(Debug, Default)]
pub struct Calls(Mutex<Vec<Entry>>);

impl Calls {
    pub fn record(&self, entry: Entry) {
        self.0.lock().push(entry);
    }

    pub fn reset(&self) {
        self.0.lock().clear();
    }

    pub fn log(&self) -> Vec<Entry> {
        self.0.lock().clone()
    }

    pub fn total(&self) -> usize {
        self.0.lock().len()
    }

    /// The calls of one operation.
    pub fn count(&self, operation: &str) -> usize {
        self.0
            .lock()
            .iter()
            .filter(|entry| entry.operation == operation)
            .count()
    }

    /// The calls of each operation.
    pub fn counts(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for entry in self.0.lock().iter() {
            *counts.entry(entry.operation.clone()).or_insert(0) += 1;
        }
        counts
    }

    /// The parts of all calls of one operation.
    pub fn parts(&self, operation: &str) -> usize {
        self.0
            .lock()
            .iter()
            .filter(|entry| entry.operation == operation)
            .map(|entry| entry.parts)
            .sum()
    }
}
