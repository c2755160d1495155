use super::operation::missing;
use super::{Element, FieldPath, FolderId, Operation, Writer, is_true};
use crate::error::Result;

/// All items of a folder, page by page, with the properties asked for.
/// <https://learn.microsoft.com/exchange/client-developer/web-service-reference/finditem-operation>
#[derive(Clone, Debug)]
pub struct ListItems<'a> {
    pub folder: &'a FolderId,
    pub fields: &'a [FieldPath],
    /// How many items of the pages before there were.
    pub offset: usize,
    /// Only those that have this property.
    pub having: Option<FieldPath>,
    /// The hidden items that programs keep in the folder for themselves, in place of those that people see.
    pub associated: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ItemPage {
    pub items: Vec<Element>,
    pub last: bool,
}

impl Operation for ListItems<'_> {
    const NAME: &'static str = "FindItem";
    const REPEATABLE: bool = true;
    type Response = ItemPage;

    fn write(&self, w: &mut Writer) {
        let offset = self.offset.to_string();
        let traversal = if self.associated {
            "Associated"
        } else {
            "Shallow"
        };
        w.element("m:FindItem", &[("Traversal", traversal)], |w| {
            w.element("m:ItemShape", &[], |w| {
                w.text("t:BaseShape", "IdOnly");
                w.element("t:AdditionalProperties", &[], |w| {
                    for path in self.fields {
                        w.tree(&path.element());
                    }
                });
            });
            // A page with a restriction holds 250 items, whatever is asked for, any other 1000 (NOTES section 3).
            let view = [
                ("MaxEntriesReturned", "1000"),
                ("Offset", offset.as_str()),
                ("BasePoint", "Beginning"),
            ];
            w.empty("m:IndexedPageItemView", &view);
            if let Some(path) = &self.having {
                w.element("m:Restriction", &[], |w| {
                    w.element("t:Exists", &[], |w| w.tree(&path.element()));
                });
            }
            w.element("m:ParentFolderIds", &[], |w| self.folder.write(w));
        });
    }

    fn read(message: Element) -> Result<ItemPage> {
        let root = message
            .child("RootFolder")
            .ok_or_else(|| missing("the items of the folder"))?;
        let items = root.child("Items").map(|items| items.children.clone());
        Ok(ItemPage {
            items: items.unwrap_or_default(),
            last: root
                .attribute("IncludesLastItemInRange")
                .is_none_or(is_true),
        })
    }
}
