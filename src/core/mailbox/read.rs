use super::attachments::{self, of_part};
use super::{EwsMailbox, batch, by_id, group, parts};
use crate::engine::{RemoteItem, RemoteRef};
use crate::error::Result;
use crate::ews::{Element, FieldPath, GetAttachment, GetItem, ItemId, Target};
use crate::mapping::{self, Remote};
use crate::model::Kind;

/// An item on its way: the reference it was found with, and what is known of it so far.
pub struct Reading {
    pub reference: RemoteRef,
    pub remote: Remote,
}

/// Reads items: one call for each batch, one more for the changed occurrences of all of them, one for photos, and one for the
/// attachments of either where there are some. The parts of groups take two more for each group.
pub async fn read(
    mailbox: &EwsMailbox,
    kind: Kind,
    items: &[RemoteRef],
) -> Vec<Result<RemoteItem>> {
    let ids: Vec<String> = items.iter().map(|item| item.id.clone()).collect();
    let readings = read_items(mailbox, kind, &ids).await;
    let readings = parts::read(mailbox, readings).await;
    readings
        .into_iter()
        .map(|reading| reading.map(finish))
        .collect()
}

/// Items as they are, parts of groups each by itself.
pub async fn read_items(mailbox: &EwsMailbox, kind: Kind, ids: &[String]) -> Vec<Result<Reading>> {
    let mut fields = mapping::wanted(kind);
    let version = mailbox.client.version();
    fields.retain(|field| field.since() <= version);
    // Without versions: what is read is what is there now.
    let targets: Vec<Target> = ids.iter().map(|id| by_id(id.clone())).collect();
    let mut found = get(mailbox, &targets, &fields).await;
    if kind != Kind::Contact {
        attachments::fetch(mailbox, &mut found).await;
    }
    let groups = found.iter().filter_map(|item| item.as_ref().ok());
    let context = group::context_of_members(mailbox, groups).await;
    let mut readings: Vec<Result<Reading>> = found
        .into_iter()
        .map(|found| start(&context, kind, &found?))
        .collect();
    add_occurrences(mailbox, &mut readings, &fields).await;
    add_photos(mailbox, &mut readings).await;
    readings
}

async fn get(
    mailbox: &EwsMailbox,
    targets: &[Target],
    fields: &[FieldPath],
) -> Vec<Result<Element>> {
    let question = GetItem {
        items: targets.iter().collect(),
        fields,
    };
    batch::run(&mailbox.client, &mailbox.client.limits().reads, &question).await
}

fn start(context: &mapping::Context, kind: Kind, item: &Element) -> Result<Reading> {
    Ok(Reading {
        reference: ItemId::of(item)?.into(),
        remote: mapping::read_remote(kind, item, context)?,
    })
}

fn finish(Reading { reference, remote }: Reading) -> RemoteItem {
    RemoteItem {
        locked: false,
        reference,
        unfinished: remote.part.is_some_and(|part| part.unfinished),
        uid: remote.uid,
        aliases: remote.aliases,
        key: remote.key,
        modified: remote.modified,
        record: remote.record,
        losses: remote.losses,
    }
}

async fn add_occurrences(
    mailbox: &EwsMailbox,
    readings: &mut [Result<Reading>],
    fields: &[FieldPath],
) {
    let (owners, ids) = pieces(readings, |remote| remote.exceptions.clone());
    let targets: Vec<Target> = ids.into_iter().map(by_id).collect();
    let mut found = get(mailbox, &targets, fields).await;
    attachments::fetch(mailbox, &mut found).await;
    add(readings, &owners, found, |remote, exception| {
        mapping::add_occurrence(remote, &exception, &mailbox.context)
    });
}

async fn add_photos(mailbox: &EwsMailbox, readings: &mut [Result<Reading>]) {
    let (owners, ids) = pieces(readings, |remote| remote.photo.iter().cloned().collect());
    let question = GetAttachment {
        ids: ids.iter().map(String::as_str).collect(),
        sizes: Vec::new(),
    };
    let found = batch::run(&mailbox.client, &mailbox.client.limits().reads, &question).await;
    add(readings, &owners, found, |remote, image| {
        mapping::add_photo(remote, &image);
        Ok(())
    });
}

/// The ids of further parts of items, and the place of the item that each belongs to.
fn pieces(
    readings: &[Result<Reading>],
    of: impl Fn(&Remote) -> Vec<String>,
) -> (Vec<usize>, Vec<String>) {
    readings
        .iter()
        .enumerate()
        .filter_map(|(place, reading)| Some((place, of(&reading.as_ref().ok()?.remote))))
        .flat_map(|(place, ids)| ids.into_iter().map(move |id| (place, id)))
        .unzip()
}

/// Adds parts to their items. An item that lacks one of its parts is not read at all: half of it would look like a
/// change that somebody made.
fn add<T>(
    readings: &mut [Result<Reading>],
    owners: &[usize],
    found: Vec<Result<T>>,
    add: impl Fn(&mut Remote, T) -> Result<()>,
) {
    for (place, part) in owners.iter().zip(found) {
        let Some(slot) = readings.get_mut(*place) else {
            continue;
        };
        let Ok(reading) = slot else { continue };
        let added = part
            .map_err(of_part)
            .and_then(|part| add(&mut reading.remote, part));
        if let Err(error) = added {
            *slot = Err(error);
        }
    }
}
