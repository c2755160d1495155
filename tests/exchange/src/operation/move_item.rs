//! MoveItem and CopyItem.

use crate::element::Element;
use crate::envelope::Call;
use crate::failure::Failure;
use crate::id::Id;
use crate::store::Mailbox;
use crate::target;
use crate::view;

use super::{items, message, parts, respond};

pub fn run(call: &Call, mailbox: &mut Mailbox) -> Result<Element, Failure> {
    let folder =
        target::folder_in(mailbox, call.body.get("ToFolderId")).map(|folder| folder.number);
    let messages: Vec<Element> = parts(call)
        .iter()
        .map(|id| {
            message(
                &call.operation,
                folder
                    .clone()
                    .and_then(|folder| relocate(call, mailbox, folder, id)),
            )
        })
        .collect();
    Ok(respond(&call.operation, messages))
}

fn relocate(
    call: &Call,
    mailbox: &mut Mailbox,
    folder: u64,
    id: &Element,
) -> Result<Vec<Element>, Failure> {
    let target = target::item(mailbox, id)?;
    if target.index.is_some() {
        let text = "An occurrence cannot be moved or copied.";
        return Err(Failure::new(
            "ErrorCalendarCannotMoveOrCopyOccurrence",
            text,
        ));
    }
    let number = match call.operation.as_str() {
        "CopyItem" => mailbox.copy(target.item, folder),
        _ => mailbox.relocate(target.item, folder),
    };
    let number = number.ok_or_else(Failure::item_not_found)?;
    let item = target::stored(mailbox, number)?;
    let shown = Element::t(item.class.element()).with(view::item_id(
        mailbox,
        Id::Item(number),
        item.version,
    ));
    Ok(items(shown))
}
