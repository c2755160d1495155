//! Attachments. Their content takes calls of its own; it is put into the item's element before the item is read.

use super::element::{extended, leaf, set_extended};
use super::plain::is_true;
use crate::error::Result;
use crate::ews::{Element, FieldPath, PropertySet, PropertyType};
use crate::mapping::files::{self, FILES, LARGEST, OVERHEAD};
use crate::mapping::remote::FieldChange;
use crate::mapping::row::Place;
use crate::mapping::scope::{Scope, refuse};
use crate::mapping::text;
use crate::model::{Content, File, Record, Value};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::collections::BTreeMap;
use std::sync::Arc;

/// `item:Attachments`, and a property of ours for links that Exchange has no place for.
pub struct Files;

/// One link a line: name, media type and target, with tabs between.
const LINKS: FieldPath = FieldPath::Named(
    PropertySet::PublicStrings,
    "integration_exchange.links",
    PropertyType::String,
);

fn attachments(item: &Element) -> &[Element] {
    item.child("Attachments").map_or(&[], |list| &list.children)
}

/// What the server says of it: at least its content.
pub fn size(attachment: &Element) -> usize {
    let size = attachment.child_text("Size");
    size.and_then(|size| size.trim().parse().ok())
        .unwrap_or_default()
}

/// Ids and sizes of the files whose content belongs to the item's record. None are asked for where there are too many: reading the
/// item says so.
pub fn contents(item: &Element) -> Vec<(String, usize)> {
    if files::too_much(total(item).saturating_sub(OVERHEAD)).is_some() {
        return Vec::new();
    }
    attachments(item)
        .iter()
        .filter(|file| file.name == "FileAttachment" && size(file) <= LARGEST + OVERHEAD)
        .filter_map(|file| {
            let id = file.child("AttachmentId")?.attribute("Id")?;
            Some((id.to_owned(), size(file)))
        })
        .collect()
}

fn total(item: &Element) -> usize {
    let files = attachments(item)
        .iter()
        .filter(|file| file.name == "FileAttachment");
    files
        .map(size)
        .filter(|size| *size <= LARGEST + OVERHEAD)
        .sum()
}

/// Puts the content of files, by their ids, where reading the item finds it.
pub fn add_contents(item: &mut Element, contents: &BTreeMap<String, Vec<u8>>) {
    let list = item
        .children
        .iter_mut()
        .find(|child| child.name == "Attachments");
    for file in list.map_or(&mut [][..], |list| &mut list.children) {
        let id = file.child("AttachmentId").and_then(|id| id.attribute("Id"));
        if let Some(content) = id.and_then(|id| contents.get(id)) {
            file.children
                .push(leaf("Content", STANDARD.encode(content)));
        }
    }
}

enum Attached {
    File(File),
    /// It stays in Exchange, for this reason.
    Kept(Option<String>),
}

/// An attachment without its content: what it is compared by before that is fetched.
pub fn outline(attachment: &Element) -> Option<File> {
    let text = |name: &str| attachment.child_text(name).unwrap_or_default();
    match attachment.name.as_str() {
        "ReferenceAttachment" => files::link(
            text("Name"),
            text("ContentType"),
            text("AttachLongPathName"),
        ),
        "FileAttachment" => {
            let inline = attachment.child_text("IsInline").is_some_and(is_true);
            let id = attachment.child_text("ContentId").filter(|_| inline);
            Some(files::file(
                text("Name"),
                text("ContentType"),
                id,
                Arc::from([]),
            ))
        }
        _ => None,
    }
}

fn read(attachment: &Element) -> Attached {
    let name = text::line(attachment.child_text("Name").unwrap_or_default());
    let name = name.unwrap_or_else(|| "attachment".to_owned());
    let Some(file) = outline(attachment) else {
        return Attached::Kept(Some(format!(
            "The attached “{name}” is an item of its own, such as a message; it stays in Exchange."
        )));
    };
    if matches!(file.content, Content::Link(_)) {
        return Attached::File(file);
    }
    let encoded = attachment.child_text("Content").unwrap_or_default();
    if encoded.is_empty() && size(attachment) > LARGEST {
        return Attached::Kept(Some(files::too_large(&name)));
    }
    let packed: Vec<u8> = encoded
        .bytes()
        .filter(|byte| !byte.is_ascii_whitespace())
        .collect();
    match STANDARD.decode(packed) {
        Ok(bytes) if bytes.is_empty() => Attached::Kept(None),
        Ok(bytes) if bytes.len() > LARGEST => Attached::Kept(Some(files::too_large(&name))),
        Ok(bytes) => Attached::File(File {
            content: Content::Bytes(Arc::from(bytes)),
            ..file
        }),
        Err(_) => Attached::Kept(Some(format!(
            "The attachment “{name}” cannot be read; it stays in Exchange."
        ))),
    }
}

impl Place for Files {
    fn paths(&self) -> Vec<FieldPath> {
        vec![FieldPath::Field("item:Attachments"), LINKS]
    }

    fn read(&self, item: &Element, scope: &mut Scope) -> Result<Option<Value>> {
        let mut found: Vec<File> = extended(item, LINKS)
            .unwrap_or_default()
            .lines()
            .filter_map(|line| {
                let mut parts = line.splitn(3, '\t');
                files::link(parts.next()?, parts.next()?, parts.next()?)
            })
            .collect();
        if let Some(reason) = files::too_much(total(item).saturating_sub(OVERHEAD)) {
            return Err(refuse(reason));
        }
        let mut bytes = 0;
        for attachment in attachments(item) {
            match read(attachment) {
                Attached::File(file) => {
                    if let Content::Bytes(content) = &file.content {
                        bytes += content.len();
                    }
                    found.push(file);
                }
                Attached::Kept(Some(reason)) => scope.lose(FILES, reason),
                Attached::Kept(None) => {}
            }
        }
        match files::too_much(bytes) {
            Some(reason) => Err(refuse(reason)),
            None => Ok(Value::files(found)),
        }
    }

    /// Only the links that cannot be attached; the rest is for calls of its own.
    fn write(
        &self,
        value: Option<&Value>,
        _: &Record,
        scope: &mut Scope,
    ) -> Result<Vec<FieldChange>> {
        let files: &[File] = match value {
            Some(Value::Files(files)) => files,
            _ => &[],
        };
        let links: Vec<String> = files
            .iter()
            .filter_map(|file| match &file.content {
                Content::Link(target) if !files::is_attached(target, scope.context) => {
                    Some(format!("{}\t{}\t{target}", file.name, file.content_type))
                }
                _ => None,
            })
            .collect();
        Ok(vec![if links.is_empty() {
            FieldChange::Delete(LINKS)
        } else {
            set_extended(LINKS, links.join("\n"))
        }])
    }
}
