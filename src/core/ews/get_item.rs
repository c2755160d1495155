use super::operation::missing;
use super::{Batch, Element, FieldPath, Operation, Target, Writer, pick};
use crate::error::Result;

/// Items or occurrences with the properties asked for; each body as it is stored, as text or HTML.
/// <https://learn.microsoft.com/exchange/client-developer/web-service-reference/getitem-operation>
#[derive(Clone, Debug)]
pub struct GetItem<'a> {
    pub items: Vec<&'a Target>,
    pub fields: &'a [FieldPath],
}

impl Operation for GetItem<'_> {
    const NAME: &'static str = "GetItem";
    const REPEATABLE: bool = true;
    /// The `CalendarItem`, `Contact` or `Task`.
    type Response = Element;

    fn count(&self) -> usize {
        self.items.len()
    }

    fn write(&self, w: &mut Writer) {
        w.element("m:GetItem", &[], |w| {
            w.element("m:ItemShape", &[], |w| {
                w.text("t:BaseShape", "IdOnly");
                w.text("t:BodyType", "Best");
                if !self.fields.is_empty() {
                    w.element("t:AdditionalProperties", &[], |w| {
                        for path in self.fields {
                            w.tree(&path.element());
                        }
                    });
                }
            });
            w.element("m:ItemIds", &[], |w| {
                for item in &self.items {
                    item.write(w);
                }
            });
        });
    }

    fn read(message: Element) -> Result<Element> {
        let items = message
            .children
            .into_iter()
            .find(|child| child.name == "Items");
        items
            .and_then(|items| items.children.into_iter().next())
            .ok_or_else(|| missing("the item"))
    }
}

impl Batch for GetItem<'_> {
    const GUARDED: bool = true;

    fn part(&self, places: &[usize]) -> Self {
        Self {
            items: pick(&self.items, places),
            fields: self.fields,
        }
    }
}
