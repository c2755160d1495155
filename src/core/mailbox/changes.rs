use super::{EwsMailbox, folder_gone, public};
use crate::engine::Changes;
use crate::error::{Error, ErrorKind, Result};
use crate::ews::{FolderId, SyncFolderItems};

pub async fn list(mailbox: &EwsMailbox, folder: &str, cursor: Option<&str>) -> Result<Changes> {
    if public::is_public(folder) {
        return public::changes(mailbox, folder, cursor).await;
    }
    let question = SyncFolderItems {
        folder: FolderId::Id(folder.to_owned()),
        state: cursor.map(str::to_owned),
    };
    let page = mailbox
        .client
        .ask(&question)
        .await
        .map_err(|error| match error.kind() {
            // Asked about a folder, `ErrorItemNotFound` means the folder.
            ErrorKind::ItemGone => folder_gone(),
            _ => error,
        })?;
    if !page.last && cursor == Some(page.state.as_str()) {
        return Err(Error::new(
            ErrorKind::Protocol,
            "Exchange announces more changes but does not move on. Synchronising tries again later.",
        ));
    }
    Ok(Changes {
        changed: page.changed.into_iter().map(Into::into).collect(),
        deleted: page.deleted,
        cursor: page.state,
        more: !page.last,
    })
}
