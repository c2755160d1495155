//! Changes of an object that is several series in Exchange, or is to be, or was.

use super::attachments::of_part;
use super::create::Parts;
use super::parts::{
    Group, create_of, finish, folder_of, group_of, is_group, nothing_left, split, write,
};
use super::read::read_items;
use super::{EwsMailbox, changed_meanwhile, create, delete, update};
use crate::engine::{Create, RemoteRef, Update};
use crate::error::Result;
use crate::ews::{FolderId, ItemId};
use crate::mapping::{self, FieldChange, PART_OF, Part, Series};
use crate::model::{Key, Kind, Record};
use std::collections::BTreeMap;

pub async fn update(mailbox: &EwsMailbox, kind: Kind, items: &[Update]) -> Vec<Result<RemoteRef>> {
    let (together, single): (Vec<usize>, Vec<usize>) = (0..items.len()).partition(|place| {
        items.get(*place).is_some_and(|item| {
            is_group(&item.reference) || split(mailbox, kind, &item.target).is_some()
        })
    });
    if together.is_empty() {
        return update::update(mailbox, kind, items, &[]).await;
    }
    let of = |places: &[usize]| -> Vec<Update> {
        places
            .iter()
            .filter_map(|place| items.get(*place))
            .cloned()
            .collect()
    };
    let written = update::update(mailbox, kind, &of(&single), &[]).await;
    let mut results: Vec<(usize, Result<RemoteRef>)> = single.into_iter().zip(written).collect();
    for (place, item) in together.iter().zip(of(&together)) {
        results.push((*place, update_together(mailbox, item).await));
    }
    results.sort_by_key(|(place, _)| *place);
    results.into_iter().map(|(_, result)| result).collect()
}

/// What becomes of the parts of a group.
struct Changing {
    /// What is there, as what, and whether it is another time of day now.
    kept: Vec<(Part, ItemId, Series, bool)>,
    added: Vec<(Part, Series)>,
    left: Vec<ItemId>,
}

/// Each time of day keeps its series; the others are given to those that have none.
fn match_up(there: Vec<(Part, ItemId)>, mut wanted: Vec<Series>, rule: &str) -> Changing {
    let key = there
        .first()
        .map(|(part, _)| part.group.clone())
        .unwrap_or_default();
    let last = there.iter().map(|(part, _)| part.rank).max().unwrap_or(0);
    let mut changing = Changing {
        kept: Vec::new(),
        added: Vec::new(),
        left: Vec::new(),
    };
    let mut free = Vec::new();
    for (part, id) in there {
        let part = Part {
            rule: rule.to_owned(),
            ..part
        };
        match wanted.iter().position(|series| series.time == part.time) {
            Some(place) => changing.kept.push((part, id, wanted.remove(place), false)),
            None => free.push((part, id)),
        }
    }
    let mut wanted = wanted.into_iter();
    for (part, id) in free {
        match wanted.next() {
            Some(series) => {
                let time = series.time.clone();
                changing
                    .kept
                    .push((Part { time, ..part }, id, series, true));
            }
            None => changing.left.push(id),
        }
    }
    let added = (last + 1..).zip(wanted);
    let added = added.map(|(rank, it)| (Part::new(&key, &it.time, rank, rule), it));
    changing.added = added.collect();
    changing.kept.sort_by_key(|(part, ..)| part.rank);
    changing
}

