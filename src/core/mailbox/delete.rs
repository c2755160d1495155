use super::{EwsMailbox, batch};
use crate::engine::RemoteRef;
use crate::error::{ErrorKind, Result};
use crate::ews::{DeleteItem, ItemId, Target};
use crate::model::Kind;

/// Moves the items to Deleted Items. What is gone already counts as deleted.
pub async fn delete(mailbox: &EwsMailbox, kind: Kind, items: &[RemoteRef]) -> Vec<Result<()>> {
    let targets: Vec<Target> = items.iter().map(|item| ItemId::from(item).into()).collect();
    let question = DeleteItem {
        items: targets.iter().collect(),
        notify: mailbox.invites && kind == Kind::Event,
    };
    batch::run(&mailbox.client, &mailbox.client.limits().writes, &question)
        .await
        .into_iter()
        .map(|result| match result {
            Err(error) if error.kind() == ErrorKind::ItemGone => Ok(()),
            other => other,
        })
        .collect()
}
