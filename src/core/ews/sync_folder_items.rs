use super::operation::missing;
use super::{Element, FieldPath, FolderId, ItemId, Operation, Writer, is_true};
use crate::error::Result;

/// What changed in a folder since a sync state, ids and one property at most: each costs the server a look at the item.
/// <https://learn.microsoft.com/exchange/client-developer/web-service-reference/syncfolderitems-operation>
#[derive(Clone, Debug)]
pub struct SyncFolderItems {
    pub folder: FolderId,
    pub state: Option<String>,
    /// A named property that few items have: whether one of the changed items has it.
    pub mark: Option<FieldPath>,
    /// How many changes at most, from 1 to 512.
    pub most: usize,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SyncPage {
    /// Created or changed. The two are told apart no better than the server does, which is not well.
    pub changed: Vec<ItemId>,
    /// Whether one of them has the property asked for.
    pub marked: bool,
    pub deleted: Vec<String>,
    /// Never empty.
    pub state: String,
    pub last: bool,
}

impl Operation for SyncFolderItems {
    const NAME: &'static str = "SyncFolderItems";
    const REPEATABLE: bool = true;
    const DIVISIBLE: bool = true;
    type Response = SyncPage;

    fn write(&self, w: &mut Writer) {
        w.element("m:SyncFolderItems", &[], |w| {
            w.element("m:ItemShape", &[], |w| {
                w.text("t:BaseShape", "IdOnly");
                if let Some(mark) = &self.mark {
                    w.element("t:AdditionalProperties", &[], |w| w.tree(&mark.element()));
                }
            });
            w.element("m:SyncFolderId", &[], |w| self.folder.write(w));
            if let Some(state) = &self.state {
                w.text("m:SyncState", state);
            }
            w.text("m:MaxChangesReturned", &self.most.to_string());
        });
    }

    fn read(message: Element) -> Result<SyncPage> {
        let mut page = SyncPage {
            state: message
                .child_text("SyncState")
                .filter(|state| !state.trim().is_empty())
                .ok_or_else(|| missing("the sync state"))?
                .to_owned(),
            last: message
                .child_text("IncludesLastItemInRange")
                .is_none_or(is_true),
            ..SyncPage::default()
        };
        let changes = message
            .child("Changes")
            .map_or(&[][..], |changes| &changes.children);
        for change in changes {
            match change.name.as_str() {
                "Create" | "Update" => {
                    let item = change
                        .children
                        .first()
                        .ok_or_else(|| missing("a changed item"))?;
                    page.changed.push(ItemId::of(item)?);
                    page.marked |= item.child("ExtendedProperty").is_some();
                }
                "Delete" => page.deleted.push(ItemId::of(change)?.id),
                // ReadFlagChange is about mail.
                _ => {}
            }
        }
        Ok(page)
    }
}
