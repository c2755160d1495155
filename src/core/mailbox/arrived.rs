//! Meetings of others that arrived in Exchange by mail while the same were about to be created there.

use super::EwsMailbox;
use crate::engine::Create;
use crate::error::{Error, ErrorKind, Result};
use crate::ews::{FindItem, FolderId};
use crate::mapping::{self, ORGANIZER};
use crate::model::Kind;

/// The places of items whose UID an item of the folder has already.
pub async fn places(
    mailbox: &EwsMailbox,
    kind: Kind,
    folder: &FolderId,
    items: &[Create],
) -> Result<Vec<usize>> {
    let invitations: Vec<(usize, String)> = items
        .iter()
        .enumerate()
        .filter(|(_, item)| kind == Kind::Event && item.record.own(ORGANIZER).is_some())
        .flat_map(|(place, item)| {
            mapping::global_ids(&item.uid)
                .into_iter()
                .map(move |id| (place, id))
        })
        .collect();
    let mut arrived = Vec::new();
    for some in invitations.chunks(FindItem::MOST) {
        let values: Vec<&str> = some.iter().map(|(_, id)| id.as_str()).collect();
        let question = FindItem {
            folder,
            path: mapping::GLOBAL_ID,
            values: &values,
        };
        for (found, _) in mailbox.client.ask(&question).await? {
            arrived.extend(some.iter().find(|(_, id)| *id == found).map(|(at, _)| *at));
        }
    }
    Ok(arrived)
}

/// What becomes of such an item: the next listing pairs both.
pub fn later() -> Error {
    Error::new(
        ErrorKind::Item,
        "The same meeting has just arrived in Exchange by mail. The next synchronisation brings the two together.",
    )
}
