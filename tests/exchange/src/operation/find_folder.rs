//! FindFolder.

use crate::element::Element;
use crate::envelope::Call;
use crate::failure::Failure;
use crate::store::{Folder, Mailbox};
use crate::target;
use crate::view::folder::FolderShape;

use super::find_item::Page;
use super::restriction::{self, SeenFolder};
use super::{message, respond};

pub fn run(call: &Call, mailbox: &Mailbox) -> Result<Element, Failure> {
    let shape = FolderShape::parse(call)?;
    let parents = call
        .body
        .get("ParentFolderIds")
        .map_or(&[][..], |parents| &parents.children);
    let restriction = call
        .body
        .get("Restriction")
        .and_then(|restriction| restriction.children.first());
    if let Some(restriction) = restriction {
        restriction::check_folders(call, restriction)?;
    }
    let one = |parent: &Element| -> Result<Vec<Element>, Failure> {
        let parent = target::folder(mailbox, parent)?;
        let mut below = Vec::new();
        let deep = call.body.attr("Traversal") == Some("Deep");
        if deep && mailbox.is_public() {
            let text = "Public folders can be searched by levels only.";
            return Err(Failure::new("ErrorInvalidRequest", text));
        }
        collect(mailbox, parent, deep, &mut below);
        let mut found = Vec::new();
        for folder in below {
            let seen = SeenFolder(mailbox, folder, call.level);
            let held = restriction.map(|restriction| restriction::holds(call, restriction, &seen));
            if held.unwrap_or(Ok(true))? {
                found.push(folder);
            }
        }
        let page = Page::of(call, found.len(), restriction.is_some())?;
        let shown = found
            .get(page.range())
            .unwrap_or_default()
            .iter()
            .map(|folder| shape.show(mailbox, folder));
        Ok(vec![
            page.root_folder()
                .with(Element::t("Folders").with_all(shown)),
        ])
    };
    Ok(respond(
        "FindFolder",
        parents
            .iter()
            .map(|parent| message("FindFolder", one(parent))),
    ))
}

/// The folders below, parents before children.
pub fn collect<'a>(mailbox: &'a Mailbox, parent: u64, deep: bool, found: &mut Vec<&'a Folder>) {
    for child in mailbox.children(parent) {
        found.push(child);
        if deep {
            collect(mailbox, child.number, deep, found);
        }
    }
}
