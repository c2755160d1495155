//! One subscription: whose it is, and what it wants to hear of.

use std::collections::BTreeSet;
use std::time::Instant;

use super::journal::{Happening, Thing};
use super::settings::Settings;

pub struct Subscription {
    /// Who signed in to make it; nobody else may read it.
    pub owner: String,
    /// The server of the farm that made it.
    pub server: u64,
    /// The key of the account that it is about.
    pub mailbox: String,
    /// `None` is all folders.
    pub folders: Option<BTreeSet<u64>>,
    /// The names of events.
    pub events: Vec<String>,
    pub form: Form,
    /// The entry of the journal up to which everything was told.
    pub told: u64,
    /// The stream over which it is told of now.
    pub stream: Option<u64>,
    /// When its owner last asked about it, or lost its stream.
    pub asked: Instant,
    /// It is lost: the code with which that is told when somebody should have heard of it next.
    pub lost: Option<&'static str>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Streaming,
    /// Lives so many minutes after it was last asked about.
    Pull {
        minutes: u64,
    },
}

impl Subscription {
    pub fn streams(&self) -> bool {
        self.form == Form::Streaming
    }

    /// A folder is heard of when something happens in it, to it, or leaves it.
    pub fn wants(&self, happening: &Happening) -> bool {
        let named = happening.kind.element();
        if !self.events.iter().any(|event| event == named) {
            return false;
        }
        let Some(folders) = &self.folders else {
            return true;
        };
        let itself = match happening.what {
            Thing::Folder(number) => folders.contains(&number),
            Thing::Item(_) => false,
        };
        let left = happening
            .from
            .is_some_and(|(_, folder)| folders.contains(&folder));
        itself || left || folders.contains(&happening.parent)
    }

    /// What it counts against the limit of its mailbox.
    pub fn cost(&self) -> usize {
        self.folders.as_ref().map_or(1, BTreeSet::len)
    }

    pub fn has_expired(&self, settings: &Settings) -> bool {
        let minutes = match self.form {
            Form::Streaming if self.stream.is_some() => return false,
            Form::Streaming => settings.idle_minutes,
            Form::Pull { minutes } => minutes,
        };
        self.asked.elapsed() > settings.minutes(minutes)
    }
}
