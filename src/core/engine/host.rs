//! What the engine asks of the host: local objects and the journal. The host does it in PHP, on its own thread;
//! all of it is plain data that crosses as arrays (see `docs/architecture.md` for the PHP shapes).

use crate::error::Result;
use crate::model::Loss;
use crate::sync::Side;
use async_trait::async_trait;
use serde::{Deserialize, Deserializer, Serialize};
use std::collections::BTreeMap;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PairState {
    /// Both sides exist and agreed on `base`.
    Linked,
    /// An intent: the remote item with `key` may or may not exist yet.
    Creating,
    /// Set aside with a reason until either side changes.
    SetAside,
    /// One side has it, and the other shall not get it: it lies outside of the link's window, or the link goes the other
    /// way only. It is looked at when it changes, or when the window comes to it.
    Outside,
}

/// A row of the journal: one local object tied to one remote item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pair {
    /// Fresh and unique within the link; the row's identity, and what a created remote item carries.
    pub key: String,
    pub state: PairState,
    /// Name of the local object within its collection.
    pub uri: Option<String>,
    pub etag: Option<String>,
    /// Opaque, case-sensitive, up to 512 bytes.
    pub remote_id: Option<String>,
    pub version: Option<String>,
    /// Fingerprint per property of what both sides last agreed on; keys as `model::Key` displays them.
    #[serde(default, deserialize_with = "map_or_empty_list")]
    pub base: BTreeMap<String, String>,
    /// Why it is set aside: a sentence for the person.
    #[serde(default)]
    pub reason: Option<String>,
    #[serde(default)]
    pub losses: Vec<LossRow>,
    /// Of events, from when until when they last (Unix seconds), all occurrences together; no end where they go on for ever.
    #[serde(default)]
    pub starts: Option<i64>,
    #[serde(default)]
    pub ends: Option<i64>,
}

impl Pair {
    /// What [`Select::Rolling`] selects.
    pub fn rolls(&self, from: i64, until: i64) -> bool {
        let Some(starts) = self.starts else {
            return false;
        };
        let within = starts <= until && self.ends.is_none_or(|ends| ends >= from);
        match self.state {
            PairState::Linked => !within,
            PairState::Outside => within,
            PairState::Creating | PairState::SetAside => false,
        }
    }
}

/// PHP writes an empty map and an empty list alike.
fn map_or_empty_list<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<String, String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Map(BTreeMap<String, String>),
        Empty([String; 0]),
    }
    match Either::deserialize(deserializer)? {
        Either::Map(map) => Ok(map),
        Either::Empty([]) => Ok(BTreeMap::new()),
    }
}

/// A [`Loss`] as the journal keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LossRow {
    pub property: String,
    pub reason: String,
}

impl From<Loss> for LossRow {
    fn from(loss: Loss) -> Self {
        Self {
            property: loss.property,
            reason: loss.reason,
        }
    }
}

/// A local object that differs from the journal: new, or with another etag.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocalChange {
    pub uri: String,
    pub etag: String,
}

/// How the collection differs from the journal. The host compares, so that an unchanged object never crosses.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocalChanges {
    /// The collection's token now; to be stored at the end of the cycle.
    pub token: String,
    #[serde(default)]
    pub changed: Vec<LocalChange>,
    /// Objects that the journal pairs and the collection no longer has.
    #[serde(default)]
    pub deleted: Vec<String>,
    /// How many objects the collection holds now.
    pub count: u64,
    /// How many pairs the journal holds, without rows in state `outside`.
    pub pairs: u64,
    /// Intents left by a cycle that did not end (state `creating`). Usually empty.
    #[serde(default)]
    pub intents: Vec<Pair>,
}

/// A local object with its text (iCalendar or vCard).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LocalObject {
    pub uri: String,
    pub etag: String,
    pub text: String,
}

/// A local object found by its UID.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    pub uid: String,
    pub uri: String,
    pub etag: String,
}

/// Which rows of the journal to load.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Select {
    /// Rows with one of these remote ids, uris or keys.
    Of {
        remote_ids: Vec<String>,
        uris: Vec<String>,
        keys: Vec<String>,
    },
    /// The next rows in the order of their keys, after the given key (empty: from the first).
    After { key: String, limit: u32 },
    /// Rows that a window from `from` until `until` (Unix seconds) lets go or takes in, in the order of their keys after the
    /// given one: those in state `linked` which end before it or start after it, and those in state `outside` that have a
    /// start and lie at least partly within it.
    Rolling {
        from: i64,
        until: i64,
        after: String,
        limit: u32,
    },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "do")]
pub enum Operation {
    /// Fails as `Exists` where the uri or the UID is taken, by an object or by another row.
    Create {
        uri: String,
        uid: String,
        text: String,
    },
    /// Fails as `Stale` where the object's etag is another now.
    Update {
        uri: String,
        etag: String,
        text: String,
    },
    /// Fails as `Stale` where the object's etag is another now, as `Missing` where somebody deleted it already.
    Delete { uri: String, etag: String },
}

