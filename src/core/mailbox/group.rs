//! Groups of contacts name other items of their folder. Who these are is looked up before a group is read or written.

use super::{EwsMailbox, attachments, batch, by_id};
use crate::engine::{Named, derived_uid};
use crate::error::Result;
use crate::ews::{Element, FieldPath, FolderId, GetItem, ItemId, Target};
use crate::mapping::{self, Acquaintance, Context};

/// The mailbox's context with the items that are members of these groups.
///
/// A member that is gone meanwhile is known by its address only.
pub async fn context_of_members<'e>(
    mailbox: &EwsMailbox,
    groups: impl Iterator<Item = &'e Element>,
) -> Context {
    let ids = groups.flat_map(mapping::member_items);
    context_of(mailbox, ids.map(|id| (id, None)).collect()).await
}

/// The mailbox's context with the items that records name.
pub async fn context_of_named<'n>(
    mailbox: &EwsMailbox,
    named: impl Iterator<Item = &'n Named>,
) -> Context {
    let named = named.map(|named| (named.id.clone(), Some(named.uid.clone())));
    context_of(mailbox, named.collect()).await
}

/// The mailbox's context with items, each with the UID that it is named by where that is known: one call for all of them.
async fn context_of(mailbox: &EwsMailbox, mut named: Vec<(String, Option<String>)>) -> Context {
    named.sort_unstable();
    named.dedup();
    let targets: Vec<Target> = named.iter().map(|(id, _)| by_id(id.clone())).collect();
    let question = GetItem {
        items: targets.iter().collect(),
        fields: &Acquaintance::FIELDS,
    };
    let found = batch::run(&mailbox.client, &mailbox.client.limits().reads, &question).await;
    let contacts = named
        .into_iter()
        .zip(found)
        .filter_map(|((id, uid), item)| {
            let item = item.ok()?;
            let own = ItemId::of(&item).ok()?;
            let known = Acquaintance::read(&item, &id, || derived_uid(&own.id));
            Some(match uid {
                Some(uid) => Acquaintance { uid, ..known },
                None => known,
            })
        });
    Context {
        contacts: contacts.collect(),
        ..attachments::context(mailbox)
    }
}

/// The folder that an item is in.
pub async fn folder_of(mailbox: &EwsMailbox, item: &str) -> Result<Option<FolderId>> {
    let target = by_id(item.to_owned());
    let question = GetItem {
        items: vec![&target],
        fields: &[FieldPath::Field("item:ParentFolderId")],
    };
    let found = batch::run(&mailbox.client, &mailbox.client.limits().reads, &question).await;
    let item = found.into_iter().next().transpose()?;
    let folder = item.and_then(|item| {
        let folder = item.child("ParentFolderId")?.attribute("Id")?;
        Some(FolderId::Id(folder.to_owned()))
    });
    Ok(folder)
}
