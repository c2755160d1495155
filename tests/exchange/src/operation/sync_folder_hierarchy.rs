//! SyncFolderHierarchy.

use std::collections::HashSet;

use crate::changes::{Change, Position};
use crate::element::Element;
use crate::envelope::Call;
use crate::failure::Failure;
use crate::id::{self, Id};
use crate::store::Mailbox;
use crate::target;
use crate::view::folder::FolderShape;

use super::find_folder::collect;
use super::{message, respond};

pub fn run(call: &Call, mailbox: &Mailbox) -> Result<Element, Failure> {
    Ok(respond(
        "SyncFolderHierarchy",
        [message("SyncFolderHierarchy", sync(call, mailbox))],
    ))
}

fn sync(call: &Call, mailbox: &Mailbox) -> Result<Vec<Element>, Failure> {
    let shape = FolderShape::parse(call)?;
    let named = call.body.get("SyncFolderId");
    let top = match named {
        Some(_) => target::folder_in(mailbox, named)?.number,
        None => mailbox
            .distinguished("msgfolderroot")
            .ok_or_else(Failure::folder_not_found)?,
    };
    // A state of a named scope is of no use without the name, and the other way round.
    let scope = if named.is_some() { top } else { 0 };
    let state = call.body.text_of("SyncState").unwrap_or_default();
    let from = match state.is_empty() {
        true => Some(Position::default()),
        false => id::position_of(&mailbox.era(), scope, state),
    };
    let text = "Synchronization state data is corrupt or otherwise invalid.";
    let from = from.ok_or_else(|| Failure::new("ErrorInvalidSyncStateData", text))?;
    let mut below = Vec::new();
    collect(mailbox, top, true, &mut below);
    let below: HashSet<u64> = below.iter().map(|folder| folder.number).collect();
    let (mut changes, position, last) = mailbox.hierarchy.page(from, usize::MAX);
    // Parents come before their children.
    changes.reverse();
    let shown = changes
        .into_iter()
        .filter_map(|change| show(mailbox, &shape, &below, change));
    Ok(vec![
        Element::m("SyncState").with_text(id::sync_state(&mailbox.era(), scope, position)),
        Element::m("IncludesLastFolderInRange").with_text(last),
        Element::m("Changes").with_all(shown),
    ])
}

/// What left the scope is gone for whoever looks at the scope.
fn show(
    mailbox: &Mailbox,
    shape: &FolderShape,
    below: &HashSet<u64>,
    change: Change,
) -> Option<Element> {
    let (name, number) = match change {
        Change::Create(number) => ("Create", number),
        Change::Update(number) => ("Update", number),
        Change::Delete(number) => ("Delete", number),
    };
    match mailbox
        .folders
        .get(&number)
        .filter(|_| below.contains(&number))
    {
        Some(folder) => Some(Element::t(name).with(shape.show(mailbox, folder))),
        None if name == "Create" => None,
        None => {
            let id =
                Element::t("FolderId").with_attr("Id", Id::Folder(number).encode(&mailbox.address));
            Some(Element::t("Delete").with(id))
        }
    }
}
