//! A mailbox on Exchange Web Services, as the engine asks for it.
//!
//! One file for each thing the engine asks. All of them go through [`batch`], which divides, repeats and isolates.

mod arrived;
mod attachments;
mod batch;
mod changes;
mod colours;
mod create;
mod delete;
mod folders;
mod group;
mod occurrences;
mod parts;
mod photo;
mod public;
mod read;
mod reduced;
mod regroup;
mod respond;
mod tell;
#[cfg(test)]
mod tests;
mod update;

use crate::client::{Client, Lease};
use crate::engine::{Changes, Create, Folder, Mailbox, RemoteItem, RemoteRef, Update};
use crate::error::{Error, ErrorKind, Result};
use crate::ews::{FolderId, GetFolder, ItemId};
use crate::mapping::Context;
use crate::model::Kind;
use async_trait::async_trait;
pub use folders::Place;
use std::sync::Arc;

/// One link's view of a mailbox.
pub struct EwsMailbox {
    client: Client,
    context: Context,
    /// Whether Exchange sends invitations, updates, cancellations and answers.
    invites: bool,
}

/// What a server tells about itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// For example `15.2.2562.17`; empty where the server does not tell.
    pub server: String,
    /// The schema level that it speaks with this mailbox, for example `Exchange2016`.
    pub level: &'static str,
    /// Its whole address.
    pub url: String,
}

impl EwsMailbox {
    pub const fn new(client: Client, context: Context) -> Self {
        Self {
            client,
            context,
            invites: false,
        }
    }

    /// Exchange tells people of meetings, where nobody is told otherwise.
    #[must_use]
    pub fn inviting(self, invites: bool) -> Self {
        Self { invites, ..self }
    }

    /// Nothing is written without this.
    #[must_use]
    pub fn under(self, lease: Arc<dyn Lease>) -> Self {
        Self {
            client: self.client.under(lease),
            ..self
        }
    }

    /// The folders of a place that can be linked, the mailbox's own first, then by path.
    pub async fn folders_of(&self, place: &Place) -> Result<Vec<Folder>> {
        folders::list(self, place).await
    }

    /// Makes a folder for items of a kind beside the mailbox's own folders, and returns its id.
    pub async fn create_folder(&self, kind: Kind, name: &str) -> Result<String> {
        folders::create(self, kind, name).await
    }

    /// Deletes a folder with all that is in it, for good. One that is gone already is deleted as well.
    pub async fn delete_folder(&self, id: &str) -> Result<()> {
        folders::delete(self, id).await
    }

    /// Signs in and looks at the mailbox's root folder: whether the settings work.
    pub async fn check(&self) -> Result<Check> {
        let root = GetFolder {
            folders: vec![FolderId::Distinguished("msgfolderroot")],
        };
        self.client.ask(&root).await?;
        Ok(Check {
            server: self.client.server().unwrap_or_default(),
            level: self.client.version().name(),
            url: self.client.url(),
        })
    }
}

#[async_trait]
impl Mailbox for EwsMailbox {
    async fn folders(&self) -> Result<Vec<Folder>> {
        folders::list(self, &Place::Own).await
    }

    async fn changes(&self, folder: &str, cursor: Option<&str>) -> Result<Changes> {
        changes::list(self, folder, cursor).await
    }

    async fn read(&self, kind: Kind, items: &[RemoteRef]) -> Vec<Result<RemoteItem>> {
        read::read(self, kind, items).await
    }

    async fn create(&self, kind: Kind, folder: &str, items: &[Create]) -> Vec<Result<RemoteRef>> {
        parts::create(self, kind, folder, items).await
    }

    async fn update(&self, kind: Kind, items: &[Update]) -> Vec<Result<RemoteRef>> {
        regroup::update(self, kind, items).await
    }

    async fn delete(&self, kind: Kind, items: &[RemoteRef]) -> Vec<Result<()>> {
        parts::delete(self, kind, items).await
    }

    fn calls(&self) -> u64 {
        self.client.calls()
    }
}

impl From<&RemoteRef> for ItemId {
    fn from(reference: &RemoteRef) -> Self {
        Self {
            id: reference.id.clone(),
            change_key: Some(reference.version.clone()).filter(|version| !version.is_empty()),
        }
    }
}

impl From<ItemId> for RemoteRef {
    fn from(id: ItemId) -> Self {
        Self {
            id: id.id,
            version: id.change_key.unwrap_or_default(),
        }
    }
}

/// An item in whatever version it has.
fn by_id(id: String) -> crate::ews::Target {
    crate::ews::Target::Item(ItemId {
        id,
        change_key: None,
    })
}

/// The item is not as the plan assumed: it is read again and planned anew.
fn changed_meanwhile() -> Error {
    Error::new(
        ErrorKind::Conflict,
        "The item was changed in the mailbox at the same moment. Both versions are compared anew.",
    )
}

fn folder_gone() -> Error {
    Error::new(
        ErrorKind::Gone,
        "The folder does not exist in the mailbox any more. Remove the link, or link another folder.",
    )
}

/// The answer for items after the one that ended the request.
fn same(error: &Error) -> Error {
    let again = Error::new(error.kind(), error.message());
    match error.wait() {
        Some(wait) => again.retry_after(wait),
        None => again,
    }
}
