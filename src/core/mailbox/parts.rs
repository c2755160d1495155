//! Several series that are one object, one for each time of day: to the engine they are one item (docs/adr/0011).
//!
//! The first of them by rank has the item's id, and its version is that of all together. Whatever writes several of them marks one as
//! unfinished before and none after, so that what breaks off in between is told from what somebody did.

use super::attachments::of_part;
use super::create::Parts;
use super::read::{Reading, read_items};
use super::{EwsMailbox, batch, changed_meanwhile, create, delete, group, same};
use crate::engine::{Create, RemoteRef};
use crate::error::{Error, ErrorKind, Result};
use crate::ews::{Edit, FolderId, ItemChange, ItemId, ListItems, Notify, UpdateItem};
use crate::mapping::{self, FieldChange, KEY, PART_OF, Part, Split};
use crate::model::{Kind, Record};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};

/// What versions of groups begin with, and those of items do not.
const GROUP: &str = "parts:";

/// What belongs together, by rank.
#[derive(Debug, Default)]
pub struct Group(pub BTreeMap<u32, (Part, ItemId)>);

impl Group {
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.0.values().map(|(_, id)| id.id.as_str())
    }

    /// As the engine knows it.
    pub fn reference(&self) -> Option<RemoteRef> {
        let (_, (_, first)) = self.0.first_key_value()?;
        let mut hash = Sha256::new();
        for (_, id) in self.0.values() {
            hash.update(&id.id);
            hash.update([0]);
            hash.update(id.change_key.as_deref().unwrap_or_default());
            hash.update([0]);
        }
        Some(RemoteRef {
            id: first.id.clone(),
            version: format!("{GROUP}{}", URL_SAFE_NO_PAD.encode(hash.finalize())),
        })
    }
}

pub fn is_group(item: &RemoteRef) -> bool {
    item.version.starts_with(GROUP)
}

/// The groups of a folder, by what their parts have in common. Of a part and its copy one belongs to the group.
pub async fn groups(mailbox: &EwsMailbox, folder: &FolderId) -> Result<BTreeMap<String, Group>> {
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    let mut offset = 0;
    loop {
        let question = ListItems {
            folder,
            // Not the rule: a search cuts long texts off.
            fields: &[PART_OF, KEY],
            offset,
            having: Some(PART_OF),
            associated: false,
        };
        let page = mailbox.client.ask(&question).await?;
        offset += page.items.len();
        for item in &page.items {
            let Some(part) = Part::read(item) else {
                continue;
            };
            let id = ItemId::of(item)?;
            let group = groups.entry(part.group.clone()).or_default();
            match group.0.get(&part.rank) {
                Some((_, other)) if other.id < id.id => {}
                _ => drop(group.0.insert(part.rank, (part, id))),
            }
        }
        if page.last || page.items.is_empty() {
            return Ok(groups);
        }
    }
}

/// The group that an item stands for.
pub async fn group_of(mailbox: &EwsMailbox, folder: &FolderId, item: &RemoteRef) -> Result<Group> {
    let groups = groups(mailbox, folder).await?;
    groups
        .into_values()
        .find(|group| group.reference().as_ref() == Some(item))
        .ok_or_else(changed_meanwhile)
}

pub async fn folder_of(mailbox: &EwsMailbox, id: &str) -> Result<FolderId> {
    let folder = group::folder_of(mailbox, id).await?;
    folder.ok_or_else(changed_meanwhile)
}

