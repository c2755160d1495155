use super::operation::missing;
use super::{Batch, Element, FieldPath, ItemId, Operation, Target, Writer, item_element, pick};
use crate::error::Result;
use crate::model::Kind;

/// Changes items, each only while it still has the version that its target names.
/// <https://learn.microsoft.com/exchange/client-developer/web-service-reference/updateitem-operation>
#[derive(Clone, Debug)]
pub struct UpdateItem<'a> {
    pub kind: Kind,
    pub items: Vec<&'a ItemChange>,
    pub notify: Notify,
}

/// Who is told of a change by mail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Notify {
    #[default]
    Nobody,
    /// Attendees that are new, or no longer invited.
    Changed,
    Everybody,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemChange {
    pub target: Target,
    pub edits: Vec<Edit>,
    /// Whether the item is a group of contacts.
    pub group: bool,
}

/// One property of an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// The child of the item element that the property shall be.
    Set(FieldPath, Element),
    Delete(FieldPath),
}

impl Operation for UpdateItem<'_> {
    const NAME: &'static str = "UpdateItem";
    const REPEATABLE: bool = false;
    type Response = ItemId;

    fn count(&self) -> usize {
        self.items.len()
    }

    fn write(&self, w: &mut Writer) {
        let attributes = [
            ("ConflictResolution", "NeverOverwrite"),
            (
                "SendMeetingInvitationsOrCancellations",
                match self.notify {
                    Notify::Nobody => "SendToNone",
                    Notify::Changed => "SendToChangedAndSaveCopy",
                    Notify::Everybody => "SendToAllAndSaveCopy",
                },
            ),
        ];
        w.element("m:UpdateItem", &attributes, |w| {
            w.element("m:ItemChanges", &[], |w| {
                for item in &self.items {
                    w.element("t:ItemChange", &[], |w| {
                        item.target.write(w);
                        w.element("t:Updates", &[], |w| {
                            for edit in &item.edits {
                                edit.write(w, item_element(self.kind, item.group));
                            }
                        });
                    });
                }
            });
        });
    }

    fn read(message: Element) -> Result<ItemId> {
        read_id(&message)
    }
}

impl Batch for UpdateItem<'_> {
    const GUARDED: bool = true;

    fn part(&self, places: &[usize]) -> Self {
        Self {
            items: pick(&self.items, places),
            kind: self.kind,
            notify: self.notify,
        }
    }
}

impl Edit {
    fn write(&self, w: &mut Writer, element: &str) {
        match self {
            Self::Set(path, content) => w.element("t:SetItemField", &[], |w| {
                w.tree(&path.element());
                w.element(element, &[], |w| w.tree(content));
            }),
            Self::Delete(path) => {
                w.element("t:DeleteItemField", &[], |w| w.tree(&path.element()));
            }
        }
    }
}

/// The id and new version of an item that was written.
pub(super) fn read_id(message: &Element) -> Result<ItemId> {
    message
        .child("Items")
        .and_then(|items| items.children.first())
        .ok_or_else(|| missing("the item that was written"))
        .and_then(ItemId::of)
}
