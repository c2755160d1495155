//! DeleteAttachment.

use crate::element::Element;
use crate::envelope::Call;
use crate::failure::Failure;
use crate::id::{self, Id};
use crate::store::Mailbox;
use crate::target;

use super::get_attachment::find;
use super::{message, parts, respond};

pub fn run(call: &Call, mailbox: &mut Mailbox) -> Result<Element, Failure> {
    let messages: Vec<Element> = parts(call)
        .iter()
        .map(|id| message("DeleteAttachment", delete(mailbox, id)))
        .collect();
    Ok(respond("DeleteAttachment", messages))
}

fn delete(mailbox: &mut Mailbox, id: &Element) -> Result<Vec<Element>, Failure> {
    let (owner, part) = find(mailbox, id)?;
    let part = part.number;
    let (number, index) = match owner {
        Id::Occurrence(number, index) => (number, Some(index)),
        Id::Item(number) | Id::Folder(number) | Id::Attachment(number, ..) => (number, None),
    };
    mailbox.change(number, |item| {
        let parts = match index {
            Some(index) => item
                .exceptions
                .get_mut(&index)
                .map(|exception| &mut exception.attachments),
            None => Some(&mut item.attachments),
        };
        if let Some(parts) = parts {
            parts.retain(|attachment| attachment.number != part);
        }
    });
    let version = target::stored(mailbox, number)?.version;
    let root = Element::m("RootItemId")
        .with_attr("RootItemId", owner.encode(&mailbox.address))
        .with_attr("RootItemChangeKey", id::change_key(version));
    Ok(vec![root])
}
