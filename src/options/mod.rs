//! The arrays PHP hands over, with their names and defaults.

mod link;
mod mailbox;

pub use link::{Invitations, LinkOptions, context};
pub use mailbox::{MailboxOptions, token_until};

use crate::value::typed;
use exchange_core::error::{Error, ErrorKind, Result};
use exchange_core::watch::Pace;
use serde::Deserialize;
use serde_json::Value;
use std::time::Duration;

/// What all work of an engine shares.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EngineOptions {
    /// Cycles at a time.
    #[serde(default)]
    pub concurrency: Option<usize>,
    /// Seconds without a sign of life after which a watched mailbox's connection is dead.
    #[serde(default)]
    pub silence: Option<u64>,
}

impl EngineOptions {
    pub fn read(value: Value) -> Result<Self> {
        typed(value, "The options of the engine")
    }

    pub fn pace(&self) -> Pace {
        let pace = Pace::default();
        Pace {
            silence: self.silence.map_or(pace.silence, Duration::from_secs),
            ..pace
        }
    }
}

/// A mailbox to watch.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WatchOptions {
    pub id: i64,
    pub folders: Vec<String>,
    pub mailbox: MailboxOptions,
}

impl WatchOptions {
    pub fn read(value: Value) -> Result<Self> {
        typed(value, "The description of what to watch")
    }
}

/// A mailbox whose server is looked for.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SearchOptions {
    pub id: i64,
    pub mailbox: MailboxOptions,
}

impl SearchOptions {
    pub fn read(value: Value) -> Result<Self> {
        typed(value, "The description of the mailbox to look for")
    }
}

fn wrong(sentence: String) -> Error {
    Error::new(ErrorKind::Configuration, sentence)
}
