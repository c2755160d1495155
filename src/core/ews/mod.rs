//! Exchange Web Services: bytes to and from typed operations. Pure: no sockets.
//!
//! One file an operation. [`request`] writes one, [`Answer::read`] splits what came back into response messages, and
//! [`Operation::outcome`] reads each.

mod attachment;
mod autodiscover;
mod code;
mod create_folder;
mod create_item;
mod delete_folder;
mod delete_item;
mod element;
mod envelope;
mod extended;
mod failure;
mod find_folder;
mod find_item;
mod folder;
mod get_folder;
mod get_item;
mod get_streaming_events;
mod id;
mod impersonation;
mod list_items;
mod operation;
mod parse;
mod path;
mod respond;
mod subscribe;
mod sync_folder_items;
mod unsubscribe;
mod update_item;
mod version;
mod writer;

pub use attachment::{
    Attachment, CreateAttachment, DeleteAttachment, FileAttachment, GetAttachment,
    ReferenceAttachment,
};
pub use autodiscover::{Discovered, Form};
pub use code::Action;
pub use create_folder::CreateFolder;
pub use create_item::{CreateItem, NewItem};
pub use delete_folder::DeleteFolder;
pub use delete_item::DeleteItem;
pub use element::Element;
pub use envelope::{Answer, request};
pub use extended::extended;
pub use failure::Failure;
pub use find_folder::{FindFolder, FolderPage};
pub use find_item::FindItem;
pub use folder::FolderInfo;
pub use get_folder::GetFolder;
pub use get_item::GetItem;
pub use get_streaming_events::{
    FolderEvent, GetStreamingEvents, Happened, MOST_SUBSCRIPTIONS, StreamFailure,
};
pub use id::{FolderId, ItemId, Target};
pub use impersonation::Impersonation;
pub use list_items::{ItemPage, ListItems};
pub use operation::{Batch, Operation, Outcome};
pub use path::{FieldPath, PropertySet, PropertyType};
pub use respond::{Answer as MeetingAnswer, Respond};
pub use subscribe::Subscribe;
pub use sync_folder_items::{SyncFolderItems, SyncPage};
pub use unsubscribe::Unsubscribe;
pub use update_item::{Edit, ItemChange, Notify, UpdateItem};
pub use version::Version;
pub use writer::Writer;

use crate::model::Kind;
use operation::pick;

/// `xs:boolean`.
fn is_true(text: &str) -> bool {
    matches!(text.trim(), "true" | "1")
}

/// The element that an item of this kind is; `group` says whether a contact is a group of them.
const fn item_element(kind: Kind, group: bool) -> &'static str {
    match kind {
        Kind::Contact if group => "t:DistributionList",
        Kind::Event => "t:CalendarItem",
        Kind::Task => "t:Task",
        Kind::Contact => "t:Contact",
    }
}
