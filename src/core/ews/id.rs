//! Ids of items and folders: opaque, case-sensitive, up to 512 bytes.

use super::operation::missing;
use super::{Element, Writer};
use crate::error::Result;

/// <https://learn.microsoft.com/exchange/client-developer/web-service-reference/itemid>
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ItemId {
    pub id: String,
    /// The version of the item; absent where the server gave none (deletions).
    pub change_key: Option<String>,
}

impl ItemId {
    pub(super) fn read(element: &Element) -> Result<Self> {
        let id = element
            .attribute("Id")
            .filter(|id| !id.is_empty())
            .ok_or_else(|| missing("an item's id"))?;
        Ok(Self {
            id: id.to_owned(),
            change_key: element.attribute("ChangeKey").map(str::to_owned),
        })
    }

    /// The id that `item` (a `CalendarItem`, `Contact`, `Task`, …) carries.
    pub fn of(item: &Element) -> Result<Self> {
        item.child("ItemId")
            .ok_or_else(|| missing("an item's id"))
            .and_then(Self::read)
    }

    pub(super) fn write(&self, w: &mut Writer, name: &str) {
        match &self.change_key {
            Some(key) => w.empty(name, &[("Id", &self.id), ("ChangeKey", key)]),
            None => w.empty(name, &[("Id", &self.id)]),
        }
    }
}

/// What an operation on items is about.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    Item(ItemId),
    /// One occurrence of a series, by its place in the pattern; the first is 1, deleted ones count.
    /// <https://learn.microsoft.com/exchange/client-developer/web-service-reference/occurrenceitemid>
    Occurrence {
        master: ItemId,
        index: u32,
    },
}

impl Target {
    pub(super) fn write(&self, w: &mut Writer) {
        match self {
            Self::Item(id) => id.write(w, "t:ItemId"),
            Self::Occurrence { master, index } => {
                let index = index.to_string();
                let mut attributes = vec![("RecurringMasterId", master.id.as_str())];
                if let Some(key) = &master.change_key {
                    attributes.push(("ChangeKey", key));
                }
                attributes.push(("InstanceIndex", &index));
                w.empty("t:OccurrenceItemId", &attributes);
            }
        }
    }
}

impl From<ItemId> for Target {
    fn from(id: ItemId) -> Self {
        Self::Item(id)
    }
}

/// A folder by its id, or one of the mailbox's own by its fixed name (`calendar`, `msgfolderroot`, …).
/// <https://learn.microsoft.com/exchange/client-developer/web-service-reference/distinguishedfolderid>
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum FolderId {
    Id(String),
    Distinguished(&'static str),
    /// One of another mailbox's own, by that mailbox's e-mail address.
    Of(&'static str, String),
}

impl FolderId {
    pub(super) fn write(&self, w: &mut Writer) {
        match self {
            Self::Id(id) => w.empty("t:FolderId", &[("Id", id)]),
            Self::Distinguished(name) => w.empty("t:DistinguishedFolderId", &[("Id", name)]),
            Self::Of(name, owner) => w.element("t:DistinguishedFolderId", &[("Id", name)], |w| {
                w.element("t:Mailbox", &[], |w| w.text("t:EmailAddress", owner));
            }),
        }
    }
}
