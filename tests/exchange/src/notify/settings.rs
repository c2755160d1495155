//! What an administrator of the server may set about notifications.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::version::Release;

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// The longest silence on a stream.
    pub heartbeat_ms: u64,
    /// How long a minute lasts: for ConnectionTimeout, the Timeout of pull subscriptions and [`Settings::idle_minutes`].
    pub minute_ms: u64,
    /// How long a streaming subscription lives while no stream is open for it.
    pub idle_minutes: u64,
    /// Open streams of one account; of each person in whose name a service account reads, apart.
    pub streams: usize,
    /// What the subscriptions of a mailbox may count together: each folder one, all folders one.
    pub subscriptions: usize,
    /// Subscriptions in one GetStreamingEvents.
    pub ids: usize,
    /// Whether there are many servers, and a subscription is known to the one alone that made it.
    pub farm: bool,
    /// Streams stay open, and nothing comes over them any more.
    pub silent: bool,
    /// The size of the chunks in which envelopes are sent; 0 is each in one.
    pub chunk: usize,
}

impl Settings {
    /// As a server of that release has them to begin with.
    pub fn of(release: Release) -> Settings {
        Settings {
            streams: match release {
                Release::Exchange2013 => 3,
                _ => 10,
            },
            ..Settings::default()
        }
    }

    /// These with some of them changed; an error names what is no setting.
    pub fn with(&self, change: Value) -> Result<Settings, String> {
        let Value::Object(change) = change else {
            return Err("Settings are an object.".to_owned());
        };
        let mut all = serde_json::to_value(self).map_err(|failure| failure.to_string())?;
        for (name, value) in change {
            match all.get_mut(&name) {
                Some(setting) => *setting = value,
                None => return Err(format!("There is no setting {name}.")),
            }
        }
        serde_json::from_value(all).map_err(|failure| failure.to_string())
    }

    pub fn minutes(&self, count: u64) -> Duration {
        Duration::from_millis(self.minute_ms.saturating_mul(count))
    }
}

impl Default for Settings {
    fn default() -> Settings {
        Settings {
            heartbeat_ms: 45_000,
            minute_ms: 60_000,
            idle_minutes: 30,
            streams: 10,
            subscriptions: 5000,
            ids: 200,
            farm: false,
            silent: false,
            chunk: 0,
        }
    }
}
