//! SyncFolderItems.

use std::collections::HashSet;

use crate::changes::Change;
use crate::element::Element;
use crate::envelope::Call;
use crate::failure::Failure;
use crate::id::{self, Id};
use crate::store::Mailbox;
use crate::target;
use crate::view::{Occasion, Seen, Shape};

use super::{message, respond};

/// Changes in one answer.
const MOST: usize = 512;

pub fn run(call: &Call, mailbox: &Mailbox) -> Result<Element, Failure> {
    Ok(respond(
        "SyncFolderItems",
        [message("SyncFolderItems", sync(call, mailbox))],
    ))
}

fn sync(call: &Call, mailbox: &Mailbox) -> Result<Vec<Element>, Failure> {
    if mailbox.is_public() {
        let text = "Public folders cannot be synchronised.";
        return Err(Failure::new("ErrorPublicFolderOperationFailed", text));
    }
    let shape = Shape::parse(call, call.body.get("ItemShape"), Occasion::Sync)?;
    let folder =
        target::folder_in(mailbox, call.body.get("SyncFolderId")).map_err(
            |failure| match failure.code {
                "ErrorFolderNotFound" => Failure::new("ErrorSyncFolderNotFound", failure.message),
                _ => failure,
            },
        )?;
    let state = call.body.text_of("SyncState").unwrap_or_default();
    let from = match state.is_empty() {
        true => Some(crate::changes::Position::default()),
        false => id::position_of(&mailbox.era(), folder.number, state),
    };
    let from = from.ok_or_else(|| {
        Failure::new(
            "ErrorInvalidSyncStateData",
            "Synchronization state data is corrupt or otherwise invalid.",
        )
    })?;
    let most = call
        .body
        .text_of("MaxChangesReturned")
        .and_then(|most| most.parse().ok())
        .filter(|most| (1..=MOST).contains(most))
        .ok_or_else(|| {
            let text = "MaxChangesReturned lies between 1 and 512.";
            Failure::new("ErrorSchemaValidation", text)
        })?;
    let (changes, position, last) = folder.log.page(from, most);
    let ignored: HashSet<&str> = call
        .body
        .get("Ignore")
        .map_or(&[][..], |ignore| &ignore.children)
        .iter()
        .filter_map(|id| id.attr("Id"))
        .collect();
    let associated = call.body.text_of("SyncScope") == Some("NormalAndAssociatedItems");
    let in_scope = |change: &Change| {
        let (Change::Create(number) | Change::Update(number) | Change::Delete(number)) = change;
        associated || !folder.associated.contains(number)
    };
    let shown = changes
        .into_iter()
        .filter(in_scope)
        .filter_map(|change| show(mailbox, &shape, &ignored, change));
    Ok(vec![
        Element::m("SyncState").with_text(id::sync_state(&mailbox.era(), folder.number, position)),
        Element::m("IncludesLastItemInRange").with_text(last),
        Element::m("Changes").with_all(shown),
    ])
}

fn show(
    mailbox: &Mailbox,
    shape: &Shape,
    ignored: &HashSet<&str>,
    change: Change,
) -> Option<Element> {
    let (name, number) = match change {
        Change::Create(number) => ("Create", number),
        Change::Update(number) => ("Update", number),
        Change::Delete(number) => ("Delete", number),
    };
    let id = Id::Item(number).encode(&mailbox.address);
    if ignored.contains(id.as_str()) {
        return None;
    }
    let Some(item) = mailbox.items.get(&number) else {
        return Some(Element::t("Delete").with(Element::t("ItemId").with_attr("Id", id)));
    };
    Some(Element::t(name).with(shape.show(&Seen::item(mailbox, item), Occasion::Sync)))
}
