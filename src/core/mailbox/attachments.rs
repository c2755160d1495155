//! Files and links attached to events and tasks. They take calls of their own, which are made only where there are some.

use super::{EwsMailbox, batch, changed_meanwhile};
use crate::error::{Error, ErrorKind, Result};
use crate::ews::{
    Attachment, CreateAttachment, DeleteAttachment, Element, FieldPath, FileAttachment,
    GetAttachment, GetItem, ItemId, ReferenceAttachment, Target,
};
use crate::mapping::{self, Context};
use crate::model::{Content, File, Record, Value};
use std::collections::BTreeMap;

/// The most bytes of new attachments in one request.
const MAX_WEIGHT: usize = 8 << 20;

/// The mapping's view of the mailbox, with what the server's version can hold.
pub fn context(mailbox: &EwsMailbox) -> Context {
    Context {
        server: mailbox.client.version(),
        ..mailbox.context.clone()
    }
}

/// The files of an item's record.
pub fn files(record: &Record) -> &[File] {
    match record.own(mapping::FILES) {
        Some(Value::Files(files)) => files,
        _ => &[],
    }
}

/// What can be attached of these files.
pub fn attachments(files: &[File], context: &Context) -> Vec<Attachment> {
    files
        .iter()
        .filter_map(|file| attachment(file, context))
        .collect()
}

fn attachment(file: &File, context: &Context) -> Option<Attachment> {
    match &file.content {
        Content::Bytes(bytes) => Some(Attachment::File(FileAttachment {
            name: file.name.clone(),
            content_type: file.content_type.clone(),
            content_id: file.content_id.clone(),
            is_contact_photo: false,
            content: bytes.to_vec(),
        })),
        Content::Link(target) if mapping::is_attached(target, context) => {
            Some(Attachment::Reference(ReferenceAttachment {
                name: file.name.clone(),
                content_type: file.content_type.clone(),
                target: target.clone(),
            }))
        }
        Content::Link(_) => None,
    }
}

/// Fetches the content of the files of all these items and puts it into them. An item that lacks one of its files is not read at
/// all: half of it would look like a change that somebody made.
pub async fn fetch(mailbox: &EwsMailbox, items: &mut [Result<Element>]) {
    let mut owners = Vec::new();
    let mut wanted = Vec::new();
    for (place, item) in items.iter().enumerate() {
        let Ok(item) = item else { continue };
        for file in mapping::contents(item) {
            owners.push(place);
            wanted.push(file);
        }
    }
    let found = get(mailbox, &wanted).await;
    let mut contents: BTreeMap<usize, BTreeMap<String, Vec<u8>>> = BTreeMap::new();
    for ((place, (id, _)), found) in owners.into_iter().zip(wanted).zip(found) {
        match found {
            Ok(content) => {
                contents.entry(place).or_default().insert(id, content);
            }
            Err(error) => {
                if let Some(item) = items.get_mut(place) {
                    *item = Err(of_part(error));
                }
            }
        }
    }
    for (place, contents) in contents {
        if let Some(Ok(item)) = items.get_mut(place) {
            mapping::add_contents(item, &contents);
        }
    }
}

async fn get(mailbox: &EwsMailbox, files: &[(String, usize)]) -> Vec<Result<Vec<u8>>> {
    let question = GetAttachment {
        ids: files.iter().map(|(id, _)| id.as_str()).collect(),
        sizes: files.iter().map(|(_, size)| *size).collect(),
    };
    batch::run(&mailbox.client, &mailbox.client.limits().reads, &question).await
}

/// A part that is gone says that the item changed, not that it is gone.
pub fn of_part(error: Error) -> Error {
    match error.kind() {
        ErrorKind::ItemGone => changed_meanwhile().because(error),
        _ => error,
    }
}

/// Brings the attachments of these items to what they shall be; equal ones are left alone, and so is what does not cross. Each item
/// stays as it is where it changed meanwhile.
pub async fn replace(mailbox: &EwsMailbox, items: Vec<(Target, Vec<File>)>) -> Vec<Result<ItemId>> {
    let question = GetItem {
        items: items.iter().map(|(target, _)| target).collect(),
        fields: &[FieldPath::Field("item:Attachments")],
    };
    let listed = batch::run(&mailbox.client, &mailbox.client.limits().reads, &question).await;
    let mut results = Vec::new();
    for ((target, files), listed) in items.iter().zip(listed) {
        results.push(match listed {
            Ok(item) => replace_one(mailbox, target, &item, files)
                .await
                .map_err(of_part),
            Err(error) => Err(error),
        });
    }
    results
}

