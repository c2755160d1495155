//! GetFolder.

use crate::element::Element;
use crate::envelope::Call;
use crate::failure::Failure;
use crate::store::Mailbox;
use crate::target;
use crate::view::folder::FolderShape;

use super::{message, parts, respond};

pub fn run(call: &Call, mailbox: &Mailbox) -> Result<Element, Failure> {
    let shape = FolderShape::parse(call)?;
    let one = |id: &Element| -> Result<Vec<Element>, Failure> {
        let number = target::folder(mailbox, id)?;
        let folder = mailbox
            .folders
            .get(&number)
            .ok_or_else(Failure::folder_not_found)?;
        Ok(vec![
            Element::m("Folders").with(shape.show(mailbox, folder)),
        ])
    };
    Ok(respond(
        "GetFolder",
        parts(call).iter().map(|id| message("GetFolder", one(id))),
    ))
}
