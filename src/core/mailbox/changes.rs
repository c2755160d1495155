use super::{EwsMailbox, folder_gone, parts, public};
use crate::engine::{Changes, RemoteRef};
use crate::error::{Error, ErrorKind, Result};
use crate::ews::{Action, Failure, FolderId, SyncFolderItems, SyncPage};
use crate::mapping;
use std::collections::HashSet;

/// Before the sync state in a cursor: there are parts of groups in the folder, or were.
const PARTS: &str = "parts:";

pub async fn list(mailbox: &EwsMailbox, folder: &str, cursor: Option<&str>) -> Result<Changes> {
    if public::is_public(folder) {
        return public::changes(mailbox, folder, cursor).await;
    }
    let known = cursor.and_then(|cursor| cursor.strip_prefix(PARTS));
    let state = known.or(cursor);
    let folder = FolderId::Id(folder.to_owned());
    let page = page(mailbox, &folder, state).await?;
    if !page.last && state == Some(page.state.as_str()) {
        return Err(Error::new(
            ErrorKind::Protocol,
            "Exchange announces more changes but does not move on. Synchronising tries again later.",
        ));
    }
    // Of an item that is gone nothing tells whether it was a part.
    let gone = known.is_some() && !page.deleted.is_empty();
    let (changed, deleted) = if page.marked || gone {
        by_groups(mailbox, &folder, &page, gone).await?
    } else {
        let changed = page.changed.into_iter().map(Into::into).collect();
        (changed, page.deleted)
    };
    let prefix = if page.marked || known.is_some() {
        PARTS
    } else {
        ""
    };
    Ok(Changes {
        changed,
        deleted,
        cursor: format!("{prefix}{}", page.state),
        more: !page.last,
    })
}

/// A page of changes, as large as the server bears.
async fn page(mailbox: &EwsMailbox, folder: &FolderId, state: Option<&str>) -> Result<SyncPage> {
    let limit = &mailbox.client.limits().pages;
    loop {
        let most = limit.get();
        let question = SyncFolderItems {
            folder: folder.clone(),
            state: state.map(str::to_owned),
            mark: Some(mapping::PART_OF),
            most,
        };
        match mailbox.client.outcome(&question).await? {
            Ok(page) => {
                if !page.last {
                    limit.borne(most);
                }
                return Ok(page);
            }
            Err(failure) if failure.action() == Action::Halve && most > 1 => limit.exceeded(most),
            Err(failure) => return Err(of_folder(failure)),
        }
    }
}

/// What is meant of an item elsewhere, said of a folder.
fn of_folder(failure: Failure) -> Error {
    let sentence = "Exchange does not list this folder. Synchronising tries again later; if it keeps happening, ask the \
                    administrator of the mail server.";
    let sentence = format!(
        "{sentence} ({}) Exchange said: {}",
        failure.code, failure.text
    );
    let error = Error::from(failure);
    match error.kind() {
        ErrorKind::ItemGone => folder_gone(),
        kind if kind.is_per_item() => Error::new(ErrorKind::Temporary, sentence),
        _ => error,
    }
}

/// A part that changed is a change of its group; with `all`, every group is told, as one of them may lack a part now. The
/// first part is the group; as items of their own the others are not there, and one of them may have been the first.
pub async fn by_groups(
    mailbox: &EwsMailbox,
    folder: &FolderId,
    page: &SyncPage,
    all: bool,
) -> Result<(Vec<RemoteRef>, Vec<String>)> {
    let groups = parts::groups(mailbox, folder).await?;
    let mut changed: HashSet<&str> = page.changed.iter().map(|item| item.id.as_str()).collect();
    let mut told = Vec::new();
    let mut deleted = page.deleted.clone();
    for group in groups.values() {
        let own = group.ids().filter(|id| changed.remove(id)).count();
        if all || own > 0 {
            told.extend(group.reference());
            deleted.extend(group.ids().skip(1).map(str::to_owned));
        }
    }
    let others = page
        .changed
        .iter()
        .filter(|item| changed.contains(item.id.as_str()));
    told.extend(others.cloned().map(RemoteRef::from));
    Ok((told, deleted))
}
