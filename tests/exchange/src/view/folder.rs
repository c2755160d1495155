//! Folders on the wire.

use crate::bag::{Key, Value};
use crate::element::Element;
use crate::envelope::Call;
use crate::extended;
use crate::failure::Failure;
use crate::id::{self, Id};
use crate::path::{Extended, Path};
use crate::store::{Folder, Mailbox};
use crate::version::Level;

use super::item::rights;

/// What a request wants to see of folders (`m:FolderShape`).
pub struct FolderShape {
    names: Vec<String>,
    extended: Vec<Extended>,
    level: Level,
}

const ORDER: [&str; 9] = [
    "FolderId",
    "ParentFolderId",
    "FolderClass",
    "DisplayName",
    "TotalCount",
    "ChildFolderCount",
    "ExtendedProperty",
    "EffectiveRights",
    "DistinguishedFolderId",
];

/// Whether a search can look at it.
pub fn is_searchable(path: &Path) -> bool {
    match path {
        Path::Extended(_) => true,
        Path::Field(uri) => {
            let name = uri.strip_prefix("folder:");
            name.is_some_and(|name| ORDER.contains(&name))
        }
        Path::Indexed(..) => false,
    }
}

impl FolderShape {
    pub fn parse(call: &Call) -> Result<FolderShape, Failure> {
        let element = call.body.get("FolderShape");
        let base = element
            .and_then(|shape| shape.text_of("BaseShape"))
            .unwrap_or("IdOnly");
        let names: &[&str] = match base {
            "Default" => &[
                "FolderId",
                "DisplayName",
                "TotalCount",
                "ChildFolderCount",
                "UnreadCount",
            ],
            "AllProperties" => &[
                "FolderId",
                "ParentFolderId",
                "FolderClass",
                "DisplayName",
                "TotalCount",
                "ChildFolderCount",
                "EffectiveRights",
                "UnreadCount",
                "DistinguishedFolderId",
            ],
            _ => &["FolderId"],
        };
        let mut shape = FolderShape {
            names: names.iter().map(|name| (*name).to_owned()).collect(),
            extended: Vec::new(),
            level: call.level,
        };
        let more = element.and_then(|shape| shape.get("AdditionalProperties"));
        for path in more.map_or(&[][..], |more| &more.children) {
            match Path::parse(path, call.level)? {
                Path::Extended(property) => shape.extended.push(property),
                path => shape.names.push(path.element().to_owned()),
            }
        }
        Ok(shape)
    }

    /// The folder's element.
    pub fn show(&self, mailbox: &Mailbox, folder: &Folder) -> Element {
        let name = element_name(folder);
        let mut element = Element::t(name);
        for property in ORDER {
            if property == "ExtendedProperty" {
                let show = |wanted: &Extended| {
                    extended::write(wanted, &value(mailbox, folder, &wanted.key)?)
                };
                element
                    .children
                    .extend(self.extended.iter().filter_map(show));
            } else if property == "FolderId" || self.names.iter().any(|wanted| wanted == property) {
                element
                    .children
                    .extend(read(mailbox, folder, property, self.level));
            }
        }
        if matches!(name, "Folder" | "TasksFolder")
            && self.names.iter().any(|wanted| wanted == "UnreadCount")
        {
            element.children.push(Element::leaf("UnreadCount", 0));
        }
        element
    }
}

/// A property by the name of its element.
pub fn read(mailbox: &Mailbox, folder: &Folder, name: &str, level: Level) -> Option<Element> {
    Some(match name {
        "FolderId" => folder_id(mailbox, folder, name),
        "ParentFolderId" => folder_id(mailbox, mailbox.folders.get(&folder.parent?)?, name),
        "FolderClass" if !folder.class.is_empty() => Element::leaf(name, &folder.class),
        "DisplayName" => Element::leaf(name, &folder.name),
        "TotalCount" => Element::leaf(name, folder.items.len()),
        "ChildFolderCount" => Element::leaf(name, mailbox.children(folder.number).count()),
        "EffectiveRights" => rights(mailbox.visitor.as_ref().is_none_or(|share| share.writable)),
        "DistinguishedFolderId" if level >= Level::of("Exchange2013") => {
            Element::leaf(name, folder.distinguished?)
        }
        _ => return None,
    })
}

/// The name of the folder's element, which its class decides.
pub fn element_name(folder: &Folder) -> &'static str {
    let of = |class: &str| folder.class == class || folder.class.starts_with(&format!("{class}."));
    match () {
        () if of("IPF.Appointment") => "CalendarFolder",
        () if of("IPF.Contact") => "ContactsFolder",
        () if of("IPF.Task") => "TasksFolder",
        () => "Folder",
    }
}

/// `t:FolderId` or another element of that type.
pub fn folder_id(mailbox: &Mailbox, folder: &Folder, name: &str) -> Element {
    Element::t(name)
        .with_attr("Id", Id::Folder(folder.number).encode(&mailbox.address))
        .with_attr("ChangeKey", id::change_key(folder.version))
}

/// MAPI properties of a folder.
pub fn value(mailbox: &Mailbox, folder: &Folder, key: &Key) -> Option<Value> {
    let count = |number: usize| Value::Int(i32::try_from(number).unwrap_or(i32::MAX));
    let Key::Tag(tag) = key else {
        return None;
    };
    Some(match tag {
        0x3001 => Value::Text(folder.name.clone()),
        0x3007 => Value::Time(folder.created),
        0x3008 | 0x670a => Value::Time(folder.committed),
        0x670b => Value::Int(i32::try_from(folder.removed).unwrap_or(i32::MAX)),
        0x3613 if !folder.class.is_empty() => Value::Text(folder.class.clone()),
        0x360a => Value::Bool(mailbox.children(folder.number).next().is_some()),
        0x3602 => count(folder.items.len()),
        // PidTagAssociatedContentCount
        0x3617 => count(mailbox.associated_in(folder.number).count()),
        0x0fff => Value::Binary(mailbox.entry_id(folder.number)),
        0x3603 => Value::Int(0),
        0x10f4 => Value::Bool(false),
        0x0e08 => count(
            mailbox
                .items_in(folder.number)
                .map(crate::item::Item::size)
                .sum(),
        ),
        _ => return None,
    })
}
