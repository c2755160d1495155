use super::attachments::{attach, of_part, remove};
use super::{EwsMailbox, batch, changed_meanwhile};
use crate::error::Result;
use crate::ews::{Attachment, Element, FieldPath, FileAttachment, GetItem, ItemId, Target};
use crate::mapping;
use crate::model::{Record, Value};

/// A contact's picture as Exchange keeps it: a file of this name, marked as the photo.
pub fn file(record: &Record) -> Option<FileAttachment> {
    match record.own(mapping::PHOTO) {
        Some(Value::Bytes(image)) => Some(FileAttachment {
            name: "ContactPicture.jpg".to_owned(),
            content_type: content_type(image).to_owned(),
            content_id: None,
            is_contact_photo: true,
            content: image.to_vec(),
        }),
        _ => None,
    }
}

/// Replaces or removes the photos of these contacts. Each stays as it is where the contact changed meanwhile.
pub async fn replace(
    mailbox: &EwsMailbox,
    contacts: Vec<(ItemId, Option<FileAttachment>)>,
) -> Vec<Result<ItemId>> {
    let targets: Vec<Target> = contacts.iter().map(|(id, _)| id.clone().into()).collect();
    let fields = [FieldPath::Field("item:Attachments")];
    let question = GetItem {
        items: targets.iter().collect(),
        fields: &fields,
    };
    let found = batch::run(&mailbox.client, &mailbox.client.limits().reads, &question).await;
    let mut results = Vec::new();
    for ((id, file), found) in contacts.into_iter().zip(found) {
        results.push(match found {
            Ok(item) => replace_one(mailbox, id, &item, file).await.map_err(of_part),
            Err(error) => Err(error),
        });
    }
    results
}

async fn replace_one(
    mailbox: &EwsMailbox,
    expected: ItemId,
    item: &Element,
    file: Option<FileAttachment>,
) -> Result<ItemId> {
    let now = ItemId::of(item)?;
    if expected.change_key.is_some() && now.change_key != expected.change_key {
        return Err(changed_meanwhile());
    }
    let now = remove(mailbox, now, &photos(item)).await?;
    let new: Vec<Attachment> = file.map(Attachment::File).into_iter().collect();
    attach(mailbox, now, &new).await
}

/// Ids of the attachments that are the contact's photo: marked as it, or named as programs of old name it.
fn photos(item: &Element) -> Vec<String> {
    let attachments = item
        .child("Attachments")
        .map_or(&[][..], |attachments| &attachments.children);
    attachments
        .iter()
        .filter(|file| {
            matches!(file.child_text("IsContactPhoto"), Some("true" | "1"))
                || file.child_text("Name") == Some("ContactPicture.jpg")
        })
        .filter_map(|file| {
            file.child("AttachmentId")?
                .attribute("Id")
                .map(str::to_owned)
        })
        .collect()
}

fn content_type(image: &[u8]) -> &'static str {
    match image {
        [0x89, b'P', b'N', b'G', ..] => "image/png",
        [b'G', b'I', b'F', ..] => "image/gif",
        _ => "image/jpeg",
    }
}
