use super::batch;
use super::occurrences::{self, Series};
use super::{EwsMailbox, arrived, attachments, folder_gone, group, photo, public, reduced, tell};
use crate::client::Limit;
use crate::engine::{Create, RemoteRef};
use crate::error::{Error, ErrorKind, Result};
use crate::ews::{
    Attachment, Batch, CreateItem, DeleteItem, FindItem, FolderId, ItemId, NewItem, Target, Version,
};
use crate::mapping::{self, Context, Part};
use crate::model::{Key, Kind, Record};
use std::collections::HashMap;

/// Parts of groups among new items, by their keys.
pub type Parts = HashMap<String, Part>;

/// Creates items, then the changed and deleted occurrences of the series among them.
///
/// An item whose occurrences or attachments Exchange refuses is taken out again, so that an error of a per-item kind means that
/// nothing of the item is in the folder. Should that fail too, the item is there with its key, and the next listing
/// brings it to the caller's notice like one whose reply was lost.
pub async fn create(
    mailbox: &EwsMailbox,
    kind: Kind,
    folder: &str,
    items: &[Create],
    parts: &Parts,
) -> Vec<Result<RemoteRef>> {
    let folder = public::id_of(folder);
    let context = group::context_of_named(mailbox, items.iter().flat_map(|item| &item.named)).await;
    create_all(mailbox, &context, kind, &folder, items, parts).await
}

async fn create_all(
    mailbox: &EwsMailbox,
    context: &Context,
    kind: Kind,
    folder: &FolderId,
    items: &[Create],
    parts: &Parts,
) -> Vec<Result<RemoteRef>> {
    // Older servers take no attachments along with an item.
    let inline = mailbox.client.version() >= Version::Exchange2013Sp1;
    let mut results: Vec<Result<ItemId>> = Vec::new();
    let (mut quiet, mut told) = (Vec::new(), Vec::new());
    for (place, item) in items.iter().enumerate() {
        match compose(context, kind, item, parts.get(&item.key), inline) {
            Ok(new) => {
                let notify = tell::of_new(mailbox, kind, &item.record);
                if notify { &mut told } else { &mut quiet }.push((place, new));
                results.push(Err(Error::new(ErrorKind::Bug, "The item was not sent.")));
            }
            Err(error) => results.push(Err(error)),
        }
    }
    match arrived::places(mailbox, kind, folder, items).await {
        Ok(arrived) => {
            for place in arrived {
                quiet.retain(|(other, _)| *other != place);
                if let Some(slot) = results.get_mut(place) {
                    *slot = Err(arrived::later());
                }
            }
        }
        Err(error) => return items.iter().map(|_| Err(super::same(&error))).collect(),
    }
    for (notify, group) in [(false, quiet), (true, told)] {
        let (places, new): (Vec<usize>, Vec<NewItem>) = group.into_iter().unzip();
        let keys: Vec<&str> = places
            .iter()
            .filter_map(|place| items.get(*place))
            .map(|item| item.key.as_str())
            .collect();
        let created = create_items(mailbox, kind, folder, &keys, &new, notify).await;
        for (place, created) in places.into_iter().zip(created) {
            if let Some(slot) = results.get_mut(place) {
                *slot = created;
            }
        }
    }
    if !inline {
        add_attachments(mailbox, items, &mut results).await;
    }
    add_occurrences(mailbox, kind, items, &mut results).await;
    results
        .into_iter()
        .map(|result| result.map(Into::into))
        .collect()
}

/// Creates items, each with its key. Where an answer leaves open what was applied, the folder is asked for the keys.
pub(super) async fn create_items(
    mailbox: &EwsMailbox,
    kind: Kind,
    folder: &FolderId,
    keys: &[&str],
    new: &[NewItem],
    notify: bool,
) -> Vec<Result<ItemId>> {
    let question = CreateItem {
        folder,
        kind,
        items: new.iter().collect(),
        notify,
    };
    let limit = &mailbox.client.limits().writes;
    let mut size = limit.get();
    let mut results = batch::run(&mailbox.client, limit, &question).await;
    for error in results
        .iter_mut()
        .filter_map(|result| result.as_mut().err())
    {
        // Nothing else was there to be found.
        if error.kind() == ErrorKind::ItemGone {
            *error = folder_gone();
        }
    }
    let slow = limit.get() < size;
    loop {
        if !settle(mailbox, folder, keys, &mut results).await {
            return results;
        }
        // The server gave up on these, so they are safe to send again in smaller requests. What was merely not answered
        // may still be on its way.
        let given_up = places(&results, |error| {
            error.kind() == ErrorKind::Temporary && error.wait().is_none()
        });
        if given_up.is_empty() {
            return results;
        }
        if size == 1 {
            set_aside(&mut results, &given_up);
            return results;
        }
        if slow {
            // What the server bears is remembered for the next items.
            limit.exceeded(size);
        }
        size = size.min(given_up.len()).div_ceil(2);
        let smaller = Limit::new(size);
        let again = batch::run(&mailbox.client, &smaller, &question.part(&given_up)).await;
        for (place, result) in given_up.into_iter().zip(again) {
            if let Some(slot) = results.get_mut(place) {
                *slot = result;
            }
        }
    }
}