/// Puts the parts of groups together. All items are in one folder.
pub async fn read(mailbox: &EwsMailbox, readings: Vec<Result<Reading>>) -> Vec<Result<Reading>> {
    let is_part = |reading: &&Reading| reading.remote.part.is_some();
    let Some(one) = readings.iter().flatten().find(is_part) else {
        return readings;
    };
    let found = match folder_of(mailbox, &one.reference.id).await {
        Ok(folder) => groups(mailbox, &folder).await,
        Err(error) => Err(of_part(error)),
    };
    let groups = match found {
        Ok(groups) => groups,
        Err(error) => {
            let fail = |reading: Reading| match reading.remote.part {
                Some(_) => Err(same(&error)),
                None => Ok(reading),
            };
            return readings.into_iter().map(|it| it.and_then(fail)).collect();
        }
    };
    let parts = readings.iter().flatten().filter_map(|reading| {
        let part = reading.remote.part.as_ref()?;
        let group = groups.get(&part.group)?;
        group
            .ids()
            .any(|id| id == reading.reference.id)
            .then_some(group)
    });
    let ids: Vec<String> = parts.flat_map(Group::ids).map(str::to_owned).collect();
    let read = read_items(mailbox, Kind::Event, &ids).await;
    let mut read: HashMap<String, Result<Reading>> = ids.into_iter().zip(read).collect();
    readings
        .into_iter()
        .map(|reading| together(reading?, &groups, &mut read, &mailbox.context))
        .collect()
}

fn together(
    mut reading: Reading,
    groups: &BTreeMap<String, Group>,
    read: &mut HashMap<String, Result<Reading>>,
    context: &mapping::Context,
) -> Result<Reading> {
    let Some(part) = reading.remote.part.take() else {
        return Ok(reading);
    };
    let group = groups.get(&part.group);
    let own = |group: &&Group| group.ids().any(|id| id == reading.reference.id);
    let Some(group) = group.filter(own) else {
        // A copy of a part is an item of its own.
        reading.remote.key = None;
        return Ok(reading);
    };
    let mut now = Group::default();
    let mut all = Vec::new();
    for id in group.ids() {
        let one = read.remove(id).unwrap_or_else(|| Err(changed_meanwhile()));
        let one = one.map_err(of_part)?;
        let part = one.remote.part.clone().ok_or_else(changed_meanwhile)?;
        now.0.insert(part.rank, (part, (&one.reference).into()));
        all.push(one.remote);
    }
    Ok(Reading {
        reference: now.reference().ok_or_else(changed_meanwhile)?,
        remote: mapping::join(all, context)?,
    })
}

pub fn split(mailbox: &EwsMailbox, kind: Kind, record: &Record) -> Option<Split> {
    (kind == Kind::Event)
        .then(|| mapping::split(record, &mailbox.context))
        .flatten()
}

pub fn nothing_left() -> Error {
    Error::new(
        ErrorKind::Item,
        "All of its occurrences are deleted, and a series in Exchange has one at least. Delete it, or bring one back.",
    )
}

pub async fn create(
    mailbox: &EwsMailbox,
    kind: Kind,
    folder: &str,
    items: &[Create],
) -> Vec<Result<RemoteRef>> {
    let mut parts = Parts::new();
    let mut all = Vec::new();
    let mut sizes = Vec::new();
    for item in items {
        let Some(split) = split(mailbox, kind, &item.record) else {
            sizes.push(None);
            all.push(item.clone());
            continue;
        };
        sizes.push(Some(split.series.len()));
        for (rank, series) in (1..).zip(split.series) {
            let part = Part::new(&item.key, &series.time, rank, &split.rule);
            all.push(create_of(&part, &item.uid, series.record));
            parts.insert(part.key(), part);
        }
    }
    let created = create::create(mailbox, kind, folder, &all, &parts).await;
    let mut created = all.iter().map(|item| parts.get(&item.key)).zip(created);
    let mut results = Vec::new();
    for size in sizes {
        let own: Vec<_> = created.by_ref().take(size.unwrap_or(1)).collect();
        results.push(match size {
            None => own
                .into_iter()
                .next()
                .map_or_else(|| Err(nothing_left()), |(_, it)| it),
            Some(_) => created_together(mailbox, own).await,
        });
    }
    results
}

pub fn create_of(part: &Part, uid: &str, record: Record) -> Create {
    Create {
        key: part.key(),
        uid: uid.to_owned(),
        record,
        named: Vec::new(),
    }
}

