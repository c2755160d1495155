use super::{Attachment, Batch, Element, FolderId, ItemId, Operation, Writer, item_element, pick};
use crate::error::Result;
use crate::model::Kind;

/// Creates items in a folder.
/// <https://learn.microsoft.com/exchange/client-developer/web-service-reference/createitem-operation>
#[derive(Clone, Debug)]
pub struct CreateItem<'a> {
    pub folder: &'a FolderId,
    pub kind: Kind,
    pub items: Vec<&'a NewItem>,
    /// Send invitations to their attendees; else nobody is told by mail.
    pub notify: bool,
}

/// An item to create.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewItem {
    /// The children of the item element, in the order of the schema, without attachments.
    pub content: Vec<Element>,
    pub attachments: Vec<Attachment>,
    /// Whether it is a group of contacts.
    pub group: bool,
}

/// What the schema wants before `Attachments` in an item.
const BEFORE_ATTACHMENTS: [&str; 7] = [
    "MimeContent",
    "ItemId",
    "ParentFolderId",
    "ItemClass",
    "Subject",
    "Sensitivity",
    "Body",
];

impl Operation for CreateItem<'_> {
    const NAME: &'static str = "CreateItem";
    const REPEATABLE: bool = false;
    type Response = ItemId;

    fn count(&self) -> usize {
        self.items.len()
    }

    fn write(&self, w: &mut Writer) {
        // MessageDisposition is for mail, the invitations switch for calendar items only.
        let attributes: &[(&str, &str)] = match self.kind {
            Kind::Event if self.notify => &[("SendMeetingInvitations", "SendToAllAndSaveCopy")],
            Kind::Event => &[("SendMeetingInvitations", "SendToNone")],
            Kind::Task | Kind::Contact => &[],
        };
        w.element("m:CreateItem", attributes, |w| {
            w.element("m:SavedItemFolderId", &[], |w| self.folder.write(w));
            w.element("m:Items", &[], |w| {
                for item in &self.items {
                    w.element(item_element(self.kind, item.group), &[], |w| item.write(w));
                }
            });
        });
    }

    fn read(message: Element) -> Result<ItemId> {
        super::update_item::read_id(&message)
    }
}

impl Batch for CreateItem<'_> {
    const GUARDED: bool = false;

    fn weight(&self, place: usize) -> usize {
        self.items.get(place).map_or(0, |item| {
            item.attachments.iter().map(Attachment::weight).sum()
        })
    }

    fn part(&self, places: &[usize]) -> Self {
        Self {
            items: pick(&self.items, places),
            folder: self.folder,
            kind: self.kind,
            notify: self.notify,
        }
    }
}

impl NewItem {
    fn write(&self, w: &mut Writer) {
        let is_before = |child: &&Element| BEFORE_ATTACHMENTS.contains(&child.name.as_str());
        let head = self.content.iter().take_while(is_before).count();
        for child in self.content.iter().take(head) {
            w.tree(child);
        }
        if !self.attachments.is_empty() {
            w.element("t:Attachments", &[], |w| {
                for file in &self.attachments {
                    file.write(w);
                }
            });
        }
        for child in self.content.iter().skip(head) {
            w.tree(child);
        }
    }
}