/// Finds the items of which it is not known whether they were created. False where the server does not answer that.
async fn settle(
    mailbox: &EwsMailbox,
    folder: &FolderId,
    keys: &[&str],
    results: &mut [Result<ItemId>],
) -> bool {
    let open = places(results, |error| {
        matches!(
            error.kind(),
            ErrorKind::Temporary | ErrorKind::Unreachable | ErrorKind::Protocol
        )
    });
    let Ok(found) = find(mailbox, folder, keys, &open).await else {
        return false;
    };
    for (place, id) in found {
        if let Some(slot) = results.get_mut(place) {
            *slot = Ok(id);
        }
    }
    true
}

/// Items that the server gives up on even alone, while it takes others, are not sent again until they change.
fn set_aside(results: &mut [Result<ItemId>], given_up: &[usize]) {
    if results.iter().all(Result::is_err) {
        return;
    }
    for place in given_up {
        if let Some(Err(error)) = results.get_mut(*place) {
            *error = Error::new(ErrorKind::Item, error.message());
        }
    }
}

/// The places of results that are such errors.
fn places(results: &[Result<ItemId>], is: impl Fn(&Error) -> bool) -> Vec<usize> {
    results
        .iter()
        .enumerate()
        .filter(|(_, result)| result.as_ref().is_err_and(&is))
        .map(|(place, _)| place)
        .collect()
}

/// Which of the items at these places are in the folder, by their keys.
async fn find(
    mailbox: &EwsMailbox,
    folder: &FolderId,
    keys: &[&str],
    open: &[usize],
) -> Result<Vec<(usize, ItemId)>> {
    let mut all = Vec::new();
    for open in open.chunks(FindItem::MOST) {
        let values: Vec<&str> = open
            .iter()
            .filter_map(|place| keys.get(*place).copied())
            .collect();
        let question = FindItem {
            folder,
            path: mapping::KEY,
            values: &values,
        };
        for (key, id) in mailbox.client.ask(&question).await? {
            let place = open
                .iter()
                .find(|place| keys.get(**place) == Some(&key.as_str()));
            all.extend(place.map(|place| (*place, id)));
        }
    }
    Ok(all)
}

fn compose(
    context: &Context,
    kind: Kind,
    item: &Create,
    part: Option<&Part>,
    inline: bool,
) -> Result<NewItem> {
    reduced::check(kind, &item.record, context)?;
    let fields = match part {
        None => mapping::create_fields(kind, &item.key, &item.uid, &item.record, context)?,
        Some(part) => mapping::part_fields(part, &item.uid, &item.record, context)?,
    };
    Ok(NewItem {
        group: mapping::is_group(&item.record),
        content: reduced::fields(fields, context)
            .map(|field| field.content)
            .collect(),
        attachments: if inline {
            attached(&item.record, context)
        } else {
            Vec::new()
        },
    })
}

/// The photo, or the files and links.
fn attached(record: &Record, context: &Context) -> Vec<Attachment> {
    let photo = photo::file(record).map(Attachment::File);
    let files = attachments::attachments(attachments::files(record), context);
    photo.into_iter().chain(files).collect()
}

async fn add_attachments(mailbox: &EwsMailbox, items: &[Create], results: &mut [Result<ItemId>]) {
    let context = attachments::context(mailbox);
    for (item, result) in items.iter().zip(results) {
        let all = attached(&item.record, &context);
        let Ok(id) = &*result else { continue };
        if all.is_empty() {
            continue;
        }
        let id = id.clone();
        *result = attachments::attach(mailbox, id.clone(), &all).await;
        if result
            .as_ref()
            .is_err_and(|error| error.kind().is_per_item())
        {
            take_out(mailbox, &[id]).await;
        }
    }
}

async fn add_occurrences(
    mailbox: &EwsMailbox,
    kind: Kind,
    items: &[Create],
    results: &mut [Result<ItemId>],
) {
    let mut places = Vec::new();
    let mut all = Vec::new();
    for (place, (item, result)) in items.iter().zip(results.iter_mut()).enumerate() {
        let Ok(id) = result else { continue };
        let keys: Vec<Key> = item.record.iter().map(|(key, _)| key).collect();
        match mapping::occurrence_changes(kind, &item.record, &keys, &mailbox.context) {
            Ok(changes) if changes.is_empty() => {}
            Ok(changes) => {
                places.push((place, id.clone()));
                let notify = tell::of_new(mailbox, kind, &item.record);
                let files = mapping::occurrence_files(kind, &item.record, &keys, &mailbox.context);
                all.push(
                    Series::new(id.clone(), changes)
                        .with_files(files)
                        .telling(notify),
                );
            }
            Err(error) => {
                let id = id.clone();
                take_out(mailbox, &[id]).await;
                *result = Err(error);
            }
        }
    }
    let written = occurrences::write(mailbox, all).await;
    let mut half = Vec::new();
    for ((place, id), written) in places.into_iter().zip(written) {
        if written
            .as_ref()
            .is_err_and(|error| error.kind().is_per_item())
        {
            half.push(id);
        }
        if let Some(slot) = results.get_mut(place) {
            *slot = written;
        }
    }
    take_out(mailbox, &half).await;
}

/// Removes what was created only in half. That it fails is no further harm, see [`create`].
pub async fn take_out(mailbox: &EwsMailbox, items: &[ItemId]) {
    let targets: Vec<Target> = items
        .iter()
        .map(|item| {
            ItemId {
                change_key: None,
                ..item.clone()
            }
            .into()
        })
        .collect();
    let question = DeleteItem {
        items: targets.iter().collect(),
        notify: false,
    };
    for result in batch::run(&mailbox.client, &mailbox.client.limits().writes, &question).await {
        if let Err(error) = result {
            tracing::warn!(%error, "An item that was created in half stays in the mailbox until the next cycle.");
        }
    }
}
