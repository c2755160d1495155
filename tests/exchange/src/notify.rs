//! Notifications: who has subscribed to what, and the hanging answers over which they hear of it.
//!
//! Mailboxes keep a [`Journal`] of what happens and ring a bell. One task ([`pump`]) for the whole server hears it, tells
//! the open streams what their subscriptions want, and sends the heartbeats.

mod event;
mod fault;
mod journal;
mod limits;
mod operation;
mod pump;
mod settings;
mod stream;
mod subscription;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use parking_lot::Mutex;
use serde::Serialize;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::version::Release;

pub use journal::{Bell, Happening, Journal, Kind, Thing};
pub use operation::{Answer, Visit, handles, run};
pub use pump::pump;
pub use settings::Settings;
pub use stream::Reader;

use stream::Stream;
use subscription::Subscription;

/// All subscriptions and streams of the server.
pub struct Hub {
    /// Where numbers begin: what clients remember of another run of the server means nothing to this one.
    start: u64,
    state: Mutex<State>,
    ring: UnboundedSender<Arc<str>>,
    rung: Mutex<Option<UnboundedReceiver<Arc<str>>>>,
}

struct State {
    settings: Settings,
    /// By number.
    subscriptions: BTreeMap<u64, Subscription>,
    /// The subscriptions of a mailbox, by the key of its account.
    of_mailbox: HashMap<String, BTreeSet<u64>>,
    /// By number.
    streams: BTreeMap<u64, Stream>,
    /// How many streams count against a limit, by [`Stream::budget`].
    budgets: HashMap<String, usize>,
    /// The last number that was given to a subscription or a stream.
    last: u64,
    /// Notifications that were sent, by mailbox.
    sent: HashMap<String, u64>,
    heartbeats: u64,
    swallowed: u64,
}

/// How much there is of everything, in all or of one mailbox.
#[derive(Debug, Default, PartialEq, Eq, Serialize)]
pub struct Figures {
    pub subscriptions: usize,
    /// Those of them that stream.
    pub streaming: usize,
    /// Streams that are open (for a mailbox: over which it is told of).
    pub streams: usize,
    /// Notifications that were sent over streams.
    pub sent: u64,
    /// Heartbeats that were sent over all streams.
    pub heartbeats: u64,
    /// Notifications that silent streams swallowed.
    pub swallowed: u64,
}

impl Hub {
    pub fn new(release: Release) -> Hub {
        let (ring, rung) = unbounded_channel();
        let start = u64::from(rand::random::<u32>()) << 24;
        Hub {
            start,
            state: Mutex::new(State {
                settings: Settings::of(release),
                subscriptions: BTreeMap::new(),
                of_mailbox: HashMap::new(),
                streams: BTreeMap::new(),
                budgets: HashMap::new(),
                last: start,
                sent: HashMap::new(),
                heartbeats: 0,
                swallowed: 0,
            }),
            ring,
            rung: Mutex::new(Some(rung)),
        }
    }

    /// The bell of the mailbox of that account.
    pub fn bell(&self, account: &str) -> Bell {
        Bell::new(account, self.start, self.ring.clone())
    }

    pub fn settings(&self) -> Settings {
        self.state.lock().settings.clone()
    }

    pub fn configure(&self, settings: Settings) {
        self.state.lock().settings = settings;
        // The pump sleeps by the old settings; without a receiver there is no pump.
        let _ = self.ring.send("".into());
    }

    /// The figures of all mailboxes, or of that one.
    pub fn figures(&self, mailbox: Option<&str>) -> Figures {
        let state = self.state.lock();
        let numbers = state.subscriptions_of(mailbox);
        let meant = || {
            numbers
                .iter()
                .filter_map(|one| state.subscriptions.get(one))
        };
        let sent = match mailbox {
            Some(name) => state.sent.get(&name.to_lowercase()).copied(),
            None => Some(state.sent.values().sum()),
        };
        Figures {
            subscriptions: numbers.len(),
            streaming: meant().filter(|one| one.streams()).count(),
            streams: state.streams_of(mailbox).len(),
            sent: sent.unwrap_or_default(),
            heartbeats: state.heartbeats,
            swallowed: state.swallowed,
        }
    }

    /// The mailboxes that have subscriptions.
    pub fn mailboxes(&self) -> Vec<String> {
        let state = self.state.lock();
        state.of_mailbox.keys().cloned().collect()
    }
}

impl Hub {
    /// The client of a stream is gone.
    fn close(&self, number: u64) {
        self.state.lock().end(number);
    }
}

impl State {
    fn next(&mut self) -> u64 {
        self.last += 1;
        self.last
    }

    fn add(&mut self, subscription: Subscription) -> u64 {
        let number = self.next();
        self.of_mailbox
            .entry(subscription.mailbox.clone())
            .or_default()
            .insert(number);
        self.subscriptions.insert(number, subscription);
        number
    }

    fn subscriptions_of(&self, mailbox: Option<&str>) -> Vec<u64> {
        match mailbox {
            None => self.subscriptions.keys().copied().collect(),
            Some(name) => {
                let numbers = self.of_mailbox.get(&name.to_lowercase());
                numbers.into_iter().flatten().copied().collect()
            }
        }
    }

    fn streams_of(&self, mailbox: Option<&str>) -> BTreeSet<u64> {
        if mailbox.is_none() {
            return self.streams.keys().copied().collect();
        }
        self.taken_over(&self.subscriptions_of(mailbox))
    }

    /// The streams that end when another opens for these subscriptions.
    fn taken_over(&self, subscriptions: &[u64]) -> BTreeSet<u64> {
        subscriptions
            .iter()
            .filter_map(|number| self.subscriptions.get(number)?.stream)
            .collect()
    }

    fn remove(&mut self, number: u64) -> Option<Subscription> {
        let gone = self.subscriptions.remove(&number)?;
        if let Some(numbers) = self.of_mailbox.get_mut(&gone.mailbox) {
            numbers.remove(&number);
            if numbers.is_empty() {
                self.of_mailbox.remove(&gone.mailbox);
            }
        }
        Some(gone)
    }

    /// Takes away what nobody has asked about for too long.
    fn expire(&mut self) {
        let settings = &self.settings;
        let expired: Vec<u64> = self
            .subscriptions
            .iter()
            .filter(|(_, one)| one.has_expired(settings))
            .map(|(number, _)| *number)
            .collect();
        for number in expired {
            self.remove(number);
        }
    }
}
