//! What faults do to a call that was understood.

use crate::element::Element;
use crate::envelope::Call;
use crate::failure::Failure;
use crate::operation;
use crate::server::exceeded;
use crate::store::Mailbox;
use crate::target;

use super::Kind;

/// The outcome that a fault puts in the operation's place, if one does. Two kinds only spoil what it will find.
pub fn struck_down(
    struck: &[Kind],
    call: &Call,
    mailbox: &mut Mailbox,
) -> Option<Result<Element, Failure>> {
    for kind in struck {
        let failure = match kind {
            Kind::BusyMessage { back_off_ms } => Failure::busy(*back_off_ms),
            Kind::BusyFault { back_off_ms } => return Some(Err(Failure::busy(*back_off_ms))),
            Kind::ExceededConnectionCount => return Some(Err(exceeded(27))),
            Kind::BusyInside => Failure::new(
                "ErrorInternalServerError",
                "An internal server error occurred. The operation failed.",
            )
            .with_value(
                "InnerErrorMessageText",
                "The server cannot service this request right now. Try again later.",
            )
            .with_value("InnerErrorResponseCode", "ErrorServerBusy")
            .with_value("InnerErrorDescriptiveLinkKey", 0),
            Kind::Timeout { .. } => Failure::new("ErrorTimeoutExpired", "The operation timed out."),
            Kind::InvalidSyncState if call.operation.starts_with("Sync") => Failure::new(
                "ErrorInvalidSyncStateData",
                "Synchronization state data is corrupt or otherwise invalid.",
            ),
            Kind::Message { code } => {
                Failure::new(code.clone().leak(), "The fault that the test asked for.")
            }
            Kind::StaleChangeKey | Kind::ItemGone => {
                spoil(kind, call, mailbox);
                continue;
            }
            _ => continue,
        };
        return Some(Ok(operation::all_failed(call, &failure)));
    }
    None
}

/// Somebody else is faster with the first item that the call is about.
fn spoil(kind: &Kind, call: &Call, mailbox: &mut Mailbox) {
    let first = operation::parts(call).first();
    let id = first.map(|part| {
        if part.name == "ItemChange" {
            part.children.first().unwrap_or(part)
        } else {
            part
        }
    });
    let Some(target) = id.and_then(|id| target::item(mailbox, id).ok()) else {
        return;
    };
    match kind {
        Kind::ItemGone => drop(mailbox.remove(target.item)),
        _ => drop(mailbox.change(target.item, |_| ())),
    }
}

/// Gives every item that an answer names another version.
pub fn touch(answer: &Element, mailbox: &mut Mailbox) {
    if answer.name == "ItemId"
        && let Ok(target) = target::item(mailbox, answer)
    {
        mailbox.change(target.item, |_| ());
    }
    answer
        .children
        .iter()
        .for_each(|child| touch(child, mailbox));
}
