use super::{Mailbox, RemoteRef};
use crate::error::{Error, ErrorKind, Result};
use std::collections::{BTreeSet, HashSet};

/// All pages of what changed in a folder: ids only, so that totals are known before anything is done.
#[derive(Debug, Default)]
pub(super) struct Listing {
    /// Created or changed items, each once, in the order of the pages.
    pub changed: Vec<RemoteRef>,
    /// Ids of items that left the folder.
    pub deleted: BTreeSet<String>,
    /// The cursor after the last page.
    pub cursor: String,
    /// Whether the listing began at the beginning: a pair that it does not name has no remote item any more.
    pub complete: bool,
}

impl Listing {
    /// Lists what changed since `cursor`. A cursor that the server does not know any more means to list everything.
    pub async fn fetch(mailbox: &dyn Mailbox, folder: &str, cursor: Option<&str>) -> Result<Self> {
        match Self::pages(mailbox, folder, cursor).await {
            Err(error) if error.kind() == ErrorKind::Cursor && cursor.is_some() => {
                Self::pages(mailbox, folder, None).await
            }
            outcome => outcome,
        }
    }

    async fn pages(mailbox: &dyn Mailbox, folder: &str, cursor: Option<&str>) -> Result<Self> {
        let mut pages = Vec::new();
        let mut cursors: HashSet<String> = cursor.map(str::to_owned).into_iter().collect();
        let mut after = cursor.map(str::to_owned);
        loop {
            let page = mailbox.changes(folder, after.as_deref()).await?;
            let known = !cursors.insert(page.cursor.clone());
            if page.cursor.is_empty() || (page.more && known) {
                return Err(Error::new(
                    ErrorKind::Protocol,
                    "The server lists the folder in circles. Try again later; nothing was changed.",
                ));
            }
            let more = page.more;
            after = Some(page.cursor.clone());
            pages.push(page);
            if !more {
                break;
            }
        }
        Ok(Self::collect(pages, cursor.is_none()))
    }

    /// An item may be on several pages: its last mention counts.
    fn collect(pages: Vec<super::Changes>, complete: bool) -> Self {
        let mut listing = Self {
            complete,
            ..Self::default()
        };
        if let Some(last) = pages.last() {
            listing.cursor.clone_from(&last.cursor);
        }
        let mut mentioned = HashSet::new();
        let mut kept = Vec::new();
        for page in pages.into_iter().rev() {
            // Within a page a delete is the later word: the item is not there any more.
            for id in page.deleted {
                if mentioned.insert(id.clone()) {
                    listing.deleted.insert(id);
                }
            }
            let mut changed: Vec<RemoteRef> = page
                .changed
                .into_iter()
                .rev()
                .filter(|item| mentioned.insert(item.id.clone()))
                .collect();
            changed.reverse();
            kept.push(changed);
        }
        listing.changed = kept.into_iter().rev().flatten().collect();
        listing
    }
}