async fn update_together(mailbox: &EwsMailbox, item: Update) -> Result<RemoteRef> {
    let folder = folder_of(mailbox, &item.reference.id).await?;
    let there: Vec<(Part, ItemId)> = if is_group(&item.reference) {
        let group = group_of(mailbox, &folder, &item.reference).await?;
        group.0.into_values().collect()
    } else {
        let key = crate::engine::derived_uid(&item.reference.id);
        vec![(Part::new(&key, "", 1, ""), (&item.reference).into())]
    };
    let anew = there.iter().any(|(part, _)| part.unfinished);
    let split = split(mailbox, Kind::Event, &item.target);
    let alone = split.is_none();
    let (rule, series) = match split {
        Some(split) => (split.rule, split.series),
        None => (String::new(), vec![whole(&item.target)]),
    };
    let mut changing = match_up(there, series, &rule);
    let (part, id, ..) = changing.kept.first_mut().ok_or_else(nothing_left)?;
    begin(mailbox, part, id).await?;
    let mut group = Group::default();
    let (mut updates, mut parts) = (Vec::new(), Vec::new());
    for (part, id, series, moved) in changing.kept {
        let changed = if anew || moved {
            mapping::every_key(&series.record)
        } else {
            changed_of(&item.changed, &series)
        };
        group.0.insert(part.rank, (part.clone(), id.clone()));
        if !changed.is_empty() {
            updates.push(Update {
                reference: id.into(),
                target: series.record,
                changed,
                named: Vec::new(),
            });
            parts.push(part);
        }
    }
    let kinds: &[Part] = if alone { &[] } else { &parts };
    let written = update::update(mailbox, Kind::Event, &updates, kinds).await;
    for (part, written) in parts.into_iter().zip(written) {
        let id = (&written.map_err(of_part)?).into();
        group.0.insert(part.rank, (part, id));
    }
    if !changing.added.is_empty() {
        let uid = uid_of(mailbox, &item.reference.id).await?;
        add(mailbox, &folder, &uid, changing.added, &mut group).await?;
    }
    let left: Vec<RemoteRef> = changing.left.into_iter().map(Into::into).collect();
    for deleted in delete::delete(mailbox, Kind::Event, &left).await {
        deleted?;
    }
    if alone {
        return release(mailbox, group).await;
    }
    finish(mailbox, group).await
}

/// An item that is one series again.
fn whole(target: &Record) -> Series {
    Series {
        time: String::new(),
        record: target.clone(),
        occurrences: BTreeMap::new(),
    }
}

fn changed_of(changed: &[Key], series: &Series) -> Vec<Key> {
    let own = |key: &Key| match key.occurrence {
        None => Some(*key),
        Some(named) => Some(Key::at(*series.occurrences.get(&named)?, key.property)),
    };
    changed.iter().filter_map(own).collect()
}

/// The UID of the object, for parts that are added.
async fn uid_of(mailbox: &EwsMailbox, id: &str) -> Result<String> {
    let read = read_items(mailbox, Kind::Event, &[id.to_owned()]).await;
    let reading = read
        .into_iter()
        .next()
        .unwrap_or_else(|| Err(changed_meanwhile()))?;
    let uid = reading.remote.uid;
    Ok(uid.unwrap_or_else(|| crate::engine::derived_uid(id)))
}

async fn add(
    mailbox: &EwsMailbox,
    folder: &FolderId,
    uid: &str,
    added: Vec<(Part, Series)>,
    group: &mut Group,
) -> Result<()> {
    let FolderId::Id(folder) = folder else {
        return Ok(());
    };
    let items = added
        .iter()
        .map(|(part, series)| create_of(part, uid, series.record.clone()));
    let items: Vec<Create> = items.collect();
    let parts: Parts = added
        .iter()
        .map(|(part, _)| (part.key(), part.clone()))
        .collect();
    let created = create::create(mailbox, Kind::Event, folder, &items, &parts).await;
    for ((part, _), created) in added.into_iter().zip(created) {
        let id = (&created?).into();
        group.0.insert(part.rank, (part, id));
    }
    Ok(())
}

/// The only one of a group that is none any more.
async fn release(mailbox: &EwsMailbox, group: Group) -> Result<RemoteRef> {
    let (_, (_, id)) = group.0.into_iter().next().ok_or_else(nothing_left)?;
    let written = write(mailbox, vec![(id, vec![FieldChange::Delete(PART_OF)])]).await;
    let id = written
        .into_iter()
        .next()
        .unwrap_or_else(|| Err(changed_meanwhile()))?;
    Ok(id.into())
}

/// Marks the first of a group, which must be as it was.
async fn begin(mailbox: &EwsMailbox, part: &mut Part, id: &mut ItemId) -> Result<()> {
    part.unfinished = true;
    let marked = write(mailbox, vec![(id.clone(), part.marks())]).await;
    *id = marked
        .into_iter()
        .next()
        .unwrap_or_else(|| Err(changed_meanwhile()))?;
    Ok(())
}
