//! What goes wrong with a group's connection or its subscriptions, and how it goes on.

use super::{Group, LONGEST, Order, run};
use crate::client::pause_of_at_most;
use crate::error::{Error, ErrorKind};
use crate::ews::{Action, StreamFailure};
use crate::watch::member::Phase;
use crate::watch::notice::{Reason, State};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;

/// A subscription that is lost so often, each time at once, does not live where those of the group do.
const LOST: u32 = 3;

/// More streams than the server allows for the account.
const TOO_MANY: &str = "ErrorExceededConnectionCount";

impl Group {
    /// Nobody is heard of any more. `doubtful`: what was sent last may be lost.
    pub(super) fn out_of_stream(&mut self, doubtful: bool) {
        for member in self.members.values_mut() {
            if member.phase == Phase::Streamed {
                member.phase = Phase::Subscribed;
                member.missed |= doubtful;
                self.waiting.get_or_insert_with(Instant::now);
            }
        }
    }

    /// The server says why it does not go on.
    pub(super) fn told(&mut self, failure: StreamFailure) {
        let StreamFailure {
            failure,
            subscriptions,
        } = failure;
        if failure.action() == Action::Resubscribe || !subscriptions.is_empty() {
            return self.lost(&subscriptions);
        }
        let no_place = failure.code == TOO_MANY || failure.action() == Action::Poll;
        let error = Error::from(failure);
        if no_place {
            self.down(State::Polled, &error, self.pace.hopeless);
        } else {
            self.failed(&error);
        }
    }

    /// These subscriptions are gone; none: all of them.
    fn lost(&mut self, subscriptions: &[String]) {
        let lasted = self.line.has_lasted();
        self.failures = if lasted { 0 } else { self.failures + 1 };
        let pause = pause_of_at_most(self.failures, LONGEST);
        let now = Instant::now();
        let mut exiled = Vec::new();
        let alone = self.members.len() == 1;
        for member in self.members.values_mut() {
            if member.phase != Phase::Streamed {
                continue;
            }
            let named = |id: &String| subscriptions.contains(id);
            if !subscriptions.is_empty() && !member.subscriptions.iter().any(named) {
                continue;
            }
            member.lost = if lasted { 0 } else { member.lost + 1 };
            if member.lost >= LOST && !subscriptions.is_empty() && !alone {
                exiled.push(member.id);
            }
            member.resubscribe(now + if lasted { Duration::ZERO } else { pause });
        }
        for id in exiled {
            self.exile(id);
        }
        self.out_of_stream(false);
        self.line
            .close(now + if lasted { Duration::ZERO } else { pause });
    }

    fn exile(&mut self, id: i64) {
        let Some(member) = self.members.remove(&id) else {
            return;
        };
        let (inbox, group) = Self::new(
            Arc::clone(&self.listener),
            self.pace,
            self.unfinished.clone(),
        );
        let _ = inbox.send(Order::Add {
            id,
            client: Box::new(member.client),
            folders: member.folders,
        });
        tokio::spawn(run_boxed(group));
        self.exiles.insert(id, inbox);
    }

    /// The line broke, or does not come up.
    pub(super) fn failed(&mut self, error: &Error) {
        if self.line.has_lasted() {
            self.failures = 0;
        }
        let wait = pause_after(error, self.failures);
        self.failures += 1;
        self.down(state_of(error), error, wait);
    }

    fn down(&mut self, state: State, error: &Error, wait: Duration) {
        self.out_of_stream(true);
        let reason = Reason::new(error, wait);
        for member in self.members.values_mut() {
            if member.phase == Phase::Subscribed {
                member.tell_down(state, &reason, self.listener.as_ref());
            }
        }
        if state == State::Refused {
            self.members
                .retain(|_, member| member.phase != Phase::Subscribed);
        }
        // Where it is the anchor that is refused, another one may do.
        if matches!(error.kind(), ErrorKind::Denied | ErrorKind::Configuration) {
            self.without_anchor(Instant::now() + wait);
        }
        self.line.close(Instant::now() + wait);
    }

    fn without_anchor(&mut self, at: Instant) {
        let Some((anchor, _)) = self.anchor.take() else {
            return;
        };
        for member in self.members.values_mut() {
            if member.phase == Phase::Subscribed {
                let later = if member.id == anchor {
                    self.pace.hopeless
                } else {
                    Duration::ZERO
                };
                member.resubscribe(at + later);
            }
        }
    }
}

/// A group that starts another one: its future must not contain itself.
fn run_boxed(group: Group) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send>> {
    Box::pin(run(group))
}

pub(super) fn state_of(error: &Error) -> State {
    match error.kind() {
        ErrorKind::Credentials => State::Refused,
        _ => State::Waiting,
    }
}

/// How long to wait before the next attempt.
pub(super) fn pause_after(error: &Error, failures: u32) -> Duration {
    let least = match error.kind() {
        // Somebody has to do something first.
        ErrorKind::Configuration | ErrorKind::Denied | ErrorKind::Certificate => LONGEST,
        _ => Duration::ZERO,
    };
    error
        .wait()
        .unwrap_or_else(|| pause_of_at_most(failures, LONGEST))
        .max(least)
}
