//! The arrays PHP hands over, with their names and defaults.

use crate::value::typed;
use exchange_core::client::{Clients, Options, Password};
use exchange_core::engine::{Link, fresh_keys};
use exchange_core::error::{Error, ErrorKind, Result};
use exchange_core::mailbox::EwsMailbox;
use exchange_core::mapping::Context;
use serde::Deserialize;
use serde_json::Value;
use std::fmt;
use std::time::Duration;

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
        f.debug_struct("MailboxOptions")
            .field("url", &self.url)
            .field("address", &self.address)
            .finish_non_exhaustive()
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
    /// Who tells people of meetings.
    #[serde(default)]
    pub invitations: Invitations,
    /// The person's e-mail addresses besides the mailbox's own.
    #[serde(default)]
    pub addresses: Vec<String>,
    pub mailbox: MailboxOptions,
}

/// Who sends invitations, updates, cancellations and answers.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Invitations {
    #[default]
    Nobody,
    /// The host does, which is the same to us.
    Nextcloud,
    Exchange,
}

impl MailboxOptions {
    pub fn read(value: Value) -> Result<Self> {
        typed(value, "The description of the mailbox")
    }

    /// The mailbox, on a client that all links to it share. No connection is made yet.
    pub fn open(&self, clients: &Clients, context: Context) -> Result<EwsMailbox> {
        let mut options = Options::new(self.url.as_str(), self.address.as_str(), "");
        options.username.clone_from(&self.username);
        options.password = Password::new(self.password.as_str());
        options.ca_file = self.ca_file.as_ref().map(Into::into);
        options.proxy.clone_from(&self.proxy);
        options.timeout = self.timeout.map_or(options.timeout, Duration::from_secs);
        options.patience = self.patience.map_or(options.patience, Duration::from_secs);
        Ok(EwsMailbox::new(clients.get(&options)?, context))
    }
}

impl LinkOptions {
    pub fn read(value: Value) -> Result<Self> {
        typed(value, "The description of the link")
    }

    /// The mailbox's own address first.
    fn addresses(&self) -> Vec<String> {
        let mut all: Vec<String> = Vec::new();
        for address in std::iter::once(&self.mailbox.address).chain(&self.addresses) {
            let address = address.trim().to_lowercase();
            if address.contains('@') && !all.contains(&address) {
                all.push(address);
            }
        }
        all
    }

    pub fn link(&self) -> Result<Link> {
        Ok(Link {
            id: self.id,
            kind: self.kind.parse()?,
            folder: self.folder.clone(),
            cursor: self.cursor.clone(),
            token: self.token.clone(),
            full: self.full,
            policy: self.policy.parse()?,
            context: Context {
                addresses: self.addresses(),
                ..context(&self.zone)?
            },
            max_deletes: self.max_deletes,
            keys: fresh_keys(),
        })
    }
}

/// What the mapping needs to know, from the name of the person's zone.
pub fn context(zone: &str) -> Result<Context> {
    zone.parse()
        .map(|zone| Context::new(zone, chrono::Utc::now().date_naive()))
        .map_err(|_| {
            wrong(format!(
                "“{zone}” is not the name of a time zone; use one like Europe/Berlin."
            ))
        })
}

fn wrong(sentence: String) -> Error {
    Error::new(ErrorKind::Configuration, sentence)
}
