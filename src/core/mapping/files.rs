//! What is attached to an item, as both sides agree on it.

use super::{Context, text};
use crate::ews::Version;
use crate::model::{Content, File, Property};
use std::sync::Arc;

/// An item's attachments. They are no field: `create_fields` and `update_fields` leave them out; the caller creates and deletes
/// them from [`Value::Files`](crate::model::Value::Files) under this property when it is among those changed.
pub const FILES: Property = "files";

/// The largest file that crosses, in bytes. A larger one stays on its side, which is told as a loss. Whether a file crosses
/// depends on itself alone, so that adding one never takes away another.
pub const LARGEST: usize = 10 << 20;

/// The most that the files of one item may hold together, in bytes. An item with more is set aside as a whole.
pub const MOST: usize = 25 << 20;

/// Servers count a file's name and other properties into its size.
pub const OVERHEAD: usize = 64 << 10;

/// A file in canonical form.
pub fn file(name: &str, content_type: &str, content_id: Option<&str>, bytes: Arc<[u8]>) -> File {
    let content_type =
        media_type(content_type).unwrap_or_else(|| "application/octet-stream".to_owned());
    let content_id = content_id
        .and_then(text::line)
        .map(|id| id.trim_matches(['<', '>']).to_owned());
    File {
        name: text::line(name).unwrap_or_else(|| "attachment".to_owned()),
        content_type,
        content_id: content_id.filter(|id| !id.is_empty()),
        content: Content::Bytes(bytes),
    }
}

/// A link in canonical form; None without a target.
pub fn link(name: &str, content_type: &str, target: &str) -> Option<File> {
    let target = text::line(target)?;
    let last = target.trim_end_matches('/').rsplit('/').next();
    let name = text::line(name).or_else(|| text::line(last.unwrap_or_default()));
    Some(File {
        name: name.unwrap_or_else(|| target.clone()),
        content_type: media_type(content_type).unwrap_or_default(),
        content_id: None,
        content: Content::Link(target),
    })
}

fn media_type(text: &str) -> Option<String> {
    let kind = text.split(';').next()?.trim().to_ascii_lowercase();
    let is_kind = kind
        .split_once('/')
        .is_some_and(|(a, b)| !a.is_empty() && !b.is_empty());
    let safe = |c: char| c.is_ascii_graphic() && !matches!(c, '"' | ',' | ':');
    (is_kind && kind.chars().all(safe)).then_some(kind)
}

/// Whether Exchange can hold a link as an attachment: one to a page, from 2016 on.
pub fn is_attached(target: &str, context: &Context) -> bool {
    let start = target.get(..8).unwrap_or(target).to_ascii_lowercase();
    let is_web = start.starts_with("https://") || start.starts_with("http://");
    is_web && context.server >= Version::Exchange2016
}

/// Why an item with so many bytes of files is set aside.
pub fn too_much(bytes: usize) -> Option<String> {
    (bytes > MOST).then(|| {
        format!(
            "Its attachments hold {} MB together, more than the {} MB that cross. Take some of them out.",
            bytes >> 20,
            MOST >> 20
        )
    })
}

pub fn too_large(name: &str) -> String {
    format!(
        "The attachment “{name}” is larger than {} MB; it stays where it is.",
        LARGEST >> 20
    )
}
