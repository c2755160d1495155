//! GetItem.

use crate::element::Element;
use crate::envelope::Call;
use crate::failure::Failure;
use crate::store::Mailbox;
use crate::target;
use crate::view::{Occasion, Shape};

use super::{items, message, parts, respond};

pub fn run(call: &Call, mailbox: &Mailbox) -> Result<Element, Failure> {
    let shape = Shape::parse(call, call.body.get("ItemShape"), Occasion::Get)?;
    let one = |id: &Element| -> Result<Vec<Element>, Failure> {
        let seen = target::see(mailbox, target::item(mailbox, id)?)?;
        Ok(items(shape.show(&seen, Occasion::Get)))
    };
    Ok(respond(
        "GetItem",
        parts(call).iter().map(|id| message("GetItem", one(id))),
    ))
}
