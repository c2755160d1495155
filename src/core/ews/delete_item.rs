use super::{Batch, Element, Operation, Target, Writer, pick};
use crate::error::Result;

/// Moves items to Deleted Items, and takes occurrences out of their series.
/// <https://learn.microsoft.com/exchange/client-developer/web-service-reference/deleteitem-operation>
#[derive(Clone, Debug)]
pub struct DeleteItem<'a> {
    pub items: Vec<&'a Target>,
    /// Send cancellations to the attendees of the owner's meetings; else nobody is told by mail.
    pub notify: bool,
}

impl Operation for DeleteItem<'_> {
    const NAME: &'static str = "DeleteItem";
    const REPEATABLE: bool = false;
    type Response = ();

    fn count(&self) -> usize {
        self.items.len()
    }

    fn write(&self, w: &mut Writer) {
        let attributes = [
            ("DeleteType", "MoveToDeletedItems"),
            (
                "SendMeetingCancellations",
                if self.notify {
                    "SendToAllAndSaveCopy"
                } else {
                    "SendToNone"
                },
            ),
            ("AffectedTaskOccurrences", "AllOccurrences"),
        ];
        w.element("m:DeleteItem", &attributes, |w| {
            w.element("m:ItemIds", &[], |w| {
                for item in &self.items {
                    item.write(w);
                }
            });
        });
    }

    fn read(_message: Element) -> Result<()> {
        Ok(())
    }
}

impl Batch for DeleteItem<'_> {
    const GUARDED: bool = true;

    fn part(&self, places: &[usize]) -> Self {
        Self {
            items: pick(&self.items, places),
            notify: self.notify,
        }
    }
}