/// Where one part is refused, the others are taken out again, so that nothing of the object is there.
async fn created_together(
    mailbox: &EwsMailbox,
    created: Vec<(Option<&Part>, Result<RemoteRef>)>,
) -> Result<RemoteRef> {
    let mut group = Group::default();
    let mut failed: Option<Error> = None;
    for (part, created) in created {
        match (part, created) {
            (Some(part), Ok(item)) => {
                group.0.insert(part.rank, (part.clone(), (&item).into()));
            }
            // What ends the cycle leaves what is there to the next one.
            (_, Err(error)) if failed.as_ref().is_none_or(|it| it.kind().is_per_item()) => {
                failed = Some(error);
            }
            _ => {}
        }
    }
    if let Some(error) = failed {
        if error.kind().is_per_item() {
            let ids: Vec<ItemId> = group.0.into_values().map(|(_, id)| id).collect();
            create::take_out(mailbox, &ids).await;
        }
        return Err(error);
    }
    if group.0.is_empty() {
        return Err(nothing_left());
    }
    finish(mailbox, group).await.map_err(|error| {
        if error.kind().is_per_item() {
            // It is there; the next cycle finds it as it is.
            return Error::new(ErrorKind::Temporary, error.message());
        }
        error
    })
}

/// Takes the marks away.
pub async fn finish(mailbox: &EwsMailbox, mut group: Group) -> Result<RemoteRef> {
    let mut changes = Vec::new();
    let mut ranks = Vec::new();
    for (rank, (part, id)) in &mut group.0 {
        if part.unfinished {
            part.unfinished = false;
            ranks.push(*rank);
            changes.push((id.clone(), vec![part.mark()]));
        }
    }
    for (rank, id) in ranks.into_iter().zip(write(mailbox, changes).await) {
        let id = id.map_err(of_part)?;
        if let Some((_, known)) = group.0.get_mut(&rank) {
            *known = id;
        }
    }
    group.reference().ok_or_else(nothing_left)
}

pub async fn write(
    mailbox: &EwsMailbox,
    changes: Vec<(ItemId, Vec<FieldChange>)>,
) -> Vec<Result<ItemId>> {
    let change = |(id, changes): (ItemId, Vec<FieldChange>)| ItemChange {
        target: id.into(),
        edits: changes
            .into_iter()
            .map(super::occurrences::edit)
            .collect::<Vec<Edit>>(),
        group: false,
    };
    let changes: Vec<ItemChange> = changes.into_iter().map(change).collect();
    let question = UpdateItem {
        kind: Kind::Event,
        items: changes.iter().collect(),
        notify: Notify::Nobody,
    };
    batch::run(&mailbox.client, &mailbox.client.limits().writes, &question).await
}

/// The first of a group goes last, and says until then that the others are being deleted.
pub async fn delete(mailbox: &EwsMailbox, kind: Kind, items: &[RemoteRef]) -> Vec<Result<()>> {
    if !items.iter().any(is_group) {
        return delete::delete(mailbox, kind, items).await;
    }
    let mut results = Vec::new();
    for item in items {
        results.push(if is_group(item) {
            delete_together(mailbox, item).await
        } else {
            let deleted = delete::delete(mailbox, kind, std::slice::from_ref(item)).await;
            deleted.into_iter().collect()
        });
    }
    results
}

async fn delete_together(mailbox: &EwsMailbox, item: &RemoteRef) -> Result<()> {
    let folder = match folder_of(mailbox, &item.id).await {
        Err(error) if error.kind() == ErrorKind::ItemGone => return Ok(()),
        folder => folder?,
    };
    let mut group = group_of(mailbox, &folder, item).await?;
    if let Some(mut first) = group.0.first_entry() {
        let (part, id) = first.get_mut();
        part.unfinished = true;
        let marked = write(mailbox, vec![(id.clone(), vec![part.mark()])]).await;
        *id = marked
            .into_iter()
            .next()
            .unwrap_or_else(|| Err(changed_meanwhile()))?;
    }
    let parts: Vec<RemoteRef> = group
        .0
        .into_values()
        .rev()
        .map(|(_, id)| id.into())
        .collect();
    delete::delete(mailbox, Kind::Event, &parts)
        .await
        .into_iter()
        .collect()
}
