use super::operation::missing;
use super::{Element, FieldPath, FolderId, ItemId, Operation, Writer};
use crate::error::Result;

/// The items of a folder that have one of these values in a text property.
/// <https://learn.microsoft.com/exchange/client-developer/web-service-reference/finditem-operation>
#[derive(Clone, Debug)]
pub struct FindItem<'a> {
    pub folder: &'a FolderId,
    pub path: FieldPath,
    /// At least one, and not more than [`FindItem::MOST`].
    pub values: &'a [&'a str],
}

impl FindItem<'_> {
    /// A restriction with many more conditions is refused; a page with a restriction holds 250 items (NOTES section 3).
    pub const MOST: usize = 50;
}

impl Operation for FindItem<'_> {
    const NAME: &'static str = "FindItem";
    const REPEATABLE: bool = true;
    /// The property's value and the item that has it.
    type Response = Vec<(String, ItemId)>;

    fn write(&self, w: &mut Writer) {
        let path = self.path.element();
        w.element("m:FindItem", &[("Traversal", "Shallow")], |w| {
            w.element("m:ItemShape", &[], |w| {
                w.text("t:BaseShape", "IdOnly");
                w.element("t:AdditionalProperties", &[], |w| w.tree(&path));
            });
            let view = [
                ("MaxEntriesReturned", "250"),
                ("Offset", "0"),
                ("BasePoint", "Beginning"),
            ];
            w.empty("m:IndexedPageItemView", &view);
            w.element("m:Restriction", &[], |w| {
                w.element("t:Or", &[], |w| {
                    for value in self.values {
                        w.element("t:IsEqualTo", &[], |w| {
                            w.tree(&path);
                            w.element("t:FieldURIOrConstant", &[], |w| {
                                w.empty("t:Constant", &[("Value", value)]);
                            });
                        });
                    }
                });
            });
            w.element("m:ParentFolderIds", &[], |w| self.folder.write(w));
        });
    }

    fn read(message: Element) -> Result<Self::Response> {
        let items = message
            .at(&["RootFolder", "Items"])
            .ok_or_else(|| missing("the items found"))?;
        items
            .children
            .iter()
            .map(|item| {
                let value = item
                    .at(&["ExtendedProperty", "Value"])
                    .map(|value| value.text.clone());
                Ok((value.unwrap_or_default(), ItemId::of(item)?))
            })
            .collect()
    }
}
