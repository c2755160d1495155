use super::{MailboxOptions, wrong};
use crate::value::typed;
use exchange_core::engine::{Link, Window, fresh_keys};
use exchange_core::error::Result;
use exchange_core::mapping::Context;
use serde::Deserialize;
use serde_json::Value;

fn default_zone() -> String {
    "UTC".into()
}

fn default_direction() -> String {
    "both".into()
}

fn default_deletes() -> String {
    "edit".into()
}

fn default_placeholder() -> String {
    "Busy".into()
}

fn default_policy() -> String {
    "exchange".into()
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
    #[serde(default = "default_direction")]
    pub direction: String,
    /// What becomes of an edit of something deleted.
    #[serde(default = "default_deletes")]
    pub deletes: String,
    #[serde(default)]
    pub restore_deleted: bool,
    #[serde(default)]
    pub window: Option<WindowOptions>,
    /// Whether private items are masked on the other side.
    #[serde(default)]
    pub privacy: Privacy,
    /// The title that a masked item has.
    #[serde(default = "default_placeholder")]
    pub placeholder: String,
    #[serde(default)]
    pub dry_run: bool,
    /// Who tells people of meetings.
    #[serde(default)]
    pub invitations: Invitations,
    /// The person's e-mail addresses besides the mailbox's own.
    #[serde(default)]
    pub addresses: Vec<String>,
    pub mailbox: MailboxOptions,
}

/// What of private items crosses.
#[derive(Clone, Copy, Debug, Default, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "lowercase")]
pub enum Privacy {
    #[default]
    Full,
    /// When they are, and nothing else.
    Masked,
}

/// How far events are of interest, in days from today.
#[derive(Clone, Copy, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WindowOptions {
    pub past: u32,
    pub future: u32,
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
            options: exchange_core::engine::Options {
                direction: self.direction.parse()?,
                deletes: self.deletes.parse()?,
                restore_deleted: self.restore_deleted,
                window: self.window.map(|window| Window {
                    past: window.past,
                    future: window.future,
                }),
                mask: (self.privacy == Privacy::Masked).then(|| self.placeholder.clone()),
                dry_run: self.dry_run,
            },
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
