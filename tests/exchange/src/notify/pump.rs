//! The one task that feeds all streams.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Bytes;
use tokio::time::sleep_until;

use crate::element::Element;
use crate::failure::Failure;
use crate::server::Server;
use crate::store::Mailbox;
use crate::version::Release;

use super::stream::{self, Stream};
use super::subscription::Subscription;
use super::{State, event};

/// Feeds the streams until the server is gone.
pub async fn pump(server: Arc<Server>) {
    let Some(mut rung) = server.hub.rung.lock().take() else {
        return;
    };
    let mut next = Instant::now();
    loop {
        tokio::select! {
            ring = rung.recv() => {
                let Some(ring) = ring else { return };
                let mut mailboxes = BTreeSet::from([ring]);
                while let Ok(more) = rung.try_recv() {
                    mailboxes.insert(more);
                }
                // An empty name only says that the settings are others now.
                if mailboxes.remove("") {
                    next = Instant::now();
                }
                deliver(&server, mailboxes.iter().map(AsRef::as_ref));
            }
            () = sleep_until(next.into()) => {
                let mut state = server.hub.state.lock();
                state.beat(&server);
                state.expire();
                next = Instant::now() + state.pace();
            }
        }
    }
}

/// Tells of what happened in these mailboxes.
pub fn deliver<'a>(server: &Server, mailboxes: impl Iterator<Item = &'a str>) {
    let state = &mut *server.hub.state.lock();
    let mut parcels: BTreeMap<u64, Vec<Element>> = BTreeMap::new();
    for name in mailboxes {
        let Some(account) = server.accounts.get(name) else {
            continue;
        };
        let mut mailbox = account.mailbox.lock();
        mailbox.journal.heard();
        let numbers: Vec<u64> = state
            .of_mailbox
            .get(name)
            .into_iter()
            .flatten()
            .copied()
            .collect();
        for number in numbers {
            let Some(subscription) = state.subscriptions.get_mut(&number) else {
                continue;
            };
            let Some(over) = subscription.stream else {
                continue;
            };
            match news(server.release, number, subscription, &mailbox) {
                Ok(None) => {}
                Ok(Some(_)) if state.settings.silent => state.swallowed += 1,
                Ok(Some(notification)) => {
                    parcels.entry(over).or_default().push(notification);
                    *state.sent.entry(name.to_owned()).or_default() += 1;
                }
                Err(failure) => state.refuse(server, number, &failure),
            }
        }
    }
    for (number, notifications) in parcels {
        let envelope = stream::envelope(server, stream::notifications(notifications));
        state.send(number, envelope);
    }
}

/// What a subscription has not been told yet.
fn news(
    release: Release,
    number: u64,
    subscription: &mut Subscription,
    mailbox: &Mailbox,
) -> Result<Option<Element>, Failure> {
    let entries = mailbox
        .journal
        .since(subscription.told)
        .ok_or_else(missed)?;
    let events: Vec<Element> = entries
        .flat_map(|entry| subscription.hears(entry, mailbox, release))
        .map(|heard| event::event(mailbox, &heard, false))
        .collect();
    subscription.told = mailbox.journal.head();
    if let (Some(code), false) = (subscription.lost, events.is_empty()) {
        return Err(lost(code));
    }
    Ok((!events.is_empty()).then(|| event::notification(number, [], events)))
}

/// The subscription is lost in the way that a test asked for.
pub fn lost(code: &'static str) -> Failure {
    Failure::new(code, "The subscription is lost, as the test asked for.")
}

/// More happened than is kept.
fn missed() -> Failure {
    let text = "One or more events were missed for the subscription.";
    Failure::new("ErrorMissedNotificationEvents", text)
}

impl State {
    /// Sends heartbeats and ends streams, each when it is due.
    fn beat(&mut self, server: &Server) {
        if self.settings.silent {
            return;
        }
        let due = Duration::from_millis(self.settings.heartbeat_ms);
        let now = Instant::now();
        let numbers: Vec<u64> = self
            .streams
            .iter()
            .filter(|(_, one)| one.until <= now || now.duration_since(one.sent) >= due)
            .map(|(number, _)| *number)
            .collect();
        if numbers.is_empty() {
            return;
        }
        let ok = stream::envelope(server, stream::status("OK"));
        for number in numbers {
            if self
                .streams
                .get(&number)
                .is_some_and(|one| one.until <= now)
            {
                let closed = stream::envelope(server, stream::status("Closed"));
                self.send(number, closed);
                self.end(number);
            } else {
                self.send(number, ok.clone());
                self.heartbeats += 1;
            }
        }
    }

    /// How long until the streams are looked at again: fine enough for what is set, and never a storm.
    fn pace(&self) -> Duration {
        let finest = self.settings.heartbeat_ms.min(self.settings.minute_ms);
        Duration::from_millis((finest / 10).clamp(10, 1000))
    }

    pub fn send(&mut self, number: u64, envelope: Bytes) {
        if self
            .streams
            .get_mut(&number)
            .is_some_and(|stream| !stream.send(envelope))
        {
            self.end(number);
        }
    }

    /// Ends a stream; its subscriptions live on for a while.
    pub fn end(&mut self, number: u64) -> Option<Stream> {
        let gone = self.streams.remove(&number)?;
        if let Some(count) = self.budgets.get_mut(&gone.budget) {
            *count -= 1;
            if *count == 0 {
                self.budgets.remove(&gone.budget);
            }
        }
        for told in &gone.subscriptions {
            if let Some(subscription) = self.subscriptions.get_mut(told)
                && subscription.stream == Some(number)
            {
                subscription.stream = None;
                subscription.asked = Instant::now();
            }
        }
        Some(gone)
    }

    /// A subscription is lost: its stream says so and ends.
    fn refuse(&mut self, server: &Server, number: u64, failure: &Failure) {
        let over = self.remove(number).and_then(|gone| gone.stream);
        self.end_with(server, over, failure, &[number]);
    }

    /// Ends a stream with an error about these subscriptions.
    pub fn end_with(
        &mut self,
        server: &Server,
        stream: Option<u64>,
        failure: &Failure,
        about: &[u64],
    ) {
        if let Some(stream) = stream {
            let envelope = stream::envelope(server, stream::refusal_of(failure, about));
            self.send(stream, envelope);
            self.end(stream);
        }
    }
}
