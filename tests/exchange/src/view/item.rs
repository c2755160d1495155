//! Properties that items of all classes have.

use crate::element::Element;
use crate::id::{self, Id};
use crate::item::{Attachment, Content};
use crate::keys;
use crate::version::Level;

use super::{Seen, Shape, attachment, body, plain};

/// The property as an element, `None` where the item lacks it or it is one of a class.
pub fn read(seen: &Seen, name: &str, shape: &Shape) -> Option<Element> {
    let bag = seen.bag.as_ref();
    match name {
        "MimeContent" => mime(seen),
        "ItemId" => Some(seen.item_id()),
        "ParentFolderId" => Some(parent(seen)),
        "Body" => Some(body::element(bag, name, &shape.body)),
        "TextBody" => Some(body::element(bag, name, "Text")),
        "Attachments" => attachments(seen, shape.level),
        "DateTimeReceived" | "DateTimeSent" | "DateTimeCreated" => {
            plain::time(bag, &keys::CREATED, name)
        }
        "Size" => Some(Element::leaf(name, seen.item.size())),
        "IsSubmitted" | "IsDraft" | "IsFromMe" | "IsResend" | "IsUnmodified" => {
            Some(Element::leaf(name, false))
        }
        "IsAssociated" => Some(Element::leaf(name, seen.item.associated)),
        "ReminderDueBy" => plain::time(bag, &keys::REMINDER_TIME, name),
        "ReminderNextTime" => plain::time(bag, &keys::REMINDER_SIGNAL, name),
        "ReminderMinutesBeforeStart" => Some(Element::leaf(
            name,
            bag.int(&keys::REMINDER_MINUTES).unwrap_or(0),
        )),
        "ReminderIsSet" => Some(Element::leaf(
            name,
            bag.bool(&keys::REMINDER_SET).unwrap_or(false),
        )),
        "Sensitivity" | "Importance" => {
            let form = plain::form(seen.item.class, name)?;
            form.read(bag, name)
                .or_else(|| Some(Element::leaf(name, "Normal")))
        }
        "HasAttachments" => Some(Element::leaf(
            name,
            seen.attachments()
                .iter()
                .any(|part| !part.inline && !part.contact_photo),
        )),
        "EffectiveRights" => Some(rights(
            seen.mailbox
                .visitor
                .as_ref()
                .is_none_or(|share| share.writable),
        )),
        "LastModifiedName" => Some(Element::leaf(name, &seen.mailbox.name)),
        "LastModifiedTime" => plain::time(bag, &keys::MODIFIED, name),
        _ => plain::form(seen.item.class, name)?.read(bag, name),
    }
}

fn mime(seen: &Seen) -> Option<Element> {
    use base64::Engine;
    let text = crate::mime::write(seen)?;
    let encoded = base64::engine::general_purpose::STANDARD.encode(text);
    Some(Element::leaf("MimeContent", encoded).with_attr("CharacterSet", "UTF-8"))
}

fn parent(seen: &Seen) -> Element {
    let folder = seen.mailbox.folders.get(&seen.item.folder);
    Element::t("ParentFolderId")
        .with_attr(
            "Id",
            Id::Folder(seen.item.folder).encode(&seen.mailbox.address),
        )
        .with_attr(
            "ChangeKey",
            id::change_key(folder.map_or(0, |folder| folder.version)),
        )
}

/// Links are not told to those who cannot know them.
fn attachments(seen: &Seen, level: Level) -> Option<Element> {
    let known = |part: &&Attachment| {
        level >= Level::of("Exchange2016") || !matches!(part.content, Content::Link(_))
    };
    let parts: Vec<&Attachment> = seen.attachments().iter().filter(known).collect();
    let shown = parts
        .iter()
        .map(|part| attachment::element(seen.mailbox, seen.id(), part, None));
    (!parts.is_empty()).then(|| Element::t("Attachments").with_all(shown))
}

/// `t:EffectiveRights` of an owner, or of somebody who may only read.
pub fn rights(writable: bool) -> Element {
    let names = [
        "CreateAssociated",
        "CreateContents",
        "CreateHierarchy",
        "Delete",
        "Modify",
        "Read",
        "ViewPrivateItems",
    ];
    Element::t("EffectiveRights")
        .with_all(names.map(|name| Element::leaf(name, writable || matches!(name, "Read"))))
}
