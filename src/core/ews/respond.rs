use super::{Batch, Element, ItemId, Operation, Writer, pick};
use crate::error::Result;

/// What the mailbox's owner answers to a meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Accept,
    TentativelyAccept,
    /// Exchange moves the meeting to Deleted Items.
    Decline,
}

/// Answers meetings that somebody else organizes.
/// <https://learn.microsoft.com/exchange/client-developer/web-service-reference/acceptitem>
#[derive(Clone, Debug)]
pub struct Respond<'a> {
    pub items: Vec<&'a (ItemId, Answer)>,
    /// Send the answer to the organizer; else nobody is told by mail.
    pub notify: bool,
}

impl Operation for Respond<'_> {
    const NAME: &'static str = "CreateItem";
    const REPEATABLE: bool = false;
    /// The meeting as it is now, where the server tells.
    type Response = Option<ItemId>;

    fn count(&self) -> usize {
        self.items.len()
    }

    fn write(&self, w: &mut Writer) {
        let disposition = if self.notify {
            "SendAndSaveCopy"
        } else {
            "SaveOnly"
        };
        w.element(
            "m:CreateItem",
            &[("MessageDisposition", disposition)],
            |w| {
                w.element("m:Items", &[], |w| {
                    for (item, answer) in &self.items {
                        w.element(answer.element(), &[], |w| {
                            item.write(w, "t:ReferenceItemId");
                        });
                    }
                });
            },
        );
    }

    fn read(message: Element) -> Result<Option<ItemId>> {
        let meeting = message.child("Items").and_then(|items| {
            items
                .children
                .iter()
                .find(|item| item.name == "CalendarItem")
        });
        meeting.map(ItemId::of).transpose()
    }
}

impl Batch for Respond<'_> {
    const GUARDED: bool = false;

    fn part(&self, places: &[usize]) -> Self {
        Self {
            items: pick(&self.items, places),
            notify: self.notify,
        }
    }
}

impl Answer {
    const fn element(self) -> &'static str {
        match self {
            Self::Accept => "t:AcceptItem",
            Self::TentativelyAccept => "t:TentativelyAcceptItem",
            Self::Decline => "t:DeclineItem",
        }
    }
}
