use super::folder::write_shape;
use super::operation::missing;
use super::{Element, FolderId, FolderInfo, Operation, Writer, is_true};
use crate::error::Result;

/// The folders below one, a page at a time.
/// <https://learn.microsoft.com/exchange/client-developer/web-service-reference/findfolder-operation>
#[derive(Clone, Debug)]
pub struct FindFolder {
    pub root: FolderId,
    pub offset: u32,
    /// Also those further down. Public folders can be listed by levels only.
    pub deep: bool,
}

impl FindFolder {
    const PAGE: &'static str = "500";
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FolderPage {
    pub folders: Vec<FolderInfo>,
    /// Where the next page starts; None after the last.
    pub next: Option<u32>,
}

impl Operation for FindFolder {
    const NAME: &'static str = "FindFolder";
    const REPEATABLE: bool = true;
    type Response = FolderPage;

    fn write(&self, w: &mut Writer) {
        let traversal = if self.deep { "Deep" } else { "Shallow" };
        w.element("m:FindFolder", &[("Traversal", traversal)], |w| {
            write_shape(w);
            w.empty(
                "m:IndexedPageFolderView",
                &[
                    ("MaxEntriesReturned", Self::PAGE),
                    ("Offset", &self.offset.to_string()),
                    ("BasePoint", "Beginning"),
                ],
            );
            w.element("m:ParentFolderIds", &[], |w| self.root.write(w));
        });
    }

    fn read(message: Element) -> Result<FolderPage> {
        let root = message
            .child("RootFolder")
            .ok_or_else(|| missing("the root folder"))?;
        let last = root
            .attribute("IncludesLastItemInRange")
            .is_none_or(is_true);
        let next = root
            .attribute("IndexedPagingOffset")
            .and_then(|next| next.parse().ok());
        Ok(FolderPage {
            folders: FolderInfo::read_all(root.child("Folders"))?,
            next: next.filter(|_| !last),
        })
    }
}
