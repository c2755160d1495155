//! The operations. Each takes a call and the mailbox and answers with its response element; a failure of the whole
//! request goes out as a fault.

mod create_attachment;
mod create_folder;
mod create_item;
mod delete_attachment;
mod delete_folder;
mod delete_item;
mod find_folder;
mod find_item;
mod get_attachment;
mod get_folder;
mod get_item;
mod get_user_photo;
mod move_item;
mod respond;
mod restriction;
mod sync_folder_hierarchy;
mod sync_folder_items;
mod translate;
mod update_item;

use crate::element::Element;
use crate::envelope::Call;
use crate::failure::{self, Failure};
use crate::sharing;
use crate::store::Mailbox;

pub use create_attachment::attach;
pub use update_item::write_back;

/// Runs the operation that the call names.
pub fn run(call: &Call, mailbox: &mut Mailbox) -> Result<Element, Failure> {
    if let Err(failure) = sharing::check_operation(mailbox, &call.operation) {
        return Ok(all_failed(call, &failure));
    }
    match call.operation.as_str() {
        "GetFolder" => get_folder::run(call, mailbox),
        "FindFolder" => find_folder::run(call, mailbox),
        "CreateFolder" => create_folder::run(call, mailbox),
        "DeleteFolder" => delete_folder::run(call, mailbox),
        "SyncFolderHierarchy" => sync_folder_hierarchy::run(call, mailbox),
        "SyncFolderItems" => sync_folder_items::run(call, mailbox),
        "FindItem" => find_item::run(call, mailbox),
        "GetItem" => get_item::run(call, mailbox),
        "CreateItem" => create_item::run(call, mailbox),
        "UpdateItem" => update_item::run(call, mailbox),
        "DeleteItem" => delete_item::run(call, mailbox),
        "MoveItem" | "CopyItem" => move_item::run(call, mailbox),
        "CreateAttachment" => create_attachment::run(call, mailbox),
        "GetAttachment" => get_attachment::run(call, mailbox),
        "DeleteAttachment" => delete_attachment::run(call, mailbox),
        "ConvertId" => translate::convert_id(call, mailbox),
        "GetServerTimeZones" => translate::get_server_time_zones(call),
        "GetUserConfiguration" => translate::get_user_configuration(call, mailbox),
        "UpdateUserConfiguration" => translate::update_user_configuration(call, mailbox),
        "GetUserPhoto" => Ok(get_user_photo::run()),
        other => Err(Failure::new(
            "ErrorInvalidRequest",
            format!("The operation {other} is not implemented here."),
        )),
    }
}

/// The parts of a request that are answered one by one.
pub fn parts(call: &Call) -> &[Element] {
    let holder = match call.operation.as_str() {
        "GetFolder" | "DeleteFolder" => "FolderIds",
        "GetItem" | "DeleteItem" | "MoveItem" | "CopyItem" => "ItemIds",
        "CreateItem" => "Items",
        "CreateFolder" => "Folders",
        "UpdateItem" => "ItemChanges",
        "CreateAttachment" => "Attachments",
        "GetAttachment" | "DeleteAttachment" => "AttachmentIds",
        "ConvertId" => "SourceIds",
        _ => return &[],
    };
    call.body.get(holder).map_or(&[], |holder| &holder.children)
}

/// `m:…Response` with its messages.
pub fn respond(operation: &str, messages: impl IntoIterator<Item = Element>) -> Element {
    Element::m(format!("{operation}Response"))
        .with(Element::m("ResponseMessages").with_all(messages))
}

/// A message for one outcome: the children of a success, or the failure.
fn message(operation: &str, outcome: Result<Vec<Element>, Failure>) -> Element {
    match outcome {
        Ok(children) => failure::success(operation, children),
        Err(failure) => failure::error(operation, &failure, children_of_error(operation)),
    }
}

/// The response where every part failed in the same way.
pub fn all_failed(call: &Call, failure: &Failure) -> Element {
    let count = parts(call).len().max(1);
    let message = failure::error(&call.operation, failure, children_of_error(&call.operation));
    respond(&call.operation, std::iter::repeat_n(message, count))
}

/// What the schema wants, or real servers send, in a message even when it tells an error.
fn children_of_error(operation: &str) -> Vec<Element> {
    match operation {
        "GetItem" | "CreateItem" | "UpdateItem" | "MoveItem" | "CopyItem" => {
            vec![Element::m("Items")]
        }
        "GetFolder" | "CreateFolder" => vec![Element::m("Folders")],
        "CreateAttachment" | "GetAttachment" => vec![Element::m("Attachments")],
        "SyncFolderItems" => {
            vec![
                Element::m("SyncState"),
                Element::m("IncludesLastItemInRange").with_text(true),
            ]
        }
        "SyncFolderHierarchy" => {
            vec![
                Element::m("SyncState"),
                Element::m("IncludesLastFolderInRange").with_text(true),
            ]
        }
        "GetServerTimeZones" => vec![Element::m("TimeZoneDefinitions")],
        _ => vec![],
    }
}

/// `m:Items` with one item that shows its id only.
fn items(shown: Element) -> Vec<Element> {
    vec![Element::m("Items").with(shown)]
}
