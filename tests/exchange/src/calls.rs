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
pub struct Calls {
    log: Mutex<Vec<Entry>>,
    /// Calls of mailboxes that are under way; under the empty address those of all.
    under_way: Mutex<BTreeMap<String, Gauge>>,
}

#[derive(Clone, Copy, Debug, Default)]
struct Gauge {
    now: usize,
    most: usize,
}

/// A call is under way for as long as this lives.
pub struct UnderWay<'a> {
    calls: &'a Calls,
    mailbox: String,
}

impl Calls {
    pub fn record(&self, entry: Entry) {
        self.log.lock().push(entry);
    }

    pub fn reset(&self) {
        self.log.lock().clear();
        for gauge in self.under_way.lock().values_mut() {
            gauge.most = gauge.now;
        }
    }

    /// A call of a mailbox begins.
    pub fn begin(&self, mailbox: &str) -> UnderWay<'_> {
        let mut gauges = self.under_way.lock();
        for name in ["", mailbox] {
            let gauge = gauges.entry(name.to_owned()).or_default();
            gauge.now += 1;
            gauge.most = gauge.most.max(gauge.now);
        }
        UnderWay {
            calls: self,
            mailbox: mailbox.to_owned(),
        }
    }

    /// How many calls are under way at this moment.
    pub fn open(&self) -> usize {
        self.gauge("").now
    }

    /// The most calls that were under way at one time.
    pub fn most_at_once(&self) -> usize {
        self.gauge("").most
    }

    /// The same for each mailbox, by address.
    pub fn most_at_once_by_mailbox(&self) -> BTreeMap<String, usize> {
        let mut all: BTreeMap<String, usize> = self
            .under_way
            .lock()
            .iter()
            .map(|(name, gauge)| (name.clone(), gauge.most))
            .collect();
        all.remove("");
        all
    }

    fn gauge(&self, name: &str) -> Gauge {
        self.under_way.lock().get(name).copied().unwrap_or_default()
    }

    pub fn log(&self) -> Vec<Entry> {
        self.log.lock().clone()
    }

    pub fn total(&self) -> usize {
        self.log.lock().len()
    }

    /// The calls of one operation.
    pub fn count(&self, operation: &str) -> usize {
        self.log
            .lock()
            .iter()
            .filter(|entry| entry.operation == operation)
            .count()
    }

    /// The calls of each operation.
    pub fn counts(&self) -> BTreeMap<String, usize> {
        let mut counts = BTreeMap::new();
        for entry in self.log.lock().iter() {
            *counts.entry(entry.operation.clone()).or_insert(0) += 1;
        }
        counts
    }

    /// The parts of all calls of one operation.
    pub fn parts(&self, operation: &str) -> usize {
        self.log
            .lock()
            .iter()
            .filter(|entry| entry.operation == operation)
            .map(|entry| entry.parts)
            .sum()
    }
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        let mut gauges = self.calls.under_way.lock();
        for name in ["", &self.mailbox] {
            if let Some(gauge) = gauges.get_mut(name) {
                gauge.now -= 1;
            }
        }
    }
}
