//! What the engine asks of a mailbox. Exchange Web Services is the first to implement it; ActiveSync and Graph follow.

use crate::error::Result;
use crate::model::{Key, Kind, Loss, Record};
use async_trait::async_trait;
use chrono::{DateTime, Utc};

/// A folder that can be linked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder {
    pub id: String,
    pub kind: Kind,
    pub name: String,
    /// Names from the root down, for display.
    pub path: Vec<String>,
    /// Whether it is the mailbox's own Calendar, Tasks or Contacts folder.
    pub default: bool,
    pub writable: bool,
    pub count: Option<u64>,
    /// `#rrggbb`, where the person has chosen one for a calendar.
    pub colour: Option<&'static str>,
}

/// An item's id and the version of it that was seen (EWS: ItemId and ChangeKey). Both opaque.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct RemoteRef {
    pub id: String,
    pub version: String,
}

/// One page of what changed in a folder since a cursor.
#[derive(Clone, Debug, Default)]
pub struct Changes {
    /// Created or changed items; which of the two is not to be relied on.
    pub changed: Vec<RemoteRef>,
    /// Ids of items that left the folder.
    pub deleted: Vec<String>,
    /// The cursor after this page. Never empty.
    pub cursor: String,
    /// Whether another page follows.
    pub more: bool,
}

/// An item as read from the mailbox.
#[derive(Clone, Debug)]
pub struct RemoteItem {
    pub reference: RemoteRef,
    /// The iCalendar or vCard UID that the item carries, if it carries one.
    pub uid: Option<String>,
    /// Further UIDs that a local object which another program wrote for this item may have. They only tell which object is
    /// the item; neither gets another UID by that.
    pub aliases: Vec<String>,
    /// The key that [`Mailbox::create`] stored on it, if we created it.
    pub key: Option<String>,
    pub modified: Option<DateTime<Utc>>,
    pub record: Record,
    pub losses: Vec<Loss>,
    /// Whether it is a private meeting that somebody else organizes, of which the record does not tell.
    pub locked: bool,
    /// Whether a write of ours broke off in the middle: it is to be written again, and what it lacks nobody took out.
    pub unfinished: bool,
}

/// An item of the same folder that a record names by its UID: a member of a group of contacts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// As the record has it.
    pub uid: String,
    pub id: String,
}

/// An item to be created. `key` is stored on it, so that it is found again when the reply is lost.
#[derive(Clone, Debug)]
pub struct Create {
    pub key: String,
    pub uid: String,
    pub record: Record,
    pub named: Vec<Named>,
}

/// A change to an item, valid only while it still has the version in `reference`.
#[derive(Clone, Debug)]
pub struct Update {
    pub reference: RemoteRef,
    /// The whole item as it shall be: some protocols need neighbours of what changed.
    pub target: Record,
    /// What differs from the remote item now. A key absent in `target` is to be removed.
    pub changed: Vec<Key>,
    pub named: Vec<Named>,
}

/// A mailbox. Implementations divide into batches, wait out back-off, and adapt by themselves.
///
/// Per-item answers come in the order of the question and always one for each. An error whose kind
/// [`is_per_item`](crate::error::ErrorKind::is_per_item) concerns that item; with any other kind it is not known
/// whether the operation was applied, and the cycle ends.
#[async_trait]
pub trait Mailbox: Send + Sync {
    async fn folders(&self) -> Result<Vec<Folder>>;

    /// Changes since `cursor`; without one, everything. `ErrorKind::Cursor` when the cursor is no longer valid.
    async fn changes(&self, folder: &str, cursor: Option<&str>) -> Result<Changes>;

    async fn read(&self, kind: Kind, items: &[RemoteRef]) -> Vec<Result<RemoteItem>>;

    async fn create(&self, kind: Kind, folder: &str, items: &[Create]) -> Vec<Result<RemoteRef>>;

    async fn update(&self, kind: Kind, items: &[Update]) -> Vec<Result<RemoteRef>>;

    async fn delete(&self, kind: Kind, items: &[RemoteRef]) -> Vec<Result<()>>;

    /// Calls made to the server so far.
    fn calls(&self) -> u64 {
        0
    }
}
