//! Public folders: they are listed by levels, and `SyncFolderItems` does not know them.
//!
//! What changed is told by two numbers of the folder: when it was last changed and how much was ever removed from it.
//! As long as they stand still, a cycle costs that one question; when they move, the whole folder is listed with
//! `FindItem` and compared.

use super::{EwsMailbox, changes, folder_gone, folders};
use crate::engine::{Changes, Folder};
use crate::error::{Error, ErrorKind, Result};
use crate::ews::{Element, FolderId, FolderInfo, GetFolder, ItemId, ListItems, SyncPage};
use crate::mapping::PART_OF;
use chrono::{DateTime, TimeDelta, Utc};

/// Stands before the id of a public folder, wherever ids of folders are kept.
const MARK: &str = "public:";

/// Levels and folders that are looked at, so that a list always ends.
const DEEPEST: usize = 32;
const MOST: usize = 5_000;

/// Times are told in whole seconds, and the clocks of servers differ: a folder that changed less than this before it
/// was listed may have changed once more without showing.
const BLUR: TimeDelta = TimeDelta::minutes(2);

pub fn is_public(folder: &str) -> bool {
    folder.starts_with(MARK)
}

/// The id that the server knows.
pub fn id_of(folder: &str) -> FolderId {
    FolderId::Id(folder.strip_prefix(MARK).unwrap_or(folder).to_owned())
}

pub fn marked(mut folders: Vec<Folder>) -> Vec<Folder> {
    for folder in &mut folders {
        folder.id.insert_str(0, MARK);
    }
    folders
}

/// All public folders that may be seen, parents before children.
pub async fn find(mailbox: &EwsMailbox) -> Result<Vec<FolderInfo>> {
    let root = FolderId::Distinguished("publicfoldersroot");
    let mut all = folders::below(mailbox, root, false).await?;
    let mut from = 0;
    for _ in 0..DEEPEST {
        let to = all.len();
        let parents: Vec<String> = all
            .iter()
            .skip(from)
            .filter(|info| info.has_children)
            .map(|info| info.id.clone())
            .collect();
        for parent in parents {
            if all.len() >= MOST {
                return Ok(all);
            }
            match folders::below(mailbox, FolderId::Id(parent), false).await {
                Ok(children) => all.extend(children),
                // Its name may be seen and what is in it not.
                Err(error) if matches!(error.kind(), ErrorKind::Denied | ErrorKind::Gone) => {}
                Err(error) => return Err(error),
            }
        }
        if all.len() == to {
            break;
        }
        from = to;
    }
    Ok(all)
}

/// `cursor` is `page offset state` within a listing, and `settled state` or `fresh state` after one.
pub async fn changes(mailbox: &EwsMailbox, folder: &str, cursor: Option<&str>) -> Result<Changes> {
    let id = id_of(folder);
    let now = state(mailbox, &id).await?;
    let (offset, begun) = match cursor.and_then(Cursor::read) {
        None if cursor.is_some() => return Err(changed()),
        None => (0, now.clone()),
        Some(Cursor::Settled(state)) if state == now => {
            return Ok(Changes {
                cursor: Cursor::Settled(state).write(),
                ..Changes::default()
            });
        }
        Some(Cursor::Settled(_) | Cursor::Fresh(_)) => return Err(changed()),
        Some(Cursor::Page(offset, state)) => (offset, state),
    };
    let fields = [PART_OF];
    let question = ListItems {
        folder: &id,
        fields: &fields,
        offset,
        having: None,
        associated: false,
    };
    let page = mailbox.client.ask(&question).await.map_err(in_folder)?;
    let more = !page.last && !page.items.is_empty();
    let next = if more {
        Cursor::Page(offset + page.items.len(), begun)
    } else if state(mailbox, &id).await? != begun {
        return Err(Error::new(
            ErrorKind::Temporary,
            "The public folder changed while it was listed. Synchronising tries again later.",
        ));
    } else if is_blurred(&begun) {
        Cursor::Fresh(begun)
    } else {
        Cursor::Settled(begun)
    };
    let items = page.items.iter().map(ItemId::of);
    let listed = SyncPage {
        changed: items.collect::<Result<_>>()?,
        ..SyncPage::default()
    };
    let is_part = |item: &Element| item.child("ExtendedProperty").is_some();
    let (changed, deleted) = if page.items.iter().any(is_part) {
        changes::by_groups(mailbox, &id, &listed, false).await?
    } else {
        let changed = listed.changed.into_iter().map(Into::into).collect();
        (changed, Vec::new())
    };
    Ok(Changes {
        changed,
        deleted,
        cursor: next.write(),
        more,
    })
}

enum Cursor {
    Page(usize, String),
    Settled(String),
    Fresh(String),
}

impl Cursor {
    fn read(text: &str) -> Option<Self> {
        let (word, rest) = text.split_once(' ')?;
        Some(match word {
            "page" => {
                let (offset, state) = rest.split_once(' ')?;
                Self::Page(offset.parse().ok()?, state.to_owned())
            }
            "settled" => Self::Settled(rest.to_owned()),
            "fresh" => Self::Fresh(rest.to_owned()),
            _ => return None,
        })
    }

    fn write(self) -> String {
        match self {
            Self::Page(offset, state) => format!("page {offset} {state}"),
            Self::Settled(state) => format!("settled {state}"),
            Self::Fresh(state) => format!("fresh {state}"),
        }
    }
}

/// The two numbers, and how many items there are.
async fn state(mailbox: &EwsMailbox, folder: &FolderId) -> Result<String> {
    let question = GetFolder {
        folders: vec![folder.clone()],
    };
    let info = mailbox.client.ask(&question).await.map_err(in_folder)?;
    Ok(format!(
        "{} {} {}",
        info.committed.unwrap_or_default(),
        info.removed.unwrap_or_default(),
        info.count
            .map(|count| count.to_string())
            .unwrap_or_default()
    ))
}

/// Whether the folder could change once more without another state. Also where the server tells no time.
fn is_blurred(state: &str) -> bool {
    let committed = state.split(' ').next().unwrap_or_default();
    DateTime::parse_from_rfc3339(committed)
        .map_or(true, |time| Utc::now().signed_duration_since(time) < BLUR)
}

fn changed() -> Error {
    Error::new(
        ErrorKind::Cursor,
        "The public folder has changed since it was listed. It is compared anew.",
    )
}

/// Asked about a folder, an item that is gone means the folder.
fn in_folder(error: Error) -> Error {
    match error.kind() {
        ErrorKind::ItemGone => folder_gone(),
        _ => error,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_that_changed_just_now_is_listed_once_more() {
        let ago = |minutes| {
            let time = Utc::now() - TimeDelta::minutes(minutes);
            format!("{} 0 7", time.format("%Y-%m-%dT%H:%M:%SZ"))
        };
        assert!(is_blurred(&ago(0)) && is_blurred(&ago(1)) && is_blurred(&ago(-5)));
        assert!(!is_blurred(&ago(3)));
        assert!(is_blurred(" 0 7"));
    }

    #[test]
    fn cursors_are_read_as_they_are_written() {
        for text in [
            "page 1000 2026-01-01T00:00:00Z 3 7",
            "settled x 3 7",
            "fresh  0 ",
        ] {
            assert_eq!(Cursor::read(text).unwrap().write(), text);
        }
        for text in ["", "page", "page x y", "other x"] {
            assert!(Cursor::read(text).is_none(), "{text}");
        }
    }
}
