//! The calls that were made: counts and a log without secrets.

use std::collections::{BTreeMap, VecDeque};

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

/// So many calls are kept in the log; they are counted all the same.
const KEPT: usize = 100_000;

/// All calls since the start or the last reset.
#[derive(Debug, Default)]
pub struct Calls {
    made: Mutex<Made>,
    /// Calls of mailboxes that are under way; under the empty address those of all.
    under_way: Mutex<BTreeMap<String, Gauge>>,
}

#[derive(Debug, Default)]
struct Made {
    log: VecDeque<Entry>,
    /// Calls and their parts, by operation.
    counts: BTreeMap<String, (usize, usize)>,
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
        let mut made = self.made.lock();
        let count = made.counts.entry(entry.operation.clone()).or_default();
        count.0 += 1;
        count.1 += entry.parts;
        if made.log.len() == KEPT {
            made.log.pop_front();
        }
        made.log.push_back(entry);
    }

    pub fn reset(&self) {
        *self.made.lock() = Made::default();
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

    /// The latest calls, in order.
    pub fn log(&self) -> Vec<Entry> {
        self.made.lock().log.iter().cloned().collect()
    }

    pub fn total(&self) -> usize {
        let made = self.made.lock();
        made.counts.values().map(|(calls, _)| calls).sum()
    }

    /// The calls of one operation.
    pub fn count(&self, operation: &str) -> usize {
        self.of(operation).0
    }

    /// The calls of each operation.
    pub fn counts(&self) -> BTreeMap<String, usize> {
        let made = self.made.lock();
        let counts = made.counts.iter();
        counts
            .map(|(operation, (calls, _))| (operation.clone(), *calls))
            .collect()
    }

    /// The parts of all calls of one operation.
    pub fn parts(&self, operation: &str) -> usize {
        self.of(operation).1
    }

    fn of(&self, operation: &str) -> (usize, usize) {
        let made = self.made.lock();
        made.counts.get(operation).copied().unwrap_or_default()
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
