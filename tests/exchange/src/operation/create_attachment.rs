//! CreateAttachment.

use crate::edit;
use crate::element::Element;
use crate::envelope::Call;
use crate::failure::Failure;
use crate::id::{self, Id};
use crate::item::Attachment;
use crate::store::Mailbox;
use crate::target::{self, Target};
use crate::view;

use super::{message, parts, respond};

pub fn run(call: &Call, mailbox: &mut Mailbox) -> Result<Element, Failure> {
    let parent = call
        .body
        .get("ParentItemId")
        .ok_or_else(Failure::malformed_id);
    let parent = parent.and_then(|parent| target::item(mailbox, parent));
    let messages: Vec<Element> = parts(call)
        .iter()
        .map(|part| {
            message(
                "CreateAttachment",
                parent
                    .clone()
                    .and_then(|to| create(call, mailbox, to, part)),
            )
        })
        .collect();
    Ok(respond("CreateAttachment", messages))
}

fn create(
    call: &Call,
    mailbox: &mut Mailbox,
    to: Target,
    element: &Element,
) -> Result<Vec<Element>, Failure> {
    let mut part = edit::attachment(call, element)?;
    mailbox.check_size(&part)?;
    mailbox.number_attachment(&mut part);
    attach(mailbox, to, part.clone())?;
    let owner = match to.index {
        Some(index) => Id::Occurrence(to.item, index),
        None => Id::Item(to.item),
    };
    let version = target::stored(mailbox, to.item)?.version;
    let id = view::attachment_id(mailbox, owner, &part)
        .with_attr("RootItemId", owner.encode(&mailbox.address))
        .with_attr("RootItemChangeKey", id::change_key(version));
    Ok(vec![
        Element::m("Attachments").with(Element::t(part.element()).with(id)),
    ])
}

/// Adds the part to the item, or to the occurrence, which becomes an exception by it.
pub fn attach(mailbox: &mut Mailbox, to: Target, part: Attachment) -> Result<(), Failure> {
    let own_times = match to.index {
        Some(index) => Some((index, target::see(mailbox, to)?.bag.into_owned())),
        None => None,
    };
    mailbox
        .change(to.item, |item| match own_times {
            Some((index, bag)) => item.exception(index, &bag).attachments.push(part),
            None => item.attachments.push(part),
        })
        .ok_or_else(Failure::item_not_found)
}
