//! GetAttachment.

use crate::element::Element;
use crate::envelope::Call;
use crate::failure::Failure;
use crate::id::Id;
use crate::item::Attachment;
use crate::store::Mailbox;
use crate::target;
use crate::view::{self, Occasion, Shape};

use super::{message, parts, respond};

pub fn run(call: &Call, mailbox: &Mailbox) -> Result<Element, Failure> {
    let mut shape = Shape::parse(call, call.body.get("AttachmentShape"), Occasion::Get)?;
    shape.show_all();
    let one = |id: &Element| -> Result<Vec<Element>, Failure> {
        let (owner, part) = find(mailbox, id)?;
        let shown = view::attachment_element(mailbox, owner, part, Some(&shape));
        Ok(vec![Element::m("Attachments").with(shown)])
    };
    Ok(respond(
        "GetAttachment",
        parts(call)
            .iter()
            .map(|id| message("GetAttachment", one(id))),
    ))
}

/// The attachment that an `AttachmentId` names, and the item or occurrence that has it.
pub fn find<'a>(mailbox: &'a Mailbox, id: &Element) -> Result<(Id, &'a Attachment), Failure> {
    let text = id.attr("Id").unwrap_or_default();
    let Some(Id::Attachment(number, index, part)) = Id::decode(&mailbox.address, text) else {
        return Err(Failure::new(
            "ErrorInvalidAttachmentId",
            "The attachment id is malformed.",
        ));
    };
    let item = target::stored(mailbox, number)?;
    let (owner, parts) = match index {
        0 => (Id::Item(number), Some(&item.attachments)),
        _ => (
            Id::Occurrence(number, index),
            item.exceptions
                .get(&index)
                .map(|exception| &exception.attachments),
        ),
    };
    let found = parts
        .into_iter()
        .flatten()
        .find(|attachment| attachment.number == part);
    let text = "The attachment was not found.";
    Ok((
        owner,
        found.ok_or_else(|| Failure::new("ErrorItemNotFound", text))?,
    ))
}
