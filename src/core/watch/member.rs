use super::notice::{Listener, Notice, Reason, State};
use super::pace::Pace;
use super::quiet::Quiet;
use crate::client::Client;
use tokio::time::Instant;

/// A mailbox that is watched.
pub struct Member {
    pub id: i64,
    pub client: Client,
    pub folders: Vec<String>,
    pub phase: Phase,
    /// The ids of its subscriptions; none before [`Phase::Subscribed`].
    pub subscriptions: Vec<String>,
    /// Why some of its folders are not watched.
    pub lacks: Option<Reason>,
    /// How often it failed in a row.
    pub failures: u32,
    /// How often its subscription was lost as soon as it was read.
    pub lost: u32,
    /// Changes may have been missed.
    pub missed: bool,
    quiet: Quiet,
    told: Option<State>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Phase {
    /// To be subscribed at that time.
    Due(Instant),
    /// By this attempt: the answer to an older one is not meant.
    Subscribing(u64),
    /// Its subscriptions are not in the stream yet, or not any more.
    Subscribed,
    /// The stream tells of it.
    Streamed,
}

impl Member {
    pub fn new(id: i64, client: Client, folders: Vec<String>) -> Self {
        Self {
            id,
            client,
            folders,
            phase: Phase::Due(Instant::now()),
            subscriptions: Vec::new(),
            lacks: None,
            failures: 0,
            lost: 0,
            missed: true,
            quiet: Quiet::default(),
            told: None,
        }
    }

    /// Its subscription is worth nothing any more.
    pub fn resubscribe(&mut self, at: Instant) {
        self.subscriptions.clear();
        self.missed = true;
        self.phase = Phase::Due(at);
    }

    /// Something happened in these folders. Ids that are not ours may be ours in another form.
    pub fn note(&mut self, folders: &[String], now: Instant) {
        let ours: Vec<String> = folders
            .iter()
            .filter(|folder| self.folders.contains(folder))
            .cloned()
            .collect();
        self.quiet.note(ours, now);
    }

    /// When something is to be done for it.
    pub fn next(&self, pace: &Pace) -> Option<Instant> {
        let due = match self.phase {
            Phase::Due(at) => Some(at),
            _ => None,
        };
        [due, self.quiet.due(pace)].into_iter().flatten().min()
    }

    pub fn tell_changes(&mut self, pace: &Pace, listener: &dyn Listener, now: Instant) {
        if let Some(folders) = self.quiet.take(pace, now) {
            listener.tell(self.id, Notice::Changed { folders });
        }
    }

    /// The stream tells of it from now on.
    pub fn tell_live(&mut self, listener: &dyn Listener) {
        let state = match &self.lacks {
            Some(_) => State::Polled,
            None => State::Live,
        };
        if self.told != Some(state) || self.missed {
            let missed = std::mem::take(&mut self.missed);
            self.told = Some(state);
            let reason = self.lacks.clone();
            listener.tell(
                self.id,
                Notice::State {
                    state,
                    missed,
                    reason,
                },
            );
        }
    }

    /// It is not told of for now. (What is missed meanwhile is told of once it is live again.)
    pub fn tell_down(&mut self, state: State, reason: &Reason, listener: &dyn Listener) {
        if self.told == Some(state) {
            return;
        }
        self.told = Some(state);
        let notice = Notice::State {
            state,
            missed: false,
            reason: Some(reason.clone()),
        };
        listener.tell(self.id, notice);
    }
}
