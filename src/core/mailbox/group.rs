//! Groups of contacts name other items of their folder. Who these are is looked up before a group is read or written.

use super::{EwsMailbox, attachments, batch, by_id};
use crate::engine::derived_uid;
use crate::error::Result;
use crate::ews::{Element, FieldPath, FolderId, GetItem, ItemId, ListItems, Target};
use crate::mapping::{self, Acquaintance, Context};

/// More items than this are not looked through for the members of a group.
const MOST: usize = 20_000;

/// The mailbox's context with the items that are members of these groups: one call for all of them.
///
/// A member that is gone meanwhile is known by its address only.
pub async fn context_of_members<'e>(
    mailbox: &EwsMailbox,
    groups: impl Iterator<Item = &'e Element>,
) -> Context {
    let mut ids: Vec<String> = groups.flat_map(mapping::member_items).collect();
    ids.sort_unstable();
    ids.dedup();
    let targets: Vec<Target> = ids.iter().map(|id| by_id(id.clone())).collect();
    let question = GetItem {
        items: targets.iter().collect(),
        fields: &Acquaintance::FIELDS,
    };
    let found = batch::run(&mailbox.client, &mailbox.client.limits().reads, &question).await;
    let contacts = ids.iter().zip(found).filter_map(|(id, item)| {
        let item = item.ok()?;
        let own = ItemId::of(&item).ok()?;
        Some(Acquaintance::read(&item, id, || derived_uid(&own.id)))
    });
    Context {
        contacts: contacts.collect(),
        ..attachments::context(mailbox)
    }
}

/// The mailbox's context with all contacts of the folder.
pub async fn context_of_folder(mailbox: &EwsMailbox, folder: &FolderId) -> Result<Context> {
    let mut contacts = Vec::new();
    let mut offset = 0;
    loop {
        let question = ListItems {
            folder,
            fields: &Acquaintance::FIELDS,
            offset,
            having: None,
        };
        let page = mailbox.client.ask(&question).await?;
        offset += page.items.len();
        for item in &page.items {
            let id = ItemId::of(item)?.id;
            contacts.push(Acquaintance::read(item, &id, || derived_uid(&id)));
        }
        if page.last || page.items.is_empty() || offset >= MOST {
            return Ok(Context {
                contacts,
                ..attachments::context(mailbox)
            });
        }
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
