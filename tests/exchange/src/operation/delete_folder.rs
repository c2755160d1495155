//! DeleteFolder.

use crate::element::Element;
use crate::envelope::Call;
use crate::failure::Failure;
use crate::store::Mailbox;
use crate::target;

use super::{message, parts, respond};

pub fn run(call: &Call, mailbox: &mut Mailbox) -> Result<Element, Failure> {
    let messages: Vec<Element> = parts(call)
        .iter()
        .map(|id| message("DeleteFolder", delete(call, mailbox, id).map(|()| vec![])))
        .collect();
    Ok(respond("DeleteFolder", messages))
}

fn delete(call: &Call, mailbox: &mut Mailbox, id: &Element) -> Result<(), Failure> {
    let number = target::folder(mailbox, id)?;
    if mailbox
        .folders
        .get(&number)
        .is_some_and(|folder| folder.distinguished.is_some())
        || mailbox.common_views() == Some(number)
    {
        return Err(Failure::new(
            "ErrorDeleteDistinguishedFolder",
            "Distinguished folders cannot be deleted.",
        ));
    }
    let bin = mailbox.distinguished("deleteditems");
    match (call.body.attr("DeleteType"), bin) {
        (Some("MoveToDeletedItems"), Some(bin)) => mailbox.move_folder(number, bin),
        _ => mailbox.remove_folder(number),
    }
    Ok(())
}
