use super::Window;
use crate::mapping::Context;
use crate::model::Kind;
use crate::sync::{DeletePolicy, Direction, Policy, Terms};
use sha2::{Digest, Sha256};
use std::collections::hash_map::RandomState;
use std::fmt::{self, Write as _};
use std::hash::BuildHasher;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// Where fresh keys come from; a test gives predictable ones.
pub type Keys = Arc<dyn Fn() -> String + Send + Sync>;

/// One collection tied to one folder, and where its last cycle left off.
#[derive(Clone)]
pub struct Link {
    pub id: i64,
    pub kind: Kind,
    pub folder: String,
    /// What the last cycle stored of the remote side; None lists the whole folder.
    pub cursor: Option<String>,
    /// The local token; None compares the whole collection.
    pub token: Option<String>,
    /// Compare the whole collection even where the token says that nothing changed.
    pub full: bool,
    pub policy: Policy,
    pub options: Options,
    pub context: Context,
    /// How many deletes a cycle may make; None for the default of [`crate::sync::brake::check`].
    pub max_deletes: Option<u64>,
    pub keys: Keys,
}

/// What the owner of a link may want otherwise. By default a link goes both ways, with all that there is.
#[derive(Clone, Debug, Default)]
pub struct Options {
    pub direction: Direction,
    pub deletes: DeletePolicy,
    /// Bring back what is gone on one side in this cycle, in place of deleting it on the other.
    pub restore_deleted: bool,
    /// Events outside of it stay in Exchange.
    pub window: Option<Window>,
    /// The title that private events and tasks have on the other side, where nothing but their time crosses.
    pub mask: Option<String>,
    /// Say what would be done, and do nothing.
    pub dry_run: bool,
}

impl Link {
    pub(super) fn terms(&self) -> Terms {
        Terms {
            policy: self.policy,
            direction: self.options.direction,
            deletes: self.options.deletes,
            restore: self.options.restore_deleted,
        }
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "link {} ({} in {})", self.id, self.kind, self.folder)
    }
}

/// Keys that no other process makes: each is 128 bits of a hash over the operating system's randomness and a counter.
pub fn fresh_keys() -> Keys {
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    let random: Vec<u64> = (0..4_u8)
        .map(|part| RandomState::new().hash_one(part))
        .collect();
    Arc::new(move || {
        let mut hash = Sha256::new();
        for part in &random {
            hash.update(part.to_be_bytes());
        }
        hash.update(std::process::id().to_be_bytes());
        hash.update(COUNTER.fetch_add(1, Ordering::Relaxed).to_be_bytes());
        short_hex(hash)
    })
}

/// The UID of a remote item that has none: always the same one, so that a lost journal can be rebuilt.
pub(crate) fn derived_uid(remote_id: &str) -> String {
    format!(
        "exchange-{}",
        short_hex(Sha256::new().chain_update(remote_id))
    )
}

/// The key of the row of an item that is left in Exchange, by its UID.
pub(super) fn left_key(uid: &str) -> String {
    format!("left-{}", short_hex(Sha256::new().chain_update(uid)))
}

/// The name of a local object. The UID is its name where it can be one.
pub(super) fn uri(kind: Kind, uid: &str) -> String {
    let extension = match kind {
        Kind::Event | Kind::Task => "ics",
        Kind::Contact => "vcf",
    };
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_@.".contains(c);
    if uid.len() <= 150 && uid.chars().all(plain) && !uid.starts_with('.') && !uid.is_empty() {
        format!("{uid}.{extension}")
    } else {
        format!("{}.{extension}", short_hex(Sha256::new().chain_update(uid)))
    }
}

fn short_hex(hash: Sha256) -> String {
    hash.finalize()
        .iter()
        .take(16)
        .fold(String::with_capacity(32), |mut hex, byte| {
            // Writing to a String cannot fail.
            let _ = write!(hex, "{byte:02x}");
            hex
        })
}
