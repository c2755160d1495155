//! What the ids of a request point at.

use crate::element::Element;
use crate::failure::Failure;
use crate::id::{self, Id};
use crate::item::Item;
use crate::sharing;
use crate::store::{Folder, Mailbox};
use crate::view::Seen;

/// An item, or an occurrence of a series by its index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    pub item: u64,
    pub index: Option<u32>,
}

/// The number of the folder that a `FolderId` or `DistinguishedFolderId` names.
pub fn folder(mailbox: &Mailbox, element: &Element) -> Result<u64, Failure> {
    let id = element.attr("Id").unwrap_or_default();
    let number = if element.name == "DistinguishedFolderId" {
        let owner = element
            .get("Mailbox")
            .and_then(|mailbox| mailbox.text_of("EmailAddress"));
        if owner.is_some_and(|owner| !owner.eq_ignore_ascii_case(&mailbox.address)) {
            return Err(Failure::new(
                "ErrorNonExistentMailbox",
                "The mailbox does not exist or is not shared with you.",
            ));
        }
        mailbox.distinguished(id)
    } else {
        match Id::decode(&mailbox.address, id) {
            Some(Id::Folder(number)) => mailbox.folders.contains_key(&number).then_some(number),
            Some(_) => {
                return Err(Failure::new(
                    "ErrorCannotUseItemIdForFolderId",
                    "Item id is not valid as folder id.",
                ));
            }
            None => return Err(malformed(id)),
        }
    };
    let number = number.ok_or_else(Failure::folder_not_found)?;
    sharing::check_folder(mailbox, number)?;
    Ok(number)
}

/// The folder in an element such as `m:SyncFolderId`, which holds one id.
pub fn folder_in<'a>(
    mailbox: &'a Mailbox,
    holder: Option<&Element>,
) -> Result<&'a Folder, Failure> {
    let id = holder.and_then(|holder| holder.children.first());
    let id =
        id.ok_or_else(|| Failure::new("ErrorInvalidIdEmpty", "The request names no folder."))?;
    mailbox
        .folders
        .get(&folder(mailbox, id)?)
        .ok_or_else(Failure::folder_not_found)
}

/// What an `ItemId`, `OccurrenceItemId` or `RecurringMasterItemId` points at.
pub fn item(mailbox: &Mailbox, element: &Element) -> Result<Target, Failure> {
    match element.name.as_str() {
        "OccurrenceItemId" => {
            let master = decode(mailbox, element.attr("RecurringMasterId"))?;
            let index = element
                .attr("InstanceIndex")
                .and_then(|index| index.trim().parse().ok());
            let out_of_range = || {
                let text = "Occurrence index is out of recurrence range.";
                Failure::new("ErrorCalendarOccurrenceIndexIsOutOfRecurrenceRange", text)
            };
            let index = index
                .filter(|index: &u32| *index > 0)
                .ok_or_else(out_of_range)?;
            let target = Target {
                item: master.item,
                index: Some(index),
            };
            see(mailbox, target)?;
            Ok(target)
        }
        "RecurringMasterItemId" => {
            let occurrence = decode(mailbox, element.attr("OccurrenceId"))?;
            if occurrence.index.is_none() {
                let text = "The id is not that of an occurrence.";
                return Err(Failure::new(
                    "ErrorCalendarCannotUseIdForRecurringMasterId",
                    text,
                ));
            }
            Ok(Target {
                index: None,
                ..occurrence
            })
        }
        _ => {
            let target = decode(mailbox, element.attr("Id"))?;
            see(mailbox, target).map_err(|_| Failure::item_not_found())?;
            Ok(target)
        }
    }
}

/// The target as a view.
pub fn see(mailbox: &Mailbox, target: Target) -> Result<Seen<'_>, Failure> {
    let item = stored(mailbox, target.item)?;
    match target.index {
        Some(index) => Seen::occurrence(mailbox, item, index),
        None => Ok(Seen::item(mailbox, item)),
    }
}

/// The stored item of that number.
pub fn stored(mailbox: &Mailbox, number: u64) -> Result<&Item, Failure> {
    let item = mailbox
        .items
        .get(&number)
        .ok_or_else(Failure::item_not_found)?;
    sharing::check_folder(mailbox, item.folder)?;
    Ok(item)
}

fn decode(mailbox: &Mailbox, id: Option<&str>) -> Result<Target, Failure> {
    let id = id.unwrap_or_default();
    let target = match Id::decode(&mailbox.address, id) {
        Some(Id::Item(item)) => Target { item, index: None },
        Some(Id::Occurrence(item, index)) => Target {
            item,
            index: Some(index),
        },
        Some(Id::Folder(_)) => {
            return Err(Failure::new(
                "ErrorCannotUseFolderIdForItemId",
                "Folder id is not valid as item id.",
            ));
        }
        Some(Id::Attachment(..)) => {
            return Err(Failure::new(
                "ErrorInvalidIdNotAnItemAttachmentId",
                "Attachment id is not valid as item id.",
            ));
        }
        None => return Err(malformed(id)),
    };
    stored(mailbox, target.item)?;
    Ok(target)
}

fn malformed(id: &str) -> Failure {
    match id.is_empty() {
        true => Failure::new("ErrorInvalidIdEmpty", "Id must be non-empty."),
        false => Failure::malformed_id(),
    }
}

/// The version that the request's ChangeKey stands for; writing needs one.
pub fn known_version(id: &Element) -> Result<u64, Failure> {
    let key = id.attr("ChangeKey").unwrap_or_default();
    if key.is_empty() {
        let text = "The change key is required for this operation.";
        return Err(Failure::new(
            "ErrorChangeKeyRequiredForWriteOperations",
            text,
        ));
    }
    id::version_of(key)
        .ok_or_else(|| Failure::new("ErrorInvalidChangeKey", "The change key is invalid."))
}
