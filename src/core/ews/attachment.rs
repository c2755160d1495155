//! Files and links attached to items; a contact's photo is one of them.

use super::operation::missing;
use super::{Batch, Element, ItemId, Operation, Writer, pick};
use crate::error::Result;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// <https://learn.microsoft.com/exchange/client-developer/web-service-reference/fileattachment>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileAttachment {
    pub name: String,
    pub content_type: String,
    /// What the HTML body shows it by: an inline file.
    pub content_id: Option<String>,
    pub is_contact_photo: bool,
    pub content: Vec<u8>,
}

impl FileAttachment {
    fn write(&self, w: &mut Writer) {
        w.element("t:FileAttachment", &[], |w| {
            w.text("t:Name", &self.name);
            w.text("t:ContentType", &self.content_type);
            if let Some(id) = &self.content_id {
                w.text("t:ContentId", id);
            }
            w.text(
                "t:IsInline",
                if self.content_id.is_some() {
                    "true"
                } else {
                    "false"
                },
            );
            w.text(
                "t:IsContactPhoto",
                if self.is_contact_photo {
                    "true"
                } else {
                    "false"
                },
            );
            w.text("t:Content", &STANDARD.encode(&self.content));
        });
    }
}

/// A link to a file, from Exchange 2016 on.
/// <https://learn.microsoft.com/exchange/client-developer/web-service-reference/referenceattachment>
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReferenceAttachment {
    pub name: String,
    /// Empty where it is not known.
    pub content_type: String,
    pub target: String,
}

impl ReferenceAttachment {
    fn write(&self, w: &mut Writer) {
        w.element("t:ReferenceAttachment", &[], |w| {
            w.text("t:Name", &self.name);
            if !self.content_type.is_empty() {
                w.text("t:ContentType", &self.content_type);
            }
            w.text("t:AttachLongPathName", &self.target);
        });
    }
}

/// What is attached to an item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Attachment {
    File(FileAttachment),
    Reference(ReferenceAttachment),
}

impl Attachment {
    pub(super) fn write(&self, w: &mut Writer) {
        match self {
            Self::File(file) => file.write(w),
            Self::Reference(link) => link.write(w),
        }
    }

    /// The bytes that it adds to a request.
    pub fn weight(&self) -> usize {
        match self {
            Self::File(file) => file.content.len(),
            Self::Reference(_) => 0,
        }
    }
}

/// <https://learn.microsoft.com/exchange/client-developer/web-service-reference/getattachment-operation>
#[derive(Clone, Debug)]
pub struct GetAttachment<'a> {
    pub ids: Vec<&'a str>,
    /// Bytes of each in the answer, as far as they are known: heavy ones are asked for in requests of their own.
    pub sizes: Vec<usize>,
}

impl Operation for GetAttachment<'_> {
    const NAME: &'static str = "GetAttachment";
    const REPEATABLE: bool = true;
    /// The file's bytes.
    type Response = Vec<u8>;

    fn count(&self) -> usize {
        self.ids.len()
    }

    fn write(&self, w: &mut Writer) {
        w.element("m:GetAttachment", &[], |w| write_ids(&self.ids, w));
    }

    fn read(message: Element) -> Result<Vec<u8>> {
        let content = first(&message)
            .and_then(|attachment| attachment.child_text("Content"))
            .ok_or_else(|| missing("the attachment's content"))?;
        let packed: Vec<u8> = content
            .bytes()
            .filter(|byte| !byte.is_ascii_whitespace())
            .collect();
        STANDARD
            .decode(packed)
            .map_err(|error| missing("a readable attachment").because(error))
    }
}

impl Batch for GetAttachment<'_> {
    const GUARDED: bool = true;

    fn part(&self, places: &[usize]) -> Self {
        Self {
            ids: pick(&self.ids, places),
            sizes: pick(&self.sizes, places),
        }
    }

    fn weight(&self, place: usize) -> usize {
        self.sizes.get(place).copied().unwrap_or_default()
    }
}

/// <https://learn.microsoft.com/exchange/client-developer/web-service-reference/createattachment-operation>
#[derive(Clone, Debug)]
pub struct CreateAttachment<'a> {
    pub parent: ItemId,
    pub files: Vec<&'a Attachment>,
}

impl Operation for CreateAttachment<'_> {
    const NAME: &'static str = "CreateAttachment";
    const REPEATABLE: bool = false;
    /// The parent item as it is now.
    type Response = ItemId;

    fn count(&self) -> usize {
        self.files.len()
    }

    fn write(&self, w: &mut Writer) {
        w.element("m:CreateAttachment", &[], |w| {
            self.parent.write(w, "m:ParentItemId");
            w.element("m:Attachments", &[], |w| {
                for file in &self.files {
                    file.write(w);
                }
            });
        });
    }

    fn read(message: Element) -> Result<ItemId> {
        read_root(first(&message).and_then(|attachment| attachment.child("AttachmentId")))
    }
}

/// <https://learn.microsoft.com/exchange/client-developer/web-service-reference/deleteattachment-operation>
#[derive(Clone, Debug)]
pub struct DeleteAttachment<'a> {
    pub ids: Vec<&'a str>,
}

impl Operation for DeleteAttachment<'_> {
    const NAME: &'static str = "DeleteAttachment";
    const REPEATABLE: bool = false;
    /// The parent item as it is now.
    type Response = ItemId;

    fn count(&self) -> usize {
        self.ids.len()
    }

    fn write(&self, w: &mut Writer) {
        w.element("m:DeleteAttachment", &[], |w| write_ids(&self.ids, w));
    }

    fn read(message: Element) -> Result<ItemId> {
        read_root(message.child("RootItemId"))
    }
}

impl Batch for DeleteAttachment<'_> {
    const GUARDED: bool = true;

    fn part(&self, places: &[usize]) -> Self {
        Self {
            ids: pick(&self.ids, places),
        }
    }
}

fn write_ids(ids: &[&str], w: &mut Writer) {
    w.element("m:AttachmentIds", &[], |w| {
        for id in ids {
            w.empty("t:AttachmentId", &[("Id", id)]);
        }
    });
}

fn first(message: &Element) -> Option<&Element> {
    message.child("Attachments")?.children.first()
}

fn read_root(element: Option<&Element>) -> Result<ItemId> {
    let element = element.ok_or_else(|| missing("the item of the attachment"))?;
    let id = element
        .attribute("RootItemId")
        .ok_or_else(|| missing("the item of the attachment"))?;
    Ok(ItemId {
        id: id.to_owned(),
        change_key: element.attribute("RootItemChangeKey").map(str::to_owned),
    })
}
