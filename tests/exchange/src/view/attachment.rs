//! Attachments on the wire.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::element::Element;
use crate::envelope::utc;
use crate::id::Id;
use crate::item::{Attachment, Content};
use crate::store::Mailbox;

use super::{Occasion, Seen, Shape};

/// `t:AttachmentId` of a part of that item or occurrence.
pub fn attachment_id(mailbox: &Mailbox, owner: Id, part: &Attachment) -> Element {
    let id = match owner {
        Id::Occurrence(number, index) => Id::Attachment(number, index, part.number),
        Id::Item(number) | Id::Folder(number) | Id::Attachment(number, ..) => {
            Id::Attachment(number, 0, part.number)
        }
    };
    Element::t("AttachmentId").with_attr("Id", id.encode(&mailbox.address))
}

/// The attachment's element: what GetItem lists or, with a shape for embedded items, what GetAttachment delivers.
pub fn element(
    mailbox: &Mailbox,
    owner: Id,
    part: &Attachment,
    content: Option<&Shape>,
) -> Element {
    let mut element = Element::t(part.element())
        .with(attachment_id(mailbox, owner, part))
        .with(Element::leaf("Name", &part.name))
        .with_all(
            (!part.content_type.is_empty())
                .then(|| Element::leaf("ContentType", &part.content_type)),
        )
        .with_all(
            part.content_id
                .as_ref()
                .map(|id| Element::leaf("ContentId", id)),
        )
        .with_all(
            part.content_location
                .as_ref()
                .map(|at| Element::leaf("ContentLocation", at)),
        )
        .with(Element::leaf("Size", part.stored_size()))
        .with(Element::leaf("LastModifiedTime", utc(part.modified)))
        .with(Element::leaf("IsInline", part.inline));
    match &part.content {
        Content::File(_) => {
            element = element.with(Element::leaf("IsContactPhoto", part.contact_photo));
        }
        Content::Link(link) => {
            let told = link.iter().map(|(name, text)| Element::leaf(*name, text));
            element = element.with_all(told);
        }
        Content::Item(_) => {}
    }
    match (content, &part.content) {
        (None, _) | (_, Content::Link(_)) => element,
        (Some(_), Content::File(bytes)) => {
            element.with(Element::leaf("Content", STANDARD.encode(bytes)))
        }
        (Some(shape), Content::Item(item)) => {
            let mut inner = shape.show(&Seen::item(mailbox, item), Occasion::Get);
            inner
                .children
                .retain(|child| child.name != "ItemId" && child.name != "ParentFolderId");
            element.with(inner)
        }
    }
}