async fn replace_one(
    mailbox: &EwsMailbox,
    target: &Target,
    item: &Element,
    files: &[File],
) -> Result<ItemId> {
    let now = ItemId::of(item)?;
    let (Target::Item(expected)
    | Target::Occurrence {
        master: expected, ..
    }) = target;
    if expected.change_key.is_some() && now.change_key != expected.change_key {
        return Err(changed_meanwhile());
    }
    let context = context(mailbox);
    let mut missing: Vec<&File> = files.iter().collect();
    let surplus = compare(mailbox, item, &mut missing).await?;
    let now = remove(mailbox, now, &surplus).await?;
    let new: Vec<Attachment> = missing
        .into_iter()
        .filter_map(|file| attachment(file, &context))
        .collect();
    attach(mailbox, now, &new).await
}

/// Takes out of `missing` what the item has already; answers the ids of what it should not have.
async fn compare(
    mailbox: &EwsMailbox,
    item: &Element,
    missing: &mut Vec<&File>,
) -> Result<Vec<String>> {
    let mut surplus = Vec::new();
    let mut open = Vec::new();
    for attachment in item
        .child("Attachments")
        .map_or(&[][..], |list| &list.children)
    {
        let id = attachment
            .child("AttachmentId")
            .and_then(|id| id.attribute("Id"));
        let (Some(outline), Some(id)) = (mapping::outline(attachment), id) else {
            continue;
        };
        if matches!(outline.content, Content::Bytes(_)) {
            open.push((outline, id.to_owned(), mapping::size(attachment)));
        } else if !take(missing, &outline) {
            surplus.push(id.to_owned());
        }
    }
    // Those far too large never crossed. What the others hold is seen only by looking.
    open.retain(|(_, _, size)| *size <= mapping::LARGEST + mapping::OVERHEAD);
    let (looked_at, other): (Vec<_>, Vec<_>) = open.into_iter().partition(|(outline, _, size)| {
        *size > mapping::LARGEST || missing.iter().any(|file| is_alike(file, outline))
    });
    surplus.extend(other.into_iter().map(|(_, id, _)| id));
    let ids: Vec<(String, usize)> = looked_at
        .iter()
        .map(|(_, id, size)| (id.clone(), *size))
        .collect();
    for ((outline, id, _), content) in looked_at.into_iter().zip(get(mailbox, &ids).await) {
        let content = content?;
        let crosses = content.len() <= mapping::LARGEST;
        let whole = File {
            content: Content::Bytes(content.into()),
            ..outline
        };
        if crosses && !take(missing, &whole) {
            surplus.push(id);
        }
    }
    Ok(surplus)
}

fn take(missing: &mut Vec<&File>, file: &File) -> bool {
    let found = missing.iter().position(|wanted| *wanted == file);
    found.map(|at| missing.remove(at)).is_some()
}

/// Whether they may differ in their content only.
fn is_alike(file: &File, outline: &File) -> bool {
    file.name == outline.name
        && file.content_type == outline.content_type
        && file.content_id == outline.content_id
}

/// Deletes attachments of an item: the item as it is then.
pub async fn remove(mailbox: &EwsMailbox, mut item: ItemId, ids: &[String]) -> Result<ItemId> {
    let question = DeleteAttachment {
        ids: ids.iter().map(String::as_str).collect(),
    };
    for result in batch::run(&mailbox.client, &mailbox.client.limits().writes, &question).await {
        item.change_key = result?.change_key;
    }
    Ok(item)
}

/// Adds attachments to an item: the item as it is then.
pub async fn attach(mailbox: &EwsMailbox, mut item: ItemId, all: &[Attachment]) -> Result<ItemId> {
    let mut rest = all;
    while !rest.is_empty() {
        let mut weight = 0;
        let fits = rest.iter().take_while(|file| {
            weight += file.weight();
            weight <= MAX_WEIGHT
        });
        let (now, later) = rest.split_at(fits.count().clamp(1, rest.len()));
        let question = CreateAttachment {
            parent: item.clone(),
            files: now.iter().collect(),
        };
        for outcome in mailbox.client.call(&question).await? {
            item.change_key = outcome.map_err(Error::from)?.change_key;
        }
        rest = later;
    }
    Ok(item)
}