/// Why a version is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// Both sides changed the same property.
    Conflict,
    /// A change from the other side was written over it.
    Overwritten,
    /// It was deleted on the other side.
    Deleted,
}

/// A version of an item that an operation takes away, kept for the person to restore.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// The side that lost it.
    pub side: Side,
    pub cause: Cause,
    pub uri: Option<String>,
    pub title: String,
    /// In a [`Write`] None stands for the object's text as it is before the operation; where it is gone already, there is nothing
    /// to keep.
    pub text: Option<String>,
    pub reason: String,
}

/// One local write. The operation, the journal row and the kept version are one transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Write {
    pub operation: Operation,
    /// The row after the write, with `etag` empty: the host fills it in. None: the row of `forget` goes.
    pub pair: Option<Pair>,
    /// Key of a row to remove.
    pub forget: Option<String>,
    #[serde(default)]
    pub kept: Vec<Kept>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "outcome")]
pub enum Outcome {
    Done {
        etag: Option<String>,
    },
    /// The object changed meanwhile.
    Stale,
    /// The object is gone.
    Missing,
    /// The uri or UID is taken.
    Exists,
    /// The host refuses it; a sentence for the person.
    Refused {
        reason: String,
    },
}

/// Journal rows and cursors, stored in one transaction, in this order: rows to forget, rows, kept versions, cursors.
/// A row may take over the uri or the remote id of one that is forgotten.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Save {
    #[serde(default)]
    pub pairs: Vec<Pair>,
    #[serde(default)]
    pub forget: Vec<String>,
    #[serde(default)]
    pub kept: Vec<Kept>,
    /// The remote cursor; None leaves it, an empty string drops it.
    pub cursor: Option<String>,
    /// The local token; None leaves it.
    pub token: Option<String>,
}

/// Progress of a cycle, and with `done` its result. Counts are of items.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    pub done: bool,
    /// Items to look at in this cycle, and looked at so far.
    pub total: u64,
    pub seen: u64,
    pub local_created: u64,
    pub local_updated: u64,
    pub local_deleted: u64,
    pub remote_created: u64,
    pub remote_updated: u64,
    pub remote_deleted: u64,
    pub conflicts: u64,
    pub set_aside: u64,
    pub losses: u64,
    /// Items left for the next cycle because they kept changing.
    pub postponed: u64,
    /// Deletes that the brake told of when it ended the cycle.
    pub announced: u64,
    /// Calls made to the server by this cycle.
    pub calls: u64,
    /// Kind (`ErrorKind::name`) and sentence of what ended the cycle early.
    pub error: Option<String>,
    pub message: Option<String>,
    /// Seconds to wait before the next cycle, where the server asked.
    pub retry_after: Option<u64>,
    /// In a dry run: what would be done, since the last report.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub plan: Vec<Step>,
}

/// What a cycle would do with one item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Step {
    #[serde(rename = "do")]
    pub action: StepAction,
    /// Where it would be done.
    pub side: Side,
    pub uri: Option<String>,
    pub title: String,
    /// Names of the properties that an update writes.
    pub properties: Vec<String>,
    pub reason: Option<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StepAction {
    Create,
    Update,
    Delete,
    /// Two items that exist already become a pair; neither changes.
    Match,
    SetAside,
}

/// The local side of a link: a collection and its journal.
#[async_trait]
pub trait Host: Send + Sync {
    /// Compares the collection with the journal. With a token equal to the collection's token now, and unless
    /// `full`, the host answers at once with no changes.
    async fn changes(&self, token: Option<&str>, full: bool) -> Result<LocalChanges>;

    /// The objects that still exist; others are left out.
    async fn read(&self, uris: &[String]) -> Result<Vec<LocalObject>>;

    /// Objects by UID, whether or not the journal pairs them; others are left out.
    async fn find(&self, uids: &[String]) -> Result<Vec<Finding>>;

    async fn load(&self, select: Select) -> Result<Vec<Pair>>;

    /// One outcome for each write, in order. Each write is a transaction of its own.
    async fn write(&self, writes: Vec<Write>) -> Result<Vec<Outcome>>;

    async fn save(&self, save: Save) -> Result<()>;

    async fn report(&self, report: Report) -> Result<()>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_base_may_come_as_a_list() {
        let row = r#"{"key": "k", "state": "set_aside", "base": []}"#;
        assert!(serde_json::from_str::<Pair>(row).unwrap().base.is_empty());
        let row = r#"{"key": "k", "state": "set_aside", "base": ["x"]}"#;
        assert!(serde_json::from_str::<Pair>(row).is_err());
    }
}
