//! The arrays PHP hands over, with their names and defaults.

use crate::value::typed;
use exchange_core::error::Result;
use serde::Deserialize;
use serde_json::Value;
use std::fmt;

fn default_zone() -> String {
    "UTC".into()
}

fn default_policy() -> String {
    "exchange".into()
}

/// How to reach a mailbox.
#[derive(Clone, Deserialize, PartialEq, Eq, Hash)]
#[serde(deny_unknown_fields)]
pub struct MailboxOptions {
    /// The address of `Exchange.asmx`.
    pub url: String,
    /// The mailbox's e-mail address.
    pub address: String,
    pub username: String,
    pub password: String,
    /// A PEM file of further certificate authorities to trust.
    #[serde(default)]
    pub ca_file: Option<String>,
    /// The proxy's address; without it none is used.
    #[serde(default)]
    pub proxy: Option<String>,
    /// Seconds to wait for an answer.
    #[serde(default)]
    pub timeout: Option<u64>,
    /// Seconds a busy server may keep us waiting before the cycle ends.
    #[serde(default)]
    pub patience: Option<u64>,
}

impl fmt::Debug for MailboxOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MailboxOptions").field("url", &self.url).field("address", &self.address).finish_non_exhaustive()
    }
}

/// A link to synchronise.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkOptions {
    pub id: i64,
    pub kind: String,
    pub folder: String,
    #[serde(default)]
    pub cursor: Option<String>,
    #[serde(default)]
    pub token: Option<String>,
    #[serde(default)]
    pub full: bool,
    #[serde(default = "default_policy")]
    pub policy: String,
    /// IANA name of the person's time zone.
    #[serde(default = "default_zone")]
    pub zone: String,
    #[serde(default)]
    pub max_deletes: Option<u64>,
    pub mailbox: MailboxOptions,
}

impl MailboxOptions {
    pub fn read(value: Value) -> Result<Self> {
        typed(value, "The description of the mailbox")
    }
}

impl LinkOptions {
    pub fn read(value: Value) -> Result<Self> {
        typed(value, "The description of the link")
    }
}
